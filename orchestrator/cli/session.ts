/** The session of a command: the ports of a world, the config, and an engine that runs rollouts. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { loadConfig } from '../config/load';
import { formatProblem, parseConfig } from '../config/parse';
import { errors, isStrongroomError, messageOf, type StrongroomError } from '../domain/errors';
import { installationOf } from '../domain/installation/installation';
import type { Actor } from '../domain/model/actor';
import type { DesiredState } from '../domain/model/desired-state';
import { onStackSetEvent } from '../events/on-stack-set';
import type { ClosedExecutions, ClosedRehearsal, Directory, Ports } from '../ports/ports';
import type { Baseline } from '../records/baseline';
import { createEmbeddedEngine, type EmbeddedEngine } from '../runtime/embedded';
import { createSigns } from '../runtime/signs';
import { createStepFunctionsRunner, type Runner } from '../runtime/step-functions';
import { stackSetEvent } from '../simulated/stack-set-event';
import type { SimulatedWorld } from '../simulated/world';
import { callerActor, simulatedActor } from './actor';
import { type Located, locateEngine } from './engine';
import type { Host } from './host';
import { type CommonOptions, configDefault, stateFolderDefault } from './options';
import { createPace } from './pace';

export interface Session {
  readonly ports: Ports;
  /** Who acts. Asked before anything is recorded. @throws UnknownCaller. */
  readonly actor: () => Promise<Actor>;
  readonly desiredState: DesiredState;
  readonly baseline: Baseline;
  /** Whether the session can change anything outside this process. */
  readonly isReal: boolean;
  /** Runs work in the time of the world. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs work slowly enough to watch, if hours pass in seconds. */
  readonly runSlowly: <T>(work: () => Promise<T>) => Promise<T>;
  /** The engine that runs rollouts. */
  readonly engine: (onTransition?: () => void) => Runner;
  /** Executions of the deployed state machine, which continue when this process ends. */
  readonly executions?: ClosedExecutions | undefined;
  readonly openRehearsal: () => Promise<ClosedRehearsal>;
  /** Closes this session, which wrote nothing, and opens one that keeps its records. */
  readonly forWriting: () => Promise<Session>;
  readonly close: () => Promise<void>;
}

/** Its rollouts run in this process, so it knows their figures. */
export interface SimulatedSession extends Session {
  readonly engine: (onTransition?: (state: string) => void) => EmbeddedEngine;
}

/** Opens a session for reading. It creates no state folder, even if the command fails. */
export async function openSession(host: Host, options: CommonOptions): Promise<Session> {
  const { world, config, engine } = options;
  if (world.kind === 'simulated') return openMadeUpSession(host, options, world.file);
  const desiredState = await loadConfig(config ?? configDefault, warn(host));
  const located = await locateEngine(host, engine, desiredState.regions.home);
  return openAwsSession(
    host,
    { baseline: await host.readBaseline(), desiredState, state: options.state, ...located },
    'read',
  );
}

/** For `doctor`, which reports a state that cannot be used and checks the rest without it. */
export async function openSessionAnyhow(
  host: Host,
  options: CommonOptions,
): Promise<{ readonly session: Session; readonly stateRefused?: StrongroomError }> {
  try {
    return { session: await openSession(host, options) };
  } catch (error) {
    if (!isStrongroomError(error) || !error.code.startsWith('State')) throw error;
    // The first attempt has printed the warnings of the config.
    const silent = { ...host, io: { ...host.io, err: () => {} } };
    return { session: await openSession(silent, { ...options, state: { kind: 'none' } }), stateRefused: error };
  }
}

const warn = (host: Host) => (warning: string) => host.io.err(`warning: ${warning}`);

/** Intervals for polling operations in progress: no AWS events reach this process. */
const nudgeSeconds = [1, 2, 4, 8, 15] as const;

interface AwsSessionOptions extends Located {
  readonly baseline: Baseline;
  readonly desiredState: DesiredState;
  readonly state: CommonOptions['state'];
}

async function openAwsSession(host: Host, options: AwsSessionOptions, use: 'read' | 'write'): Promise<Session> {
  const { baseline, desiredState, state, deployment, refused } = options;
  if (use === 'write' && refused !== undefined) throw refused;
  const installation = installationOf(desiredState);
  const { home } = installation;
  const here = host.env('AWS_REGION') ?? host.env('AWS_DEFAULT_REGION') ?? home;
  const world = await host.openAws({
    region: deployment === undefined ? here : home,
    homeRegion: home,
    notificationTopicArn: desiredState.notifications?.topicArn,
    administrationRole: installation.administrationRole,
    directoryRoleArn: host.env('STRONGROOM_DIRECTORY_ROLE') ?? installation.directoryRoleArn,
    state: deployment === undefined ? awsState(host, state, use) : { kind: 'dynamodb', ...deployment },
    stateMachineArn: deployment?.stateMachine,
  });
  const { executions } = world;
  // Only a table can be used by a deployed state machine too.
  const isDeployed = state?.kind === 'dynamodb';
  const ports: Ports = { ...world, signs: createSigns(world, { executions, isDeployed }) };
  return {
    ports,
    actor: async () => callerActor(host, await world.caller()),
    desiredState,
    baseline,
    isReal: true,
    executions,
    openRehearsal: world.openRehearsal,
    run: (work) => work(),
    runSlowly: (work) => work(),
    engine: (onTransition) =>
      executions === undefined
        ? createEmbeddedEngine(world, {
            baseline,
            nudgeSeconds,
            isShared: true,
            isDeployed,
            ...(onTransition && { onTransition }),
          })
        : createStepFunctionsRunner(ports, executions, onTransition),
    forWriting: async () => {
      await world.close();
      return openAwsSession(host, options, 'write');
    },
    close: world.close,
  };
}

function awsState(host: Host, state: CommonOptions['state'], use: 'read' | 'write') {
  if (state?.kind === 'dynamodb') {
    const bucket = host.env('STRONGROOM_BUCKET');
    if (bucket === undefined)
      throw errors.invalidInput(
        `table ${state.table} requires a bucket`,
        'set STRONGROOM_BUCKET to the bucket of the deployed orchestrator',
      );
    return { kind: 'dynamodb', table: state.table, bucket } as const;
  }
  if (state?.kind === 'none') return { kind: 'memory' } as const;
  const folder = state?.folder ?? stateFolderDefault;
  return use === 'read' && !existsSync(folder)
    ? ({ kind: 'memory' } as const)
    : ({ kind: 'embedded', folder } as const);
}

/** Opens only the directory of the organization, for a user without a config. */
export async function withDirectory<T>(
  host: Host,
  { world: choice }: CommonOptions,
  home: string,
  ask: (directory: Directory) => Promise<T>,
): Promise<T> {
  if (choice.kind === 'simulated') {
    const { directory, clock } = await openMadeUp(host, choice.file);
    return clock.run(ask(directory));
  }
  const directoryRoleArn = host.env('STRONGROOM_DIRECTORY_ROLE');
  const world = await host.openAws({ region: home, homeRegion: home, state: { kind: 'memory' }, directoryRoleArn });
  return ask(world.directory).finally(world.close);
}

const madeUp = z.strictObject({
  seed: z.int().min(0).prefault(1),
  accounts: z.int().prefault(120),
});

async function openMadeUpSession(host: Host, options: CommonOptions, file: string | undefined): Promise<Session> {
  if (options.state !== undefined)
    throw errors.invalidInput('each command creates a new simulated organization and keeps no state', 'remove --state');
  const world = await openMadeUp(host, file);
  return simulatedSession(host, world, await simulatedDesiredState(host, world, options.config));
}

async function openMadeUp(host: Host, file: string | undefined): Promise<SimulatedWorld> {
  const { seed, accounts } = file === undefined ? madeUp.parse({}) : await readMadeUp(file);
  return host.openSimulated({ seed, accounts, start: host.now() });
}

export async function simulatedSession(
  host: Host,
  world: SimulatedWorld,
  desiredState: DesiredState,
): Promise<SimulatedSession> {
  const baseline = await host.readBaseline();
  let isOver = false;
  const session: SimulatedSession = {
    ports: world,
    actor: async () => simulatedActor(host),
    desiredState,
    baseline,
    isReal: false,
    openRehearsal: world.openRehearsal,
    run: (work) => world.clock.run(work()),
    runSlowly: (work) =>
      world.clock.run(
        work(),
        createPace(() => isOver),
      ),
    engine: (onTransition) => {
      const engine = createEmbeddedEngine(world, { baseline, ...(onTransition && { onTransition }) });
      world.onOperationEnded(
        (stackSet, operationId) => void deliver(engine.ports, stackSetEvent(stackSet, operationId)),
      );
      return engine;
    },
    forWriting: async () => session,
    close: async () => {
      isOver = true;
    },
  };
  return session;
}

/** Lambda retries a failed event after one minute and after two [doc:lambda/invocation-async-error-handling]. */
const redeliveryMinutes = [1, 2] as const;

/** The backstop of the state machine finds events that are lost after these retries. */
async function deliver(ports: Ports, event: unknown): Promise<void> {
  for (const minutes of [0, ...redeliveryMinutes]) {
    await ports.clock.sleepUntil(new Date(ports.clock.now().getTime() + minutes * 60_000));
    try {
      await onStackSetEvent(ports)(event);
      return;
    } catch (error) {
      if (!isStrongroomError(error)) throw error;
    }
  }
}

async function simulatedDesiredState(
  host: Host,
  world: SimulatedWorld,
  config: string | undefined,
): Promise<DesiredState> {
  if (config !== undefined || existsSync(configDefault)) return loadConfig(config ?? configDefault, warn(host));
  host.io.err(`note: ${configDefault} not found, using the config of the simulated organization`);
  return madeUpDesiredState(world);
}

export async function madeUpDesiredState(world: SimulatedWorld): Promise<DesiredState> {
  const { simulatedConfig } = await import('../simulated/config');
  const file = 'the simulated config';
  const config = parseConfig(simulatedConfig(world.organization), file);
  if (config.ok) return config.desiredState;
  throw errors.invalidConfig(
    file,
    config.problems.map((problem) => formatProblem(file, problem)),
  );
}

/** A description of an organization is much smaller. */
const madeUpBytesMax = 65_536;

async function readMadeUp(file: string): Promise<z.infer<typeof madeUp>> {
  const next = 'use JSON like {"seed": 7, "accounts": 120}';
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw errors.invalidInput(`cannot read ${file}: ${messageOf(error)}`, next);
  });
  if (text.length > madeUpBytesMax)
    throw errors.invalidInput(`${file} is over the limit of ${madeUpBytesMax} bytes`, next);
  const parsed = madeUp.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw errors.invalidInput(
    `${file} is not a valid simulated organization: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join('; ')}`,
    next,
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
