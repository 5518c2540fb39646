/** What the trials of a rehearsal share: names, requests, and waiting with a limit. */
import { createHash } from 'node:crypto';
import { isStrongroomError } from '../../domain/errors';
import { parseTemplateHash, type Region } from '../../domain/model/brand';
import type { DesiredState } from '../../domain/model/desired-state';
import { rehearsalPrefix } from '../../domain/model/resource-names';
import { isFinal } from '../../domain/model/stack-set-operation';
import type { QuestionId } from '../../domain/rehearsal/questions';
import type { Answer } from '../../domain/rehearsal/report';
import { type Edition, templateOf } from '../../domain/rehearsal/templates';
import type { Guarded } from '../../ports/guard';
import {
  type InstanceResult,
  type OperationRequest,
  type OperationStatus,
  operationEnded,
  type StackInstance,
  type StackSetSpec,
  type Visit,
} from '../../ports/ports';
import type { RehearsalStack } from '../../ports/rehearsal';
import { withRetry } from '../../rollout/retry';

export type RehearsingPorts = Guarded<
  'stackSets' | 'accounts' | 'probes' | 'directory' | 'rehearsal' | 'clock' | 'random'
>;

export interface Scene {
  readonly ports: RehearsingPorts;
  readonly visit: Visit;
  readonly desiredState: DesiredState;
  readonly home: Region;
  readonly optInRegion?: Region | undefined;
  /** Names what this rehearsal creates. */
  readonly stamp: string;
  /** Aborted by an interruption, and when the time is up. */
  readonly signal: AbortSignal;
}

export type Told = Omit<Answer, 'seconds'>;

export interface Trial {
  readonly asks: readonly QuestionId[];
  /** What it does not tell stays unknown, as does everything if it throws. */
  readonly run: (scene: Scene) => Promise<readonly Told[]>;
}

export const confirmed = (question: QuestionId, observed: string): Told => ({
  question,
  verdict: 'confirmed',
  observed,
});
export const refuted = (question: QuestionId, observed: string): Told => ({ question, verdict: 'refuted', observed });
export const unknown = (question: QuestionId, observed: string): Told => ({ question, verdict: 'unknown', observed });

/** A trial that cannot be made, or whose outcome decides nothing. */
export class Undecided extends Error {}
export class Interrupted extends Error {}

/** The StackSets of a rehearsal. */
export type SetKey = 'first' | 'second' | 'third' | 'busy' | 'denied' | 'optin' | 'scoped';

export const setName = ({ stamp }: Pick<Scene, 'stamp'>, key: SetKey): string => `${rehearsalPrefix}${stamp}-${key}`;
export const operationId = ({ stamp }: Pick<Scene, 'stamp'>, what: string): string => `rehearsal-${stamp}-${what}`;
export const listenerName = ({ stamp }: Pick<Scene, 'stamp'>): string => `${rehearsalPrefix}${stamp}`;

interface Wanted {
  readonly set: SetKey;
  readonly edition: Edition;
  readonly note: string;
  /** The set that the stack comes from, which names its rule. */
  readonly from?: SetKey;
  readonly executionRole?: string;
}

export const ruleName = (scene: Pick<Scene, 'stamp'>, set: SetKey): string => setName(scene, set);

function specOf(scene: Scene, { set, edition, note, from = set, executionRole }: Wanted): StackSetSpec {
  const body = templateOf(edition);
  return {
    name: setName(scene, set),
    template: parseTemplateHash(createHash('sha256').update(body).digest('hex')),
    templateBody: body,
    parameters: { RuleName: ruleName(scene, from), Note: note },
    executionRoleName: executionRole ?? scene.visit.roles.ci,
  };
}

export const requestFor = (
  scene: Scene,
  kind: OperationRequest['kind'],
  what: string,
  wanted: Wanted,
  change: Partial<OperationRequest> = {},
): OperationRequest => ({
  operationId: operationId(scene, what),
  kind,
  spec: specOf(scene, wanted),
  accounts: [scene.visit.account],
  regions: [scene.home],
  maxConcurrent: 1,
  failureTolerance: 0,
  strict: false,
  ...change,
});

/** Repeats what fails in passing. */
export const retrying = <T>({ ports }: Pick<Scene, 'ports'>, run: () => Promise<T>): Promise<T> =>
  withRetry(ports, run);

/** @throws Interrupted */
export async function pause({ ports: { clock }, signal }: Scene, seconds: number): Promise<void> {
  await clock.sleepUntil(new Date(clock.now().getTime() + seconds * 1000), signal);
  if (signal.aborted) throw new Interrupted();
}

/** Looks until something is there, for a limited time. Returns undefined after that. */
export async function watching<T>(
  scene: Scene,
  { seconds, everySeconds }: { readonly seconds: number; readonly everySeconds: number },
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const looksMax = Math.ceil(seconds / everySeconds) + 1;
  for (let looks = 1; ; looks++) {
    const found = await retrying(scene, look);
    if (found !== undefined || looks >= looksMax) return found;
    await pause(scene, everySeconds);
  }
}

const operationWatch = { seconds: 20 * 60, everySeconds: 5 } as const;
/** Results are eventually consistent [bc:cloudformation:ListStackSetOperationResults]. */
const resultWatch = { seconds: 120, everySeconds: 5 } as const;

export interface Ended {
  readonly status: OperationStatus;
  /** Of the account in the Region; undefined if the list never had a final one. */
  readonly result: InstanceResult | undefined;
}

/** @throws Undecided if the operation does not end. */
export async function ended(scene: Scene, set: string, id: string, region = scene.home): Promise<Ended> {
  const { stackSets } = scene.ports;
  const status = await watching(scene, operationWatch, async () => {
    const now = await stackSets.status(set, id);
    return operationEnded(now) ? now : undefined;
  });
  if (status === undefined)
    throw new Undecided(`the operation did not end within ${operationWatch.seconds / 60} minutes`);
  const result = await watching(scene, resultWatch, async () =>
    (await stackSets.results(set, id)).find(
      (one) => one.account === scene.visit.account && one.region === region && isFinal(one),
    ),
  );
  return { status, result };
}

export async function run(scene: Scene, request: OperationRequest): Promise<Ended> {
  const id = await retrying(scene, () => scene.ports.stackSets.start(request));
  return ended(scene, request.spec.name, id, request.regions[0]);
}

/** @throws Undecided if the operation has not succeeded. */
export async function succeeded(scene: Scene, request: OperationRequest): Promise<void> {
  const end = await run(scene, request);
  if (end.result?.outcome !== 'SUCCEEDED') throw new Undecided(`the operation before it ended as ${saidOf(end)}`);
}

export const saidOf = ({ status, result }: Ended): string =>
  result === undefined
    ? `${status}, without a result`
    : [status, result.outcome, result.reason].filter(Boolean).join(', ');

export const instanceIn = async (scene: Scene, set: SetKey): Promise<StackInstance | undefined> =>
  (await retrying(scene, () => scene.ports.stackSets.instances(setName(scene, set)))).find(
    ({ account, region }) => account === scene.visit.account && region === scene.home,
  );

export const stackMadeBy = async (scene: Scene, set: SetKey): Promise<RehearsalStack | undefined> =>
  (await retrying(scene, () => scene.ports.rehearsal.stacks(scene.visit, scene.home))).find(
    ({ madeBy }) => madeBy === setName(scene, set),
  );

/** @throws Undecided */
export async function requireStack(scene: Scene): Promise<StackInstance> {
  const instance = await instanceIn(scene, 'first');
  if (instance === undefined || instance.stackId === '') throw new Undecided('the first stack was not created');
  return instance;
}

/** A service that does not know the call, as an emulator may, answers no question about it. */
const unknownCall = /was refused with (InvalidAction|NotImplemented|UnknownOperation)/;

/** AWS has refused a request, which may be the answer; anything else that is thrown decides nothing. */
export const isRefusedByAws = (error: unknown): boolean =>
  isStrongroomError(error) &&
  ['AwsRefused', 'RefusedInAccount', 'StackGone', 'StackSetElsewhere'].includes(error.code) &&
  !unknownCall.test(error.message);
