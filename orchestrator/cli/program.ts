/** The commands and their options with the texts of --help. Their implementations are in commands/. */
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
import { examplesOf, programHelp } from './examples';
import { type ExitStatus, exitStatus } from './exit-status';
import { tell } from './failure';
import type { Host } from './host';
import { addInstall } from './install-commands';
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
import { addRehearsal } from './rehearsal-commands';
import { addState } from './state-commands';

/** Runs a command line, without the name of the program, and returns its exit status. It never throws. */
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
    // Without a command, the help is the whole answer.
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
  'init install uninstall doctor plan rollout watch pause resume approve reject abort rollback status account verify evidence state dashboard simulate demo completion rehearse'.split(
    ' ',
  );

type Finish = (command: Promise<ExitStatus>) => Promise<void>;

function createProgram(host: Host, version: string, finish: Finish): Command {
  const { io } = host;
  const program = new Command('strongroom')
    .description('Roll out a security baseline over an AWS Organization in waves, with health checks between them.')
    .version(version, '--version')
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      // runCommandLine prints it, like every other error.
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText('after', programHelp);
  addCommonOptions(program);
  addPlanning(program, host, finish);
  addInstall(program, host, finish);
  addAnswers(program, host, finish);
  addRollback(program, host, finish);
  addReading(program, host, finish);
  addVerifying(program, host, finish);
  addState(program, host, finish);
  addDashboard(program, host, finish);
  addTrials(program, host, finish);
  addRehearsal(program, host, finish);
  for (const command of program.commands) command.addHelpText('after', examplesOf(command.name()));
  return program;
}

function addCommonOptions(program: Command): void {
  program
    .option('--config <file>', `the config file (default: ${configDefault})`)
    .addOption(
      new Option(
        '--world <world>',
        'aws, or simulated[:FILE]: a simulated organization for this command only; FILE is JSON like {"seed": 7, "accounts": 120}',
      ).default('aws'),
    )
    .addOption(
      new Option('--state <place>', 'location of the records: a folder, or dynamodb:TABLE')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], stateFolderDefault),
    )
    .option(
      '--engine <engine>',
      'where rollouts run: stepfunctions (the deployed orchestrator, used if it is found) or local (this process)',
    )
    .option('--stack <name>', `the stack of the deployed orchestrator (default: ${stackDefault})`)
    .option('--json', 'print JSON');
}

const common = (command: Command): CommonOptions => commonOptions(command.optsWithGlobals<RawOptions>());

function withSelection(command: Command): Command {
  return command
    .option('--wave <name...>', 'only these waves')
    .option('--account <id...>', 'only these accounts')
    .option('--retry-failed', 'only accounts whose last deployment or check failed')
    .option(
      '--include-drifted',
      'revert changes made to stacks outside CloudFormation; with --retry-failed, include drifted accounts',
    );
}

function addPlanning(program: Command, host: Host, finish: Finish): void {
  program
    .command('init')
    .description(`write ${configDefault} for your organization; does not overwrite a file`)
    .action((_options: unknown, command: Command) => finish(init(host, common(command))));
  withSelection(program.command('plan'))
    .description('show the accounts and changes of each wave, and excluded accounts, with reasons; changes nothing')
    .option('--full', 'list every account')
    .action((options: Selection & { full?: boolean }, command: Command) =>
      finish(plan(host, common(command), options)),
    );
  withSelection(program.command('rollout'))
    .description('start a rollout and follow it')
    .option('--reason <text>', 'the reason, recorded with your identity and the time', reasonGiven)
    .option('--emergency', 'skip soaks and ignore freezes; gates and approvals apply; requires --reason')
    .option('--take-over-state', 'replace another state that manages the organization; requires --reason')
    .option('--yes', 'skip the confirmation')
    .action((options: RolloutOptions, command: Command) => finish(rollout(host, common(command), options)));
}

function addAnswers(program: Command, host: Host, finish: Finish): void {
  program
    .command('watch')
    .argument('<rollout>', 'rollout id')
    .description('follow a rollout that runs elsewhere, until it ends or requires a decision')
    .action((id: string, _options: unknown, command: Command) => finish(watch(host, common(command), id)));
  program
    .command('resume')
    .argument('<rollout>', 'rollout id')
    .description('continue a paused or interrupted rollout, or retry a held wave')
    .option('--reason <text>', 'the reason, recorded with your identity and the time', reasonGiven)
    .action((id: string, { reason }: { reason?: string }, command: Command) =>
      finish(resume(host, common(command), id, reason)),
    );
  const answers = [
    ['pause', pause, 'pause a rollout: complete work in progress, start nothing new until `resume`'],
    ['approve', approve, 'approve a wave, or override the gate of a held wave'],
    ['reject', reject, 'end a rollout that waits for a decision; completed changes stay'],
    ['abort', abort, 'end a rollout now: stop operations in progress; completed changes stay'],
  ] as const;
  for (const [name, run, description] of answers)
    program
      .command(name)
      .argument('<rollout>', 'rollout id')
      .description(description)
      .requiredOption('--reason <text>', 'the reason, recorded with your identity and the time', reasonGiven)
      .action((id: string, { reason }: { reason: string }, command: Command) =>
        finish(run(host, common(command), id, reason)),
      );
}

function addRollback(program: Command, host: Host, finish: Finish): void {
  program
    .command('rollback')
    .argument('<rollout>', 'rollout id')
    .description('roll back a rollout: each wave returns to its last good release, the last wave first')
    .option('--wave <name...>', 'only these waves')
    .option('--to <release>', 'return to this release, by its id or the beginning of it')
    .requiredOption('--reason <text>', 'the reason, recorded with your identity and the time', reasonGiven)
    .option('--yes', 'skip the confirmation')
    .addHelpText(
      'after',
      `
Stacks and settings return to the older release. Nothing is deleted: stacks of modules that the older release does not have
are kept, and settings that it does not govern get the value from before Strongroom changed them. A held rollout rolls back
its current wave. For a rollout that has ended, another rollout rolls back its waves, with the same gates.`,
    )
    .action((id: string, options: RollbackOptions, command: Command) =>
      finish(rollback(host, common(command), id, options)),
    );
}

function addReading(program: Command, host: Host, finish: Finish): void {
  program
    .command('status')
    .description('show the state of every account, and recent rollouts')
    .option('--wave <name...>', 'only accounts of these waves')
    .option('--csv', 'print CSV')
    .addHelpText(
      'after',
      '\nFor this command, --state also filters: `--state UNHEALTHY` shows only accounts in this state.',
    )
    .action((options: { wave?: string[]; csv?: boolean }, command: Command) => {
      const raw = command.optsWithGlobals<RawOptions>();
      const { readiness, state } = statusStates(raw.state);
      return finish(status(host, commonOptions({ ...raw, state }), { ...options, readiness }));
    });
  program
    .command('account')
    .argument('<id>', 'account id, 12 digits')
    .description('show everything about one account, with evidence')
    .action((id: string, _options: unknown, command: Command) => finish(account(host, common(command), id)));
}

function addDashboard(program: Command, host: Host, finish: Finish): void {
  program
    .command('dashboard')
    .description('open the dashboard in a browser, for you alone, until Ctrl-C')
    .option('--port <number>', 'local port; a free port by default', '0')
    .addHelpText(
      'after',
      `
The dashboard listens on this machine only, and only for the browser that first opens the printed address.`,
    )
    .action(({ port }: { port: string }, command: Command) => finish(dashboard(host, common(command), port)));
}

function addVerifying(program: Command, host: Host, finish: Finish): void {
  program
    .command('verify')
    .description('run the health checks now; deploys nothing, and changes no account without --probe')
    .option('--account <id...>', 'only these accounts')
    .option('--wave <name...>', 'only accounts of these waves')
    .option('--probe', 'first run probes in the accounts of waves with `probe: true`; takes up to 20 minutes')
    .option(
      '--operator-profile <name>',
      'an AWS profile with MFA, used for the region deny probe of one account, as the operator role itself',
    )
    .option('--drift', 'detect changes made to stacks outside CloudFormation instead')
    .action(({ drift, ...options }: VerifyOptions & { drift?: boolean }, command: Command) =>
      finish((drift === true ? verifyDrift : verify)(host, common(command), options)),
    );
  program
    .command('doctor')
    .description('check credentials, roles, regions, quotas and records of the installation')
    .action((_options: unknown, command: Command) => finish(doctor(host, common(command))));
  program
    .command('evidence')
    .description('print the evidence of every visit to an account, as JSON Lines')
    .requiredOption('--since <date>', 'a day or a time in UTC, like 2026-11-22')
    .option('--account <id...>', 'only these accounts')
    .action((options: EvidenceOptions, command: Command) => finish(evidence(host, common(command), options)));
}

function addTrials(program: Command, host: Host, finish: Finish): void {
  program
    .command('simulate')
    .description('run a rollout over a simulated organization in virtual time, and print its figures')
    .option('--accounts <number>', 'number of accounts', '1000')
    .option('--seed <number>', 'random seed; the same seed gives the same run', '1')
    .action((options: Omit<SimulateOptions, 'json'>, command: Command) =>
      finish(simulate(host, { ...options, json: common(command).json })),
    );
  program
    .command('demo')
    .description(
      'watch a rollout over a simulated organization: a failing check holds a wave, is fixed, and the rollout completes',
    )
    .option('--once', 'do not open the dashboard at the end')
    .action(({ once = false }: { once?: boolean }) => finish(demo(host, once)));
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('print a shell completion script; for bash: `eval "$(strongroom completion bash)"`')
    .action((shell: string) => finish(completion(host, program, shell)));
}
