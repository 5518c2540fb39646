/** The StackSet operations of one stage: by module, and by what its accounts need. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, Region, WaveName } from '../domain/model/brand';
import { currentWave } from '../domain/model/current-wave';
import { concurrencyOf, type DesiredState, toleranceOf } from '../domain/model/desired-state';
import type { ModuleId } from '../domain/model/module';
import { type ReleaseModule, stackSetName } from '../domain/model/module';
import type { Rehoming, Stage } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { rehomingRequests } from '../domain/planning/rehoming';
import { workIn } from '../domain/planning/work';
import type { Item, OperationRequest, Ports, StackSetSpec, UsesStackSets } from '../ports/ports';
import {
  hasTemplate,
  loadDocument,
  loadRelease,
  loadTemplate,
  type PlannedOperation,
  saveDocument,
} from '../records/documents';
import { withRetry } from './retry';

export interface ModuleRequest {
  readonly module: ModuleId;
  readonly request: OperationRequest;
}

/**
 * The operations of a stage, and the document that holds them. They are planned once: if the process dies among them, accounts have changed
 * by then, and a second plan would number other operations with the ids of the first.
 */
export async function plannedOnce(
  ports: Pick<Ports, 'artifacts'>,
  known: string | undefined,
  plan: () => Promise<readonly ModuleRequest[]>,
): Promise<{ readonly key: string; readonly requests: readonly ModuleRequest[] }> {
  if (known === undefined) {
    const requests = await plan();
    return { key: await saveDocument(ports, 'operations', requests.map(withoutBody)), requests };
  }
  const planned = await loadDocument(ports, 'operations', known);
  const requests = planned.map(async ({ module, request }) => {
    const templateBody = await loadTemplate(ports, request.spec.template);
    return { module, request: { ...request, spec: { ...request.spec, templateBody } } };
  });
  return { key: known, requests: await Promise.all(requests) };
}

function withoutBody({ module, request }: ModuleRequest): PlannedOperation {
  const { templateBody: _in, ...spec } = request.spec;
  return { module, request: { ...request, spec } };
}

export async function requestsFor(
  ports: Pick<Ports, 'artifacts' | 'clock' | 'random'> & UsesStackSets<'describe'>,
  record: RolloutRecord,
  stage: Stage,
  accounts: readonly Item<AccountRecord>[],
): Promise<readonly ModuleRequest[]> {
  const wave = currentWave(record);
  const [desiredState, release] = await Promise.all([
    loadDocument(ports, 'desiredState', record.desiredState),
    loadRelease(ports, wave.release),
  ]);
  const requests: ModuleRequest[] = [];
  if (stage.step !== undefined)
    return movingRequests(ports, record, stage, stage.step, release, accounts, desiredState);
  for (const module of release.modules.filter(({ module }) => stage.modules.includes(module))) {
    const body = await loadTemplate(ports, module.template);
    const regions = stage.regions[module.module] ?? [];
    const wanted = specOf(record, module, body, desiredState);
    const spec = stage.asHeld ? await asHeld(ports, wanted) : wanted;
    parts(accounts, module, regions, wave.name).forEach((part, index) => {
      if (stage.updatesOnly && part.kind === 'create') return;
      const operationId = operationKey(record, stage, [module.module, part.kind, String(index)]);
      requests.push({ module: module.module, request: { ...part, ...paceOf(record), operationId, spec } });
    });
  }
  return requests;
}

/** The StackSet holds one of our templates, unless somebody has changed it by hand. */
async function asHeld(
  ports: Pick<Ports, 'artifacts' | 'clock' | 'random'> & UsesStackSets<'describe'>,
  spec: StackSetSpec,
): Promise<StackSetSpec> {
  const held = await withRetry(ports, () => ports.stackSets.describe(spec.name));
  if (held === undefined) return spec;
  if (!(await hasTemplate(ports, held.template)))
    throw errors.stackSetChangedByHand(
      spec.name,
      `it holds template ${held.template}, which is in none of its releases`,
    );
  return { ...spec, ...held, templateBody: await loadTemplate(ports, held.template) };
}

/** Accounts from other waves bring their stacks along, and what is deployed there stays as it is. */
async function movingRequests(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
  stage: Stage,
  step: Rehoming,
  release: Release,
  accounts: readonly Item<AccountRecord>[],
  desiredState: DesiredState,
): Promise<readonly ModuleRequest[]> {
  const records = accounts.map(({ value }) => value);
  const moves = rehomingRequests(stage, step, currentWave(record).name, release.modules, records);
  return Promise.all(
    moves.map(async ({ module, wave, ...request }, index) => {
      const spec = specOf(record, module, await loadTemplate(ports, module.template), desiredState);
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

/** A natural key: the same stage of the same attempt starts the same operation, however often it is requested. */
function operationKey(record: RolloutRecord, stage: Stage, part: readonly string[]): string {
  const { name, attempt } = currentWave(record);
  return [record.id, name, attempt, record.direction, stage.index, ...part].join('-');
}

/** Earlier stages have used up part of the tolerance. */
function paceOf(record: RolloutRecord): Pick<OperationRequest, 'maxConcurrent' | 'failureTolerance' | 'strict'> {
  const { spec, accounts, lost } = currentWave(record);
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
  desiredState: DesiredState,
): OperationRequest['spec'] => ({
  name: stackSetName(currentWave(record).name, module.module),
  template: module.template,
  templateBody,
  parameters: module.parameters,
  executionRoleName: desiredState.installation.ciRole,
});
