/** One call of a process: on its way out, in the world, and on its way back. */
import { errors } from '../../orchestrator/domain/errors';
import type { PreviousSettings } from '../../orchestrator/domain/model/settings';
import type { Key, Notice, OperationRequest, Preflight, UnguardedPorts, Visit } from '../../orchestrator/ports/ports';
import type { Effect, Moment, Source } from './history';
import type { Caller, MachineWorld, Process } from './run-state';
import { died, type VisitFate } from './weather';

export const calmly: VisitFate = { crashes: [], zombies: [], twice: false };

export interface Call {
  readonly api: string;
  readonly args: readonly unknown[];
  readonly call: () => Promise<unknown>;
}

const writing = new Set([
  'store.put',
  'artifacts.put',
  'stackSets.start',
  'stackSets.stop',
  'stackSets.detectDrift',
  'accounts.ensureLinkedRoles',
  'accounts.applySettings',
  'accounts.putBackSettings',
  'accounts.revertDrift',
  'callbacks.succeed',
  'notifier.notify',
]);
/** A task that has failed so often in a row is not failed again by short faults: the state machine's patience has an end too. */
const wornAfter = 4;
/** A call that fails takes its time as well. */
const failureMs = 300;

export async function called(run: MachineWorld, process: Process, caller: Caller, it: Call): Promise<unknown> {
  const { weather, world } = run;
  const { api } = it;
  const isWriting = writing.has(api);
  caller.calls++;
  if (isWriting) caller.writes++;
  const nth = caller.writes;
  const crash = isWriting ? caller.fate.crashes.find(({ write }) => write === nth) : undefined;
  if (caller.isDead) await never;
  await turnIntoZombie(run, caller, api);
  if (crash?.when === 'before') await die(run, caller, `before write ${nth}, ${api}`);
  const isWorn = (run.failedInRow.get(`${caller.rollout} ${caller.name}`) ?? 0) >= wornAfter;
  const fate = weather.call(api, targetOf(it), isWorn);
  const wait = (ms: number) => process.gate.through(() => world.clock.sleepUntil(new Date(world.clock.nowMs() + ms)));
  if (fate.before !== undefined) {
    await wait(failureMs);
    throw fate.before;
  }
  if (fate.lateSeconds !== undefined) await wait(fate.lateSeconds * 1000);

  // Recorded inside the gate: what a process did before it was killed has happened, though it never learns of it.
  const through = (): Promise<unknown> => process.gate.through(() => happens(run, caller, it));
  const answer = await through();
  if (fate.doubled) await again(through);
  if (!isNear(api)) process.answered();
  if (crash?.when === 'after') await die(run, caller, `after write ${nth}, ${api}`);
  if (fate.after !== undefined) throw fate.after;
  if (caller.isDead) await never;
  return answer;
}

const never = new Promise<never>(() => {});

/** What does not go to AWS, as far as a laptop is concerned. */
const isNear = (api: string): boolean => /^(store|artifacts|callbacks)\./.test(api);

/** A call that arrives twice may be refused the second time, and nobody hears of that. */
const again = (through: () => Promise<unknown>): Promise<unknown> => through().catch(() => undefined);

async function turnIntoZombie(run: MachineWorld, caller: Caller, api: string): Promise<void> {
  const zombie = caller.fate.zombies.find((z) => z.call === caller.calls);
  if (zombie === undefined) return;
  run.say(`${caller.name} is taken for dead at ${api}`);
  caller.end(died(caller.name));
  await run.world.clock.sleepUntil(new Date(run.world.clock.nowMs() + zombie.minutes * 60_000));
}

function die(run: MachineWorld, caller: Caller, where: string): Promise<never> {
  run.say(`${caller.name} of ${caller.rollout} dies ${where}`);
  caller.isDead = true;
  caller.end(died(caller.name));
  return never;
}

function targetOf({ api, args }: Call): string {
  const [first] = args;
  if (api.startsWith('accounts.')) return (first as Visit).account;
  if (api.startsWith('store.') && api !== 'store.getMany' && typeof first === 'object')
    return Object.values(first as Key).join(' ');
  return typeof first === 'string' ? first : '';
}

async function happens(run: MachineWorld, caller: Caller, it: Call): Promise<unknown> {
  const source = (): Source => ({
    at: run.world.clock.nowMs(),
    by: caller.rollout,
    task: caller.name,
    since: caller.since,
    looked: caller.looked,
  });
  const effect = effectOf(run, source(), it);
  if (effect !== undefined) run.observe(effect);
  try {
    const answer = await it.call();
    const shown = shownBy(run, source(), it, answer);
    if (shown !== undefined) run.observe(shown);
    if (it.api === 'stackSets.start') run.operationStarted(it.args[0] as OperationRequest);
    return answer;
  } catch (error) {
    refused(run, source(), it, error);
    throw error;
  } finally {
    if (it.api.startsWith('store.')) caller.looked = run.recorder.now();
  }
}

/** What a call does to the world, recorded when it is sent. */
function effectOf(run: MachineWorld, source: Source, { api, args }: Call): Effect | undefined {
  if (api.startsWith('accounts.')) {
    const { account, rollout: by } = args[0] as Visit;
    const visit = { ...source, by, account };
    switch (api) {
      case 'accounts.applySettings':
        return { ...visit, kind: 'settingsWritten' };
      case 'accounts.putBackSettings':
        return { ...visit, kind: 'settingsPutBack', previous: args[1] as PreviousSettings };
      case 'accounts.revertDrift':
        return { ...visit, kind: 'driftReverted' };
      default:
        return { ...visit, kind: 'entered', purpose: api.slice('accounts.'.length) };
    }
  }
  if (api === 'callbacks.succeed') return { ...source, kind: 'woken', token: args[0] as string };
  if (api === 'artifacts.put') run.recorder.documentWritten(args[0] as string, args[1] as string);
  if (api !== 'stackSets.start') return undefined;
  const request = args[0] as OperationRequest;
  // An operation with a known id is the same operation.
  return run.isStarted(request.operationId) ? undefined : { ...source, kind: 'operation', request };
}

/** What an answer shows: an accepted write, a visit to an account, a notice. */
function shownBy(run: MachineWorld, source: Source, { api, args }: Call, answer: unknown): Moment | undefined {
  switch (api) {
    case 'store.put':
      return run.recorder.stored(args[0] as Key, args[1], source);
    case 'notifier.notify':
      return { ...source, kind: 'notified', notice: args[0] as Notice };
    case 'accounts.collectFacts': {
      const visit = visitOf(args, source);
      const facts = answer as Awaited<ReturnType<UnguardedPorts['accounts']['collectFacts']>>;
      const stacks = run.recorder.stacksOf(visit.account);
      return { ...visit, kind: 'visited', facts, stacks, blinded: run.weather.isBlind(visit.account) };
    }
    case 'accounts.preflight': {
      const closed = (answer as Preflight).unusable.map(({ region }) => region);
      return { ...visitOf(args, source), kind: 'preflighted', closed };
    }
    case 'accounts.readSettings':
      return { ...visitOf(args, source), kind: 'settingsRead', values: answer as PreviousSettings };
    default:
      return undefined;
  }
}

function visitOf(args: readonly unknown[], source: Source) {
  const { account, rollout: by } = args[0] as Visit;
  return { ...source, by, account };
}

/** Not the account's doing, in any case. */
const notTheirs: readonly string[] = [errors.throttled('').name, errors.awsUnavailable('', '').name];

function refused(run: MachineWorld, source: Source, { api, args }: Call, error: unknown): void {
  if (!api.startsWith('accounts.') || !(error instanceof Error) || notTheirs.includes(error.name)) return;
  run.observe({ ...visitOf(args, source), kind: 'refused', api, why: error.name });
}
