/** The subcommands of `strongroom state`, with the texts of --help. */
import type { Command } from 'commander';
import { backupState, type CheckOptions, checkState, restoreState } from './commands/state';
import type { ExitStatus } from './exit-status';
import type { Host } from './host';
import { commonOptions, type RawOptions } from './options';

type Finish = (command: Promise<ExitStatus>) => Promise<void>;

const common = (command: Command) => commonOptions(command.optsWithGlobals<RawOptions>());

export function addState(program: Command, host: Host, finish: Finish): void {
  const state = program
    .command('state')
    .description('check, back up or restore the state folder, also during a rollout')
    .addHelpText(
      'after',
      `
If the newest writes are lost and there is no newer backup, check --accept-loss continues without them.`,
    );
  state
    .command('check')
    .description('check that all acknowledged writes are there, unchanged; show the organization of the state')
    .option('--accept-loss', 'continue although the newest writes are lost; recorded with your name and the time')
    .action((options: CheckOptions, command: Command) => finish(checkState(host, common(command), options)));
  state
    .command('backup')
    .argument('<file>', 'a new file')
    .description('write the whole state to one file')
    .action((file: string, _options: unknown, command: Command) => finish(backupState(host, common(command), file)));
  state
    .command('restore')
    .argument('<file>', 'a file that `state backup` wrote')
    .description('restore a backup into the folder of --state, which must be new or empty')
    .action((file: string, _options: unknown, command: Command) => finish(restoreState(host, common(command), file)));
}
