/** `strongroom state …` as a person reads it in --help. */
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
    .description('check, back up or restore the state folder; a rollout may run meanwhile')
    .addHelpText(
      'after',
      `
Where the newest writes are lost and no backup is newer, check with --accept-loss goes on without them.`,
    );
  state
    .command('check')
    .description('whether every acknowledged write is there as it was written, and whose state it is')
    .option(
      '--accept-loss',
      'go on without the newest writes where they are lost and no backup is newer; it is recorded',
    )
    .action((options: CheckOptions, command: Command) => finish(checkState(host, common(command), options)));
  state
    .command('backup')
    .argument('<file>', 'a new file')
    .description('write everything into one file, as it is at one moment')
    .action((file: string, _options: unknown, command: Command) => finish(backupState(host, common(command), file)));
  state
    .command('restore')
    .argument('<file>', 'what `state backup` wrote')
    .description('make a state of a backup, in the folder that --state names, which must be new or empty')
    .action((file: string, _options: unknown, command: Command) => finish(restoreState(host, common(command), file)));
}
