/** What a rehearsal asks besides, answered as the code assumes that AWS does. */
import { errors } from '../domain/errors';
import { rehearsalPrefix } from '../domain/model/resource-names';
import { instanceOperationsQuota } from '../domain/rehearsal/quota';
import { type Accounts, operationEnded } from '../ports/ports';
import { controlSource, type Rehearsal } from '../ports/rehearsal';
import type { AccountContents } from './account-contents';
import type { SimulatedOrganization } from './organization';
import type { Rates } from './rates';
import { type StackSet, stackIdOf } from './stack-set';
import { stackSetEvent } from './stack-set-event';
import type { SimulatedStackSets } from './stack-sets';

export interface RehearsalWorld {
  readonly organization: SimulatedOrganization;
  readonly contents: AccountContents;
  readonly rates: Rates;
  readonly accounts: Pick<Accounts, 'preflight'>;
  readonly stackSets: SimulatedStackSets;
}

export function createRehearsal({ organization, contents, rates, accounts, stackSets }: RehearsalWorld): Rehearsal {
  const { sets, homeless, submit } = stackSets.behind;
  /** What came to each listener since it was last asked. */
  const inboxes = new Map<string, unknown[]>();
  stackSets.onOperationEnded((stackSet, operationId) => {
    for (const inbox of inboxes.values()) inbox.push(stackSetEvent(stackSet, operationId));
  });
  const enter: Accounts['preflight'] = (visit) => accounts.preflight(visit, []);
  const asked = async (api: string): Promise<void> => {
    rates.take(api);
    await rates.latency(1);
  };
  const setNamed = (name: string): StackSet => {
    const set = sets.get(name);
    if (set === undefined)
      throw errors.awsRefused('cloudformation', 'StackSetNotFoundException', `no stack set ${name}`);
    return set;
  };

  return {
    templateOf: async (name) => {
      await asked('cloudformation:DescribeStackSet');
      return sets.get(name)?.version.spec.templateBody;
    },
    stackSets: async () => {
      await asked('cloudformation:ListStackSets');
      return [...sets.keys()].filter((name) => name.startsWith(rehearsalPrefix));
    },
    operations: async (name) => {
      await asked('cloudformation:ListStackSetOperations');
      return [...setNamed(name).operations].map(([id, { status }]) => ({ id, status: status() }));
    },
    concurrencyOf: async (name, operationId) => {
      await asked('cloudformation:DescribeStackSetOperation');
      return setNamed(name).operations.get(operationId)?.request.maxConcurrent;
    },
    organizationEntry: async (id) => {
      await asked('organizations:ListAccounts');
      const account = organization.accounts.get(id);
      if (account === undefined) return undefined;
      const parent = account.ou?.id ?? 'root';
      return { state: account.state, path: `${organization.id}/root/${parent}/${id}/`, parent };
    },
    operationQuota: async () => instanceOperationsQuota.value,
    stacks: async (visit, region) => {
      await enter(visit, []);
      return contents.stacks(visit.account).flatMap((stack) => {
        const { stackSet: madeBy, region: place, parameters, content } = stack;
        if (place !== region || !madeBy.startsWith(rehearsalPrefix)) return [];
        const changedAt = new Date(contents.changedAtMs(visit.account, stack) ?? 0).toISOString();
        const id = stackIdOf({ account: visit.account, region, madeBy });
        return [{ id, madeBy, status: 'CREATE_COMPLETE', changedAt, parameters, outputs: content.outputs }];
      });
    },
    repeat: async ({ stackSet, operationId }) => {
      await asked('cloudformation:CreateStackInstances');
      const known = setNamed(stackSet).operations.get(operationId);
      if (known === undefined) return 'accepted';
      return operationEnded(known.status()) ? 'OperationIdAlreadyExists' : 'OperationInProgress';
    },
    changeByHand: async (visit, region, name) => {
      await enter(visit, []);
      contents.byHand(visit.account, { kind: 'change', of: 'rules', region, name, to: { state: 'DISABLED' } });
    },
    tryScopedGrant: async (visit) => {
      await enter(visit, []);
    },
    listen: async (name) => {
      await asked('events:PutRule');
      inboxes.set(name, []);
      return { is: 'listening' };
    },
    sendControl: async (name) => {
      await asked('events:PutEvents');
      inboxes.get(name)?.push({ source: controlSource, 'detail-type': 'Rehearsal', detail: { name } });
    },
    heard: async (name) => {
      await asked('sqs:ReceiveMessage');
      const events = inboxes.get(name)?.splice(0) ?? [];
      return { events, isTopicHeard: events.length > 0 };
    },
    listeners: async () => [...inboxes.keys()],
    stopListening: async (name) => {
      await asked('events:DeleteRule');
      inboxes.delete(name);
    },
    removeInstance: async ({ stackSet, operationId, account, region }, stack) => {
      await asked('cloudformation:DeleteStackInstances');
      const set = setNamed(stackSet);
      const pace = { maxConcurrent: 1, failureTolerance: 0, strict: false };
      submit(set, {
        operationId,
        kind: stack,
        spec: set.version.spec,
        accounts: [account],
        regions: [region],
        ...pace,
      });
      return operationId;
    },
    deleteStackSet: async (name) => {
      await asked('cloudformation:DeleteStackSet');
      const set = sets.get(name);
      if (set !== undefined && set.instances.size > 0)
        throw errors.awsRefused('cloudformation:DeleteStackSet', 'StackSetNotEmptyException', `${name} has instances`);
      sets.delete(name);
    },
    deleteStack: async (visit, region, stackId) => {
      await enter(visit, []);
      const found = contents
        .stacks(visit.account)
        .find((stack) => stackIdOf({ account: visit.account, region, madeBy: stack.stackSet }) === stackId);
      homeless.delete(stackId);
      if (found !== undefined)
        contents.byHand(visit.account, { kind: 'deleteStack', region, stackSet: found.stackSet });
    },
  };
}
