/** What is sent where stacks move from one StackSet to another. moto has no import and retains nothing, so it is answered for here. */
import { createHash } from 'node:crypto';
import type { Clients } from '../../orchestrator/aws/clients';
import { createStackSets } from '../../orchestrator/aws/stack-sets';
import { parseAccountId, parseRegion, parseTemplateHash } from '../../orchestrator/domain/model/brand';
import type { OperationRequest, StackSets } from '../../orchestrator/ports/ports';
import { type Answer, type Call, type Gateway, queryFault, startGateway } from '../emulator/gateway';
import { motoClients, motoRegion } from '../emulator/moto';

const home = parseRegion(motoRegion);
const account = parseAccountId('111122223333');
const stackId = `arn:aws:cloudformation:${home}:${account}:stack/StackSet-strongroom-dev-topic/11111111`;

let gateway: Gateway;
let clients: Clients;
let stackSets: StackSets;
let instead: (call: Call) => Answer | undefined = () => undefined;
let setsUsed = 0;

beforeAll(async () => {
  gateway = await startGateway({ intercept: (call) => instead(call) });
  clients = motoClients(gateway);
  stackSets = createStackSets({ clients, home });
  await stackSets.describe('strongroom-warm-up');
});
afterAll(async () => {
  clients.destroy();
  await gateway.stop();
});
beforeEach(() => {
  instead = ({ action }) => (moves.includes(action) ? started(action) : undefined);
});

const moves = ['DeleteStackInstances', 'ImportStacksToStackSet', 'UpdateStackInstances'];
const templateBody = JSON.stringify({
  Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 't' } } },
});

const request = (change: Partial<OperationRequest>): OperationRequest => ({
  operationId: 'ro-1-dev-1',
  kind: 'release',
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

/** The form of the last call of this name. */
const sent = (action: string): URLSearchParams =>
  new URLSearchParams(gateway.calls.findLast((call) => call.action === action)?.body);

test('a release leaves the stacks where they are', async () => {
  await stackSets.start(request({ kind: 'release' }));

  expect(Object.fromEntries(sent('DeleteStackInstances'))).toMatchObject({
    RetainStacks: 'true',
    OperationId: 'ro-1-dev-1',
    'Accounts.member.1': account,
    'Regions.member.1': home,
  });
});

test('an adoption names the stacks, and makes the set where there is none', async () => {
  const wanted = request({ kind: 'adopt', stackIds: [stackId] });

  await stackSets.start(wanted);

  expect(Object.fromEntries(sent('ImportStacksToStackSet'))).toMatchObject({
    StackSetName: wanted.spec.name,
    OperationId: 'ro-1-dev-1',
    'StackIds.member.1': stackId,
  });
  expect((await stackSets.describe(wanted.spec.name))?.template).toBe(wanted.spec.template);
});

test('an adoption leaves a set that is there as it is', async () => {
  const wanted = request({ kind: 'adopt', stackIds: [stackId] });
  await stackSets.start(wanted);
  const before = gateway.calls.length;

  await stackSets.start({ ...wanted, operationId: 'ro-2-dev-1' });

  const actions = gateway.calls.slice(before).map(({ action }) => action);
  expect(actions.filter((action) => /^(Create|Update|Delete)/.test(action))).toEqual([]);
});

test('to follow its set a stack is told an empty list of overrides, which takes all of them back', async () => {
  await stackSets.start(request({ kind: 'follow' }));

  expect(sent('UpdateStackInstances').get('ParameterOverrides')).toBe('');
});

test('a stack that is not there is told by its id, and not tried again', async () => {
  instead = ({ action }) =>
    action === 'ImportStacksToStackSet' ? queryFault(404, 'StackNotFoundException', 'no such stack') : undefined;

  await expect(stackSets.start(request({ kind: 'adopt', stackIds: [stackId] }))).rejects.toMatchObject({
    code: 'StackGone',
    retriable: false,
    message: expect.stringContaining(`${stackId}: it is not there`),
  });
});
