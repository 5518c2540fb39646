/** What an installation changes: each stack as it is deployed, and as this version would deploy it. */
import type { AccountId } from '../model/brand';
import type { InstalledStack } from './stack-parameters';
import {
  type NamedResource,
  namedResources,
  type Statement,
  stackSetsIn,
  statementsOf,
  type Template,
} from './template';
import type { Known } from './template-values';

/** A stack in an account. */
export interface DeployedStack {
  readonly status: string;
  /** Whether it has the tag that all our stacks have. */
  readonly isOurs: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined for a stack that has none yet. */
  readonly template: Template | undefined;
}

/** A stack of the installation in its account, with its template. */
export interface StackTarget extends InstalledStack {
  readonly account: AccountId;
  readonly partition: string;
  readonly template: Template;
}

export interface ResourceChange {
  readonly change: 'create' | 'update' | 'delete';
  readonly id: string;
  readonly type: string;
}

export interface StackChange extends StackTarget {
  /** `wait`: an operation is in progress, probably of an interrupted installation. `retry`: the first deployment failed. */
  readonly change: 'create' | 'retry' | 'wait' | 'update' | 'none';
  readonly resources: readonly ResourceChange[];
  readonly parametersChanged: readonly string[];
  readonly statements: readonly Statement[];
  /** Fixed names that this deployment would create. */
  readonly names: readonly NamedResource[];
}

/** A failed creation leaves a stack that can only be deleted; one in review has no resources yet. */
const failedCreations = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED'];
const withoutResources = [...failedCreations, 'REVIEW_IN_PROGRESS'];

export const isInProgress = (status: string): boolean =>
  status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';

export function changeOf(target: StackTarget, deployed: DeployedStack | undefined): StackChange {
  const { template, parameters, account, region, partition } = target;
  const known: Known = { parameters, account, region, partition };
  const isNew = deployed === undefined || withoutResources.includes(deployed.status);
  const before = isNew ? undefined : deployed.template;
  const resources = resourceChanges(before, template, known);
  const parametersChanged = Object.entries(parameters).flatMap(([name, value]) =>
    isNew || deployed.parameters[name] === value ? [] : [name],
  );
  const taken = before === undefined ? [] : namedResources(before, known).map(({ name }) => name);
  return {
    ...target,
    change: kindOf(deployed, isNew, resources.length + parametersChanged.length > 0),
    resources,
    parametersChanged,
    statements: statementsOf(template, known),
    names: namedResources(template, known).filter(({ name }) => !taken.includes(name)),
  };
}

function kindOf(deployed: DeployedStack | undefined, isNew: boolean, differs: boolean): StackChange['change'] {
  if (deployed === undefined || deployed.status === 'REVIEW_IN_PROGRESS') return 'create';
  if (isNew) return 'retry';
  if (isInProgress(deployed.status)) return 'wait';
  return differs || deployed.status.endsWith('FAILED') ? 'update' : 'none';
}

function resourceChanges(before: Template | undefined, after: Template, known: Known): readonly ResourceChange[] {
  const old = before?.Resources ?? {};
  const changed = Object.entries(after.Resources).flatMap(([id, resource]): readonly ResourceChange[] => {
    const previous = old[id];
    if (previous === undefined) return [{ change: 'create', id, type: resource.Type }];
    return canonical(previous) === canonical(resource) ? [] : [{ change: 'update', id, type: resource.Type }];
  });
  const removed = Object.entries(old).flatMap(([id, { Type: type }]): readonly ResourceChange[] =>
    id in after.Resources ? [] : [{ change: 'delete', id, type }],
  );
  const deployed = before === undefined ? [] : stackSetsIn(before, known);
  const inAccounts = stackSetsIn(after, known).flatMap(({ id, template, known: ofNested }) =>
    resourceChanges(deployed.find((one) => one.id === id)?.template, template, ofNested).map((change) => ({
      ...change,
      id: `${change.id}, by StackSet ${id}`,
    })),
  );
  return [...changed, ...removed, ...inAccounts];
}

/** CloudFormation may return a template with its keys in another order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
