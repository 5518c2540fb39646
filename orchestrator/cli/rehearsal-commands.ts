/** `strongroom rehearse`, with the texts of --help. */
import type { Command } from 'commander';
import { type RehearseOptions, rehearse } from './commands/rehearse';
import type { ExitStatus } from './exit-status';
import type { Host } from './host';
import { commonOptions, type RawOptions } from './options';

type Finish = (command: Promise<ExitStatus>) => Promise<void>;

export function addRehearsal(program: Command, host: Host, finish: Finish): void {
  program
    .command('rehearse')
    .description('verify in one spare account what Strongroom assumes about AWS; removes what it creates')
    .requiredOption('--account <id>', 'the spare account, without workloads')
    .option('--opt-in-region <region>', 'also create a stack in this Region, which must be enabled in the account')
    .option('--in-wave <name>', 'confirm the use of an account that this wave selects')
    .option('--report <file>', 'write the report to a file: Markdown, or JSON if its name ends with .json')
    .option('--cleanup', 'only remove what earlier rehearsals have left in the account')
    .option('--yes', 'skip the confirmation')
    .addHelpText(
      'after',
      `
Exit status: 0 every question was confirmed; 3 something was refuted, or could not be removed; 5 a question has no answer;
130 interrupted, after everything was removed.`,
    )
    .action((options: RehearseOptions, command: Command) =>
      finish(rehearse(host, commonOptions(command.optsWithGlobals<RawOptions>()), options)),
    );
}
