/** Starts the StackSet operations of the stage at work: updates where instances are, creations where there are none. */

import { loadDocument, loadRelease, loadTemplate } from '../documents';
import { type AccountRecord, isOut } from '../domain/account-record';
import type { Baton } from '../domain/baton';
import type { AccountId, Region, WaveName } from '../domain/brand';
import { errors, isStrongroomError } from '../domain/errors';
import { concurrencyOf, type Intent, toleranceOf } from '../domain/intent';
import { type ModuleId, type ReleaseModule, stackSetName } from '../domain/module';
import type { Rehoming, Stage } from '../domain/plan';
import type { Release } from '../domain/release';
import type { RolloutRecord, StageOperation } from '../domain/rollout';
import { workIn } from '../domain/work';
import { holdsOther } from '../holding';
import type { Item, OperationRequest, Ports } from '../ports/ports';
import { readStage, writeOperation, writeStage } from '../records';
import { changeAccount, moved } from './account-work';
import { makeWay } from './make-way';
import { patiently } from './patience';
import { oneByOne, refusedStart } from './refused-start';
import { rehomingRequests } from './rehome';
import { type EventBody, type Move, playTurn, refuseLate } from './turn';
import { recordsOf, waveAtWork, workOf } from './wave-at-work';

export interface ModuleRequest {
  readonly module: ModuleId;
  readonly request: OperationRequest;
}

type DeployPorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'stackSets' | 'random'>;

export const deployStage = (ports: DeployPorts) => (baton: Baton) =>
  playTurn(ports, 'DeployStage', baton, async (record, now): Promise<Move<'DeployStage'>> => {
    const wave = waveAtWork(record);
    const stage = stageAtWork(record);
    const accounts = await accountsOfStage(ports, record, stage);
    const requests = await requestsFor(ports, record, stage, accounts);
    await refuseOtherContent(ports, record, requests);
    const touched = new Set(requests.flatMap(({ request }) => request.accounts));

    await Promise.all(
      accounts
        .filter(({ value }) => touched.has(value.id))
        .map((item) => changeAccount(ports, record.id, item, (account) => moved(account, 'deployStarted', now))),
    );
    const at = { id: record.id, wave: wave.name, attempt: wave.attempt, stage: stage.index };
    const known = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    const total = requests.reduce((sum, { request }) => sum + request.accounts.length * request.regions.length, 0);
    const progress = { done: 0, failed: 0, total };
    // What is about to be started is named first: if we die in between, whoever aborts the rollout can still stop it.
    const meant = requests.map((request) => operationOf(request, request.request.operationId, now));
    const version = await writeStage(ports, at, { operations: meant, progress }, known?.version ?? 0);
    await makeWay(
      ports,
      requests.map(({ request }) => request.spec.name),
    );
    const { operations, refused } = await startAll(ports, { record, stage, at, turn: baton.turn, now }, requests);
    await writeStage(ports, at, { operations, progress }, version);
    const regions = [...new Set(requests.flatMap(({ request }) => request.regions))];
    return {
      word: 'go',
      record: { ...record, status: { kind: 'running', doing: `stage ${stage.index + 1} of ${wave.stages.length}` } },
      events: [
        {
          type: 'stageStarted',
          wave: wave.name,
          stage: stage.index,
          stages: wave.stages.length,
          modules: stage.modules,
          regions,
          accounts: touched.size,
          ...(stage.step && { step: stage.step }),
        },
        ...refused,
      ],
    };
  });

interface Starting {
  readonly record: RolloutRecord;
  readonly stage: Stage;
  readonly at: Parameters<typeof writeOperation>[2];
  readonly turn: number;
  readonly now: Date;
}

async function startAll(
  ports: DeployPorts,
  starting: Starting,
  requests: readonly ModuleRequest[],
): Promise<{ readonly operations: readonly StageOperation[]; readonly refused: readonly EventBody[] }> {
  const { record, stage, at, turn, now } = starting;
  const operations: StageOperation[] = [];
  const refused: EventBody[] = [];
  for (const request of requests) {
    // Immediately before the start, which nothing takes back: much time may have passed since the turn began.
    await refuseLate(ports, record.id, turn);
    try {
      const operation = await start(ports, request, now);
      // Nobody waits for it yet, so an event that comes before this is not missed.
      await writeOperation(ports, operation, at);
      operations.push(operation);
    } catch (error) {
      if (!isStrongroomError(error) || error.retriable) throw error;
      const parts = stage.step === 'adopt' && error.code === 'StackGone' ? oneByOne(request) : [];
      if (parts.length > 1) {
        const each = await startAll(ports, starting, parts);
        operations.push(...each.operations);
        refused.push(...each.refused);
      } else refused.push(...(await refusedStart(ports, starting, request, error)));
    }
  }
  return { operations, refused };
}

export function stageAtWork(record: RolloutRecord): Stage {
  const wave = waveAtWork(record);
  const stage = wave.stages[wave.stage];
  if (stage === undefined) throw errors.internal(`wave ${wave.name} has no stage ${wave.stage}`);
  return stage;
}

/** Those that are still in. */
async function accountsOfStage(
  ports: Pick<Ports, 'store' | 'artifacts'>,
  record: RolloutRecord,
  stage: Stage,
): Promise<readonly Item<AccountRecord>[]> {
  const work = await workOf(ports, record);
  const items = await recordsOf(ports, work.slice(stage.from, stage.to));
  return items.filter(({ value }) => !isOut(value, record.id));
}

async function requestsFor(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
  stage: Stage,
  accounts: readonly Item<AccountRecord>[],
): Promise<readonly ModuleRequest[]> {
  const wave = waveAtWork(record);
  const [intent, release] = await Promise.all([
    loadDocument(ports, 'intent', record.intent),
    loadRelease(ports, wave.release),
  ]);
  const requests: ModuleRequest[] = [];
  if (stage.step !== undefined) return movingRequests(ports, record, stage, stage.step, release, accounts, intent);
  for (const module of release.modules.filter(({ module }) => stage.modules.includes(module))) {
    const body = await loadTemplate(ports, module.template);
    const regions = stage.regions[module.module] ?? [];
    const spec = specOf(record, module, body, intent);
    parts(accounts, module, regions, wave.name).forEach((part, index) => {
      if (stage.updatesOnly && part.kind === 'create') return;
      const operationId = operationKey(record, stage, [module.module, part.kind, String(index)]);
      requests.push({ module: module.module, request: { ...part, ...paceOf(record), operationId, spec } });
    });
  }
  return requests;
}

/** Accounts from other waves bring their stacks along: what is deployed there stays as it is. */
async function movingRequests(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
  stage: Stage,
  step: Rehoming,
  release: Release,
  accounts: readonly Item<AccountRecord>[],
  intent: Intent,
): Promise<readonly ModuleRequest[]> {
  const records = accounts.map(({ value }) => value);
  const moves = rehomingRequests(stage, step, waveAtWork(record).name, release.modules, records);
  return Promise.all(
    moves.map(async ({ module, wave, ...request }, index) => {
      const spec = specOf(record, module, await loadTemplate(ports, module.template), intent);
      const operationId = operationKey(record, stage, [module.module, step, String(index)]);
      const name = stackSetName(wave, module.module);
      return {
        module: module.module,
        request: { ...request, ...paceOf(record), operationId, spec: { ...spec, name } },
      };
    }),
  );
}

type Part = Pick<OperationRequest, 'kind' | 'accounts' | 'regions'>;

/**
 * An operation covers accounts × regions, so accounts are grouped by the regions in which they want the same: first updates,
 * which bring the set to the template, then creations, which take the template from the set.
 */
function parts(
  accounts: readonly Item<AccountRecord>[],
  module: ReleaseModule,
  regions: readonly Region[],
  wave: WaveName,
): readonly Part[] {
  const groups = new Map<string, { kind: Part['kind']; accounts: AccountId[]; regions: Region[] }>();
  for (const { value } of accounts) {
    for (const kind of ['update', 'create'] as const) {
      const wanted = regions.filter((region) => workIn(value, module, region, wave) === kind);
      if (wanted.length === 0) continue;
      const name = `${kind} ${wanted.join()}`;
      const group = groups.get(name) ?? { kind, accounts: [], regions: wanted };
      group.accounts.push(value.id);
      groups.set(name, group);
    }
  }
  return [...groups.values()].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'update' ? -1 : 1));
}

/** A natural key: the same stage of the same attempt starts the same operation, however often it is asked. */
function operationKey(record: RolloutRecord, stage: Stage, part: readonly string[]): string {
  const { name, attempt } = waveAtWork(record);
  return [record.id, name, attempt, record.direction, stage.index, ...part].join('-');
}

/** What earlier stages have used of the tolerance is not there to be used again. */
function paceOf(record: RolloutRecord): Pick<OperationRequest, 'maxConcurrent' | 'failureTolerance' | 'strict'> {
  const { spec, accounts, lost } = waveAtWork(record);
  return {
    maxConcurrent: concurrencyOf(spec.maxConcurrent, accounts),
    failureTolerance: Math.max(0, toleranceOf(spec, accounts) - lost),
    strict: spec.strict,
  };
}

const specOf = (
  record: RolloutRecord,
  module: ReleaseModule,
  templateBody: string,
  intent: Intent,
): OperationRequest['spec'] => ({
  name: stackSetName(waveAtWork(record).name, module.module),
  template: module.template,
  templateBody,
  parameters: module.parameters,
  executionRoleName: intent.organization.ciRole,
  administrationRoleArn: intent.organization.administrationRoleArn,
});

/**
 * New instances get what the set holds, whatever is asked for [bc:cloudformation:UpdateStackSet]. A rollout over the wave brings the set
 * to its release itself, by its updates; the guest of a wave must find it there, and changes nothing for the others.
 */
async function refuseOtherContent(
  ports: DeployPorts,
  record: RolloutRecord,
  requests: readonly ModuleRequest[],
): Promise<void> {
  if (record.request.newAccount !== true) return;
  for (const { kind, spec } of requests.map(({ request }) => request)) {
    // What leaves the set of a former wave takes nothing from it.
    if (kind !== 'release' && (await holdsOther(ports, spec.name, spec)))
      throw errors.stackSetElsewhere(spec.name, `release ${waveAtWork(record).release}`);
  }
}

async function start(ports: DeployPorts, request: ModuleRequest, now: Date): Promise<StageOperation> {
  return operationOf(request, await patiently(ports, () => ports.stackSets.start(request.request)), now);
}

const operationOf = ({ module, request }: ModuleRequest, operationId: string, now: Date): StageOperation => ({
  stackSet: request.spec.name,
  operationId,
  module,
  kind: request.kind,
  accounts: request.accounts.length,
  startedAt: now.toISOString(),
});
