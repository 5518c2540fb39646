/** Ways in which AWS could differ from what the code assumes, each with the questions that it refutes. */
import { errors } from '../../orchestrator/domain/errors';
import type { QuestionId } from '../../orchestrator/domain/rehearsal/questions';
import { parseStackSetEvent } from '../../orchestrator/events/stack-set-event';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import type { Rehearsal } from '../../orchestrator/ports/rehearsal';
import { type Instead, optInRegion, type Stage } from './rehearsing';

const refused = (name: string) => errors.awsRefused('cloudformation:Anything', name, 'AWS differs here');
const stackSets = ({ rig }: Stage) => rig.ports.stackSets;
const isOther = ({ kind, spec }: OperationRequest): boolean => kind === 'adopt' && spec.name.endsWith('-second');

/** Each with the only questions that it refutes. */
export const differences: readonly [what: string, refutes: readonly QuestionId[], instead: Instead][] = [
  [
    'templates come back with other spaces',
    ['templateBytes'],
    ({ rehearsal }) => ({
      rehearsal: {
        templateOf: async (name) => {
          const body = await rehearsal.templateOf(name);
          return body && JSON.stringify(JSON.parse(body), undefined, 2);
        },
      },
    }),
  ],
  [
    'templates come back with other content',
    ['templateBytes', 'templateContent', 'queuedUpdate'],
    ({ rehearsal }) => ({
      rehearsal: { templateOf: async (name) => (await rehearsal.templateOf(name))?.replace('Rule', 'Rula') },
    }),
  ],
  [
    'a repeated operation id is accepted',
    ['repeatAfterEnd', 'repeatWhileRunning'],
    () => ({ rehearsal: { repeat: async () => 'accepted' } }),
  ],
  ['STRICT reduces the maximum', ['strictMaximum'], () => ({ rehearsal: { concurrencyOf: async () => 1 } })],
  [
    'a second creation changes a current stack',
    ['secondCreate'],
    ({ rehearsal }) => {
      let looks = 0;
      const stacks: Rehearsal['stacks'] = async (visit, region) =>
        (await rehearsal.stacks(visit, region)).map((stack) => ({ ...stack, changedAt: String(looks++) }));
      return { rehearsal: { stacks } };
    },
  ],
  [
    'a detection waits in the queue',
    ['detectionDuringOperation'],
    (stage) => ({
      stackSets: {
        ...stackSets(stage),
        detectDrift: (name, id) =>
          name.endsWith('-busy') ? Promise.resolve('rehearsal-queued') : stackSets(stage).detectDrift(name, id),
        status: (name, id) =>
          id === 'rehearsal-queued' ? Promise.resolve('QUEUED') : stackSets(stage).status(name, id),
      },
    }),
  ],
  [
    'a queued update changes its set at once',
    ['queuedUpdate'],
    ({ rehearsal }) => ({
      rehearsal: {
        templateOf: async (name) => (name.endsWith('-busy') ? '{}' : rehearsal.templateOf(name)),
      },
    }),
  ],
  [
    'an operation that is stopped ends as FAILED',
    ['stoppedOperation'],
    (stage) => ({
      stackSets: {
        ...stackSets(stage),
        status: async (name, id) => {
          const status = await stackSets(stage).status(name, id);
          return status === 'STOPPED' ? 'FAILED' : status;
        },
      },
    }),
  ],
  [
    'a failed operation has no results',
    ['deniedRole'],
    (stage) => ({
      stackSets: {
        ...stackSets(stage),
        results: async (name, id) =>
          (await stackSets(stage).results(name, id)).filter(({ outcome }) => outcome !== 'FAILED'),
      },
    }),
  ],
  [
    'a drift-aware change set is refused',
    ['revertDrift'],
    ({ rig }) => ({
      accounts: {
        ...rig.ports.accounts,
        revertDrift: async () => {
          throw refused('ValidationError');
        },
      },
    }),
  ],
  [
    'a drift-aware change set leaves the change by hand',
    ['revertDrift'],
    ({ rig }) => ({ accounts: { ...rig.ports.accounts, revertDrift: async () => 'done' } }),
  ],
  [
    'an import leaves out what is missing',
    ['missingStack'],
    (stage) => ({
      stackSets: {
        ...stackSets(stage),
        start: (request) =>
          stackSets(stage).start({ ...request, ...(request.stackIds && { stackIds: request.stackIds.slice(0, 1) }) }),
      },
    }),
  ],
  [
    'a set with another template imports nothing',
    ['missingStack', 'importOtherTemplate'],
    (stage) => ({
      stackSets: {
        ...stackSets(stage),
        start: (request) =>
          isOther(request) ? Promise.reject(refused('ValidationError')) : stackSets(stage).start(request),
      },
    }),
  ],
  [
    'a stack that left its set is imported nowhere',
    ['missingStack', 'importDetached'],
    (stage) => ({
      stackSets: {
        ...stackSets(stage),
        start: (request) =>
          request.kind === 'adopt' ? Promise.reject(refused('ValidationError')) : stackSets(stage).start(request),
      },
    }),
  ],
  [
    'an imported stack keeps its template',
    ['follow'],
    ({ rehearsal }) => ({
      rehearsal: {
        stacks: async (visit, region) =>
          (await rehearsal.stacks(visit, region)).map((stack) => ({
            ...stack,
            outputs: { ...stack.outputs, Edition: 'first' },
          })),
      },
    }),
  ],
  [
    'StackSets send no events',
    ['operationEvents'],
    ({ rehearsal }) => ({
      rehearsal: {
        heard: async (name) => {
          const heard = await rehearsal.heard(name);
          return { ...heard, events: heard.events.filter((event) => parseStackSetEvent(event) === undefined) };
        },
      },
    }),
  ],
  [
    'events of StackSets have another form',
    ['operationEvents'],
    ({ rehearsal }) => ({
      rehearsal: {
        heard: async (name) => {
          const { events, isTopicHeard } = await rehearsal.heard(name);
          const text = JSON.stringify(events).replaceAll('stack-set-operation-id', 'operation-id');
          return { events: JSON.parse(text), isTopicHeard };
        },
      },
    }),
  ],
  [
    'a topic is no target with a role',
    ['topicRole'],
    ({ rehearsal }) => ({
      rehearsal: {
        listen: async (name) => {
          await rehearsal.listen(name);
          return { is: 'refused', because: 'events:PutTargets was refused with ValidationException' };
        },
      },
    }),
  ],
  [
    'nothing comes by way of the topic',
    ['topicRole'],
    ({ rehearsal }) => ({
      rehearsal: { heard: async (name) => ({ ...(await rehearsal.heard(name)), isTopicHeard: false }) },
    }),
  ],
  [
    'CreateStackSet cannot be limited',
    ['scopedGrant'],
    () => ({
      rehearsal: {
        tryScopedGrant: async () => {
          throw errors.accessDenied('x', 'User: y is not authorized to perform: cloudformation:CreateStackSet');
        },
      },
    }),
  ],
  [
    'ListAccounts gives no path',
    ['organizationEntry'],
    () => ({ rehearsal: { organizationEntry: async () => ({ state: 'ACTIVE', parent: 'ou-1' }) } }),
  ],
  [
    'there is no quota of instance operations',
    ['operationQuota'],
    () => ({ rehearsal: { operationQuota: async () => undefined } }),
  ],
];

/** The same, by what the simulated world itself does. */
export const faults: readonly [what: string, refutes: readonly QuestionId[], cause: (stage: Stage) => void][] = [
  [
    'the opt-in Region refuses',
    ['optInRegion'],
    ({ rig: { world } }) => {
      world.faults.failInstance = ({ region }) => (region === optInRegion ? 'not enabled' : undefined);
    },
  ],
  [
    'AWS Config cannot deliver',
    ['configDelivery'],
    ({ rig: { world }, account }) =>
      world.contents.byHand(account, { kind: 'change', of: 'channels', to: { failing: true } }),
  ],
  [
    'the alert rule is disabled',
    ['alertsArrive'],
    ({ rig: { world }, account }) =>
      world.contents.byHand(account, {
        kind: 'change',
        of: 'rules',
        name: 'strongroom-guardduty-findings',
        to: { state: 'DISABLED' },
      }),
  ],
];
