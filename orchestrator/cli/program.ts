/** The commands and their options, as a person reads them in --help. What each does is in commands/. */
import { Command, CommanderError, Option } from 'commander';
import { errors } from '../domain/errors';
import { abort, approve, pause, reject, resume } from './commands/answer';
import { completion } from './commands/completion';
import { dashboard } from './commands/dashboard';
import { demo } from './commands/demo';
import { doctor } from './commands/doctor';
import { verifyDrift } from './commands/drift';
import { type EvidenceOptions, evidence } from './commands/evidence';
import { init } from './commands/init';
import { plan, type Selection } from './commands/plan';
import { type RollbackOptions, rollback } from './commands/rollback';
import { type RolloutOptions, rollout } from './commands/rollout';
import { type SimulateOptions, simulate } from './commands/simulate';
import { account, status } from './commands/status';
import { type VerifyOptions, verify } from './commands/verify';
import { watch } from './commands/watch';
import { examplesOf } from './examples';
import { type ExitStatus, exitStatus } from './exit-status';
import { tell } from './failure';
import type { Host } from './host';
import {
  type CommonOptions,
  commonOptions,
  configDefault,
  type RawOptions,
  reasonGiven,
  stackDefault,
  stateFolderDefault,
  statusStates,
} from './options';
import { addState } from './state-commands';

/** Runs one command line, without the program's own name, to its exit status. Nothing is thrown. */
export async function runCommandLine(host: Host, version: string, words: readonly string[]): Promise<ExitStatus> {
  const asJson = words.includes('--json');
  try {
    let ended: ExitStatus = exitStatus.done;
    const program = createProgram(host, version, async (command) => {
      ended = await command;
    });
    await program.parseAsync([...words], { from: 'user' });
    return ended;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tell(host, error, asJson);
    if (error.exitCode === 0) return exitStatus.done;
    // Help that was shown because no command was named is the whole answer.
    if (error.code !== 'commander.help') tell(host, usageError(error, words), asJson);
    return exitStatus.usage;
  }
}

function usageError({ message }: CommanderError, words: readonly string[]) {
  const command = words.find((word) => commandNames.includes(word));
  const help = command === undefined ? 'strongroom --help' : `strongroom ${command} --help`;
  return errors.invalidInput(message.replace(/^error: /, '').replace(/\s+/g, ' '), `see \`${help}\``);
}

const commandNames =
  'init doctor plan rollout watch pause resume approve reject abort rollback status account verify evidence state dashboard simulate demo completion'.split(
    ' ',
  );

type Finish = (command: Promise<ExitStatus>) => Promise<void>;

function createProgram(host: Host, version: string, finish: Finish): Command {
  const { io } = host;
  const program = new Command('strongroom')
    .description(
      'Rolls a security baseline out over an AWS Organization in waves, and proves each wave before the next.',
    )
    .version(version, '--version')
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      // Told by runCommandLine, like every other error.
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText('after', exitStatusHelp);
  addCommonOptions(program);
  addPlanning(program, host, finish);
  addAnswers(program, host, finish);
  addRollback(program, host, finish);
  addReading(program, host, finish);
  addProving(program, host, finish);
  addState(program, host, finish);
  addDashboard(program, host, finish);
  addTrials(program, host, finish);
  for (const command of program.commands) command.addHelpText('after', examplesOf(command.name()));
  return program;
}

const exitStatusHelp = `
Examples:
  strongroom init                                       a first config, from the organization as it is
  strongroom doctor                                     what is missing before a rollout
  strongroom plan --wave sandbox                        who would get what, and why
  strongroom rollout --wave sandbox                     run it here, and follow it
  strongroom rollout --engine stepfunctions             run it on the deployed state machine
  strongroom approve ROLLOUT --reason 'looks well'      let the next wave start

Exit status: 0 done; 1 unexpected; 2 bad config or usage; 3 held, failed or rolled back: a person is needed;
4 refused: busy, not allowed, or not waiting for this.`;

function addCommonOptions(program: Command): void {
  program
    .option('--config <file>', `what you want of your organization (default: ${configDefault})`)
    .addOption(
      new Option(
        '--world <world>',
        'aws, or simulated[:FILE]: an organization made up anew for this one command, to try a config on; FILE is JSON like {"seed": 7, "accounts": 120}',
      ).default('aws'),
    )
    .addOption(
      new Option('--state <place>', `where Strongroom keeps its records: a folder, or dynamodb:TABLE`)
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], stateFolderDefault),
    )
    .option('--engine <engine>', 'what walks rollouts: local, or stepfunctions: the deployed orchestrator', 'local')
    .option('--stack <name>', `the stack that it was deployed as, with stepfunctions (default: ${stackDefault})`)
    .option('--json', 'machine-readable output');
}

const common = (command: Command): CommonOptions => commonOptions(command.optsWithGlobals<RawOptions>());

function withSelection(command: Command): Command {
  return command
    .option('--wave <name...>', 'only these waves')
    .option('--account <id...>', 'only these accounts')
    .option('--retry-failed', 'only accounts whose last work or proof went wrong')
    .option(
      '--include-drifted',
      'bring back what people have changed in stacks; with --retry-failed, drifted accounts too',
    );
}

function addPlanning(program: Command, host: Host, finish: Finish): void {
  program
    .command('init')
    .description(`write a first ${configDefault} from the organization as it is; overwrites nothing`)
    .action((_options: unknown, command: Command) => finish(init(host, common(command))));
  withSelection(program.command('plan'))
    .description('who gets what in which wave and why, who does not and why; writes nothing')
    .option('--full', 'name every account')
    .action((options: Selection & { full?: boolean }, command: Command) =>
      finish(plan(host, common(command), options)),
    );
  withSelection(program.command('rollout'))
    .description('run a rollout and follow it')
    .option('--reason <text>', 'why; kept with who and when', reasonGiven)
    .option('--emergency', 'no soak, and no freeze holds it; gates and approvals stay; needs --reason')
    .option('--take-over-state', 'in place of another state that manages the organization; needs --reason')
    .option('--yes', 'do not ask before anything is changed')
    .action((options: RolloutOptions, command: Command) => finish(rollout(host, common(command), options)));
}

function addAnswers(program: Command, host: Host, finish: Finish): void {
  program
    .command('watch')
    .argument('<rollout>', 'its id')
    .description('follow a rollout that another process or Step Functions walks, until it ends or wants a person')
    .action((id: string, _options: unknown, command: Command) => finish(watch(host, common(command), id)));
  program
    .command('resume')
    .argument('<rollout>', 'its id')
    .description('go on with a rollout that was paused or stopped, or try a held wave again')
    .option('--reason <text>', 'why; kept with who and when', reasonGiven)
    .action((id: string, { reason }: { reason?: string }, command: Command) =>
      finish(resume(host, common(command), id, reason)),
    );
  const answers = [
    ['pause', pause, 'start nothing new: what runs is finished, and then it waits for `resume`'],
    ['approve', approve, 'let a wave start that wants approval, or go on in spite of a held one'],
    ['reject', reject, 'end a rollout that asks; what was done stays'],
    ['abort', abort, 'end a rollout now: what runs is stopped, what was done stays'],
  ] as const;
  for (const [name, run, description] of answers)
    program
      .command(name)
      .argument('<rollout>', 'its id')
      .description(description)
      .requiredOption('--reason <text>', 'why; kept with who and when', reasonGiven)
      .action((id: string, { reason }: { reason: string }, command: Command) =>
        finish(run(host, common(command), id, reason)),
      );
}

function addRollback(program: Command, host: Host, finish: Finish): void {
  program
    .command('rollback')
    .argument('<rollout>', 'its id')
    .description('take a rollout back: each of its waves returns to its last good release, the last wave first')
    .option('--wave <name...>', 'only these waves')
    .requiredOption('--reason <text>', 'why; kept with who and when', reasonGiven)
    .option('--yes', 'do not ask before anything is changed')
    .addHelpText(
      'after',
      `
Stacks and settings go back. Nothing is deleted: what a newer release has brought and the older one does not have is left
standing, and settings that the older one leaves alone get the value that they had before. A rollout that asks turns back in
the wave where it stands; of one that has ended, another rollout goes back through its waves, with the same gates.`,
    )
    .action((id: string, options: RollbackOptions, command: Command) =>
      finish(rollback(host, common(command), id, options)),
    );
}

function addReading(program: Command, host: Host, finish: Finish): void {
  program
    .command('status')
    .description('where every account stands, and the last rollouts')
    .option('--wave <name...>', 'only accounts of these waves')
    .option('--csv', 'for a spreadsheet')
    .addHelpText('after', '\nHere --state also filters: `--state UNHEALTHY` shows accounts in that state of readiness.')
    .action((options: { wave?: string[]; csv?: boolean }, command: Command) => {
      const raw = command.optsWithGlobals<RawOptions>();
      const { readiness, state } = statusStates(raw.state);
      return finish(status(host, commonOptions({ ...raw, state }), { ...options, readiness }));
    });
  program
    .command('account')
    .argument('<id>', '12 digits')
    .description('everything about one account, with evidence')
    .action((id: string, _options: unknown, command: Command) => finish(account(host, common(command), id)));
}

function addDashboard(program: Command, host: Host, finish: Finish): void {
  program
    .command('dashboard')
    .description('everything on one page in the browser, for you alone, until Ctrl-C; you act there as here')
    .option('--port <number>', 'of this machine; some free one by default', '0')
    .addHelpText(
      'after',
      `
Only this machine can reach it, and only the browser that opens the printed address first.`,
    )
    .action(({ port }: { port: string }, command: Command) => finish(dashboard(host, common(command), port)));
}

function addProving(program: Command, host: Host, finish: Finish): void {
  program
    .command('verify')
    .description('the health checks now; nothing is deployed, and without --probe no account is written to')
    .option('--account <id...>', 'only these accounts')
    .option('--wave <name...>', 'only accounts of these waves')
    .option('--probe', 'first experiment in the accounts of waves with `probe: true`; takes up to 20 minutes')
    .option(
      '--operator-profile <name>',
      'an AWS profile of yours with MFA, lent for one call in one account: with --probe the operator role itself tries its fence',
    )
    .option('--drift', 'look for what people have changed in the stacks, past CloudFormation, instead')
    .action(({ drift, ...options }: VerifyOptions & { drift?: boolean }, command: Command) =>
      finish((drift === true ? verifyDrift : verify)(host, common(command), options)),
    );
  program
    .command('doctor')
    .description('credentials, roles, regions, quotas, records: what is wrong with the installation, and what to do')
    .action((_options: unknown, command: Command) => finish(doctor(host, common(command))));
  program
    .command('evidence')
    .description('what was seen at each visit to an account, as JSON Lines')
    .requiredOption('--since <date>', 'a day or a time in UTC, like 2026-11-22')
    .option('--account <id...>', 'only these accounts')
    .action((options: EvidenceOptions, command: Command) => finish(evidence(host, common(command), options)));
}

function addTrials(program: Command, host: Host, finish: Finish): void {
  program
    .command('simulate')
    .description('a rollout over a made-up organization in virtual time, with its figures')
    .option('--accounts <number>', 'how many accounts it has', '1000')
    .option('--seed <number>', 'the same seed gives the same run', '1')
    .action((options: Omit<SimulateOptions, 'json'>, command: Command) =>
      finish(simulate(host, { ...options, json: common(command).json })),
    );
  program
    .command('demo')
    .description('see a rollout over a made-up organization: a wave is held by a failing check, mended, and finished')
    .option('--once', 'end with the rollout, and do not open the dashboard')
    .action(({ once = false }: { once?: boolean }) => finish(demo(host, once)));
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('print a script that completes commands and options; for bash: `eval "$(strongroom completion bash)"`')
    .action((shell: string) => finish(completion(host, program, shell)));
}
