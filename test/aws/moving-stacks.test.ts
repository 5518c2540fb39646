/** What is sent where stacks move from one StackSet to another. moto has no import and retains nothing, so it is answered for here. */
import { createHash } from 'node:crypto';
import { parseAccountId, parseTemplateHash } from '../../orchestrator/domain/model/brand';
import { canonicalJson } from '../../orchestrator/domain/model/release';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import { type Answer, queryFault } from '../emulator/gateway';
import { home, useStackSets } from './own-stack-sets';

const account = parseAccountId('111122223333');
const stackId = `arn:aws:cloudformation:${home}:${account}:stack/StackSet-strongroom-dev-topic/11111111`;

let setsUsed = 0;
const sets = useStackSets(({ action }) => (moves.includes(action) ? started(action) : undefined));

const moves = ['DeleteStackInstances', 'ImportStacksToStackSet', 'UpdateStackInstances'];
const templateBody = canonicalJson({
  Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 't' } } },
});

const request = (change: Partial<OperationRequest>): OperationRequest => ({
  operationId: 'ro-1-dev-1',
  kind: 'detach',
  spec: {
    name: `strongroom-dev-moving-${++setsUsed}`,
    template: parseTemplateHash(createHash('sha256').update(templateBody).digest('hex')),
    templateBody,
    parameters: {},
    executionRoleName: 'BaselineCi',
  },
  accounts: [account],
  regions: [home],
  maxConcurrent: 5,
  failureTolerance: 0,
  strict: false,
  ...change,
});

const started = (action: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response><${action}Result><OperationId>ro-1-dev-1</OperationId></${action}Result></${action}Response>`,
});

test('a release leaves the stacks where they are', async () => {
  await sets.stackSets.start(request({ kind: 'detach' }));

  expect(Object.fromEntries(sets.sent('DeleteStackInstances'))).toMatchObject({
    RetainStacks: 'true',
    OperationId: 'ro-1-dev-1',
    'Accounts.member.1': account,
    'Regions.member.1': home,
  });
});

test('an adoption names the stacks, and makes the set where there is none', async () => {
  const wanted = request({ kind: 'adopt', stackIds: [stackId] });

  await sets.stackSets.start(wanted);

  expect(Object.fromEntries(sets.sent('ImportStacksToStackSet'))).toMatchObject({
    StackSetName: wanted.spec.name,
    OperationId: 'ro-1-dev-1',
    'StackIds.member.1': stackId,
  });
  expect((await sets.stackSets.describe(wanted.spec.name))?.template).toBe(wanted.spec.template);
});

test('an adoption leaves a set that is there as it is', async () => {
  const wanted = request({ kind: 'adopt', stackIds: [stackId] });
  await sets.stackSets.start(wanted);
  const before = sets.gateway.calls.length;

  await sets.stackSets.start({ ...wanted, operationId: 'ro-2-dev-1' });

  const actions = sets.gateway.calls.slice(before).map(({ action }) => action);
  expect(actions.filter((action) => /^(Create|Update|Delete)/.test(action))).toEqual([]);
});

test('a stack follows its set once it is given an empty list of overrides, which removes all of them', async () => {
  await sets.stackSets.start(request({ kind: 'follow' }));

  expect(sets.sent('UpdateStackInstances').get('ParameterOverrides')).toBe('');
});

test('a stack that is missing is named by its id, and not tried again', async () => {
  sets.instead = ({ action }) =>
    action === 'ImportStacksToStackSet' ? queryFault(404, 'StackNotFoundException', 'no such stack') : undefined;

  await expect(sets.stackSets.start(request({ kind: 'adopt', stackIds: [stackId] }))).rejects.toMatchObject({
    code: 'StackGone',
    retriable: false,
    message: expect.stringContaining(`${stackId}: the stack does not exist`),
  });
});
