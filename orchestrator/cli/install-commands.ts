/** `install` and `uninstall`, with the texts of --help. */
import type { Command } from 'commander';
import { type InstallOptions, install, uninstall } from './commands/install';
import type { ExitStatus } from './exit-status';
import type { Host } from './host';
import { commonOptions, type RawOptions } from './options';

type Finish = (command: Promise<ExitStatus>) => Promise<void>;

const common = (command: Command) => commonOptions(command.optsWithGlobals<RawOptions>());

export function addInstall(program: Command, host: Host, finish: Finish): void {
  program
    .command('install')
    .description('deploy Strongroom to the accounts of the section `installation`, or update it; can be run again')
    .option('--plan', 'list what would change, with every resource and IAM statement; changes nothing')
    .option(
      '--accept-missing-permissions',
      'continue although your permissions for all resources (`*`) seem incomplete',
    )
    .option('--yes', 'skip the confirmation')
    .action((options: InstallOptions, command: Command) =>
      finish((async () => install(host, common(command), options))()),
    );
  program
    .command('uninstall')
    .description('delete what runs rollouts; the baseline in the accounts, and the records, are kept and listed')
    .option('--plan', 'list what would be deleted and what is kept; changes nothing')
    .option('--yes', 'skip the confirmation')
    .action((options: InstallOptions, command: Command) =>
      finish((async () => uninstall(host, common(command), options))()),
    );
}
