/** The calls of a rehearsal that its run over moto does not make, or whose answers moto does not give. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createRehearsal } from '../../orchestrator/aws/rehearsal';
import { parseAccountId, parseSweepId } from '../../orchestrator/domain/model/brand';
import type { Rehearsal } from '../../orchestrator/ports/rehearsal';
import { stackSetEvent } from '../../orchestrator/simulated/stack-set-event';
import { type Answer, queryFault } from '../emulator/gateway';
import { motoAccount } from '../emulator/moto';
import { jsonFault } from '../emulator/moto-gaps';
import { home, useStackSets } from './own-stack-sets';

const name = 'strongroom-rehearsal-20261201-100000-abcd';
const account = parseAccountId('111122223333');
const visit = {
  account,
  roles: { reader: 'BaselineReader', ci: 'BaselineCi' },
  externalId: 'strongroom',
  rollout: parseSweepId('sw-20261201-100000-abcd'),
};

const moto = useStackSets();
const rehearsal = (): Rehearsal =>
  createRehearsal({ clients: moto.clients, listing: moto.clients, home, now: () => new Date() });

const answered = (action: string, inside: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response><${action}Result>${inside}</${action}Result></${action}Response>`,
});

const stackNamed = (stackName: string): string =>
  `<member><StackId>arn:aws:cloudformation:${home}:${account}:stack/${stackName}/1</StackId><StackName>${stackName}</StackName>` +
  '<StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-12-01T10:00:00Z</CreationTime>' +
  '<LastUpdatedTime>2026-12-01T10:05:00Z</LastUpdatedTime><Outputs><member><OutputKey>Edition</OutputKey>' +
  '<OutputValue>second</OutputValue></member></Outputs></member>';
const uuid = '11111111-2222-3333-4444-555555555555';

test('of the stacks in the account it sees only those that StackSets of rehearsals have made', async () => {
  const [own, other, hand] = [`StackSet-${name}-first-${uuid}`, `StackSet-strongroom-dev-alerts-${uuid}`, name];
  moto.instead = ({ action }) =>
    action === 'DescribeStacks'
      ? answered(action, `<Stacks>${[own, other, hand].map(stackNamed).join('')}</Stacks>`)
      : undefined;

  const stacks = await rehearsal().stacks(visit, home);

  expect(stacks).toEqual([
    {
      id: `arn:aws:cloudformation:${home}:${account}:stack/${own}/1`,
      madeBy: `${name}-first`,
      status: 'UPDATE_COMPLETE',
      changedAt: '2026-12-01T10:05:00.000Z',
      parameters: {},
      outputs: { Edition: 'second' },
    },
  ]);
});

test.each([
  ['OperationInProgressException', 'OperationInProgress'],
  ['OperationIdAlreadyExistsException', 'OperationIdAlreadyExists'],
])('a repeat that is refused with %s is answered with the name', async (code, expected) => {
  moto.instead = ({ action }) => (action === 'CreateStackInstances' ? queryFault(409, code, 'no') : undefined);

  await expect(
    rehearsal().repeat({ stackSet: `${name}-first`, operationId: 'a', account, region: home }),
  ).resolves.toBe(expected);
});

test('a repeat that the caller may not send is no answer', async () => {
  moto.instead = ({ action }) =>
    action === 'CreateStackInstances' ? queryFault(403, 'AccessDenied', 'not authorized') : undefined;

  await expect(
    rehearsal().repeat({ stackSet: `${name}-first`, operationId: 'a', account, region: home }),
  ).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('events come directly and by way of the topic, which wraps them; nothing is left of the listener', async () => {
  const one = rehearsal();
  // moto takes no topic as a target; that its refusal does not end the listener is part of the test.
  moto.instead = ({ action, body }) =>
    action === 'PutTargets' && body.includes('RoleArn') ? jsonFault(400, 'ValidationException', 'no role') : undefined;
  const [direct, wrapped] = [stackSetEvent(`${name}-first`, 'a'), stackSetEvent(`${name}-first`, 'b')];
  const sqs = moto.clients.in(SQSClient, home);
  const QueueUrl = `${moto.gateway.endpoint}/${motoAccount}/${name}`;

  const refused = await one.listen(name);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(direct) }));
  const first = await one.heard(name);
  await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ Message: JSON.stringify(wrapped) }) }),
  );
  const second = await one.heard(name);
  const during = await one.listeners();
  await one.stopListening(name);
  await one.stopListening(name);

  expect(refused).toEqual({ is: 'refused', because: expect.stringContaining('refused with Validation') });
  expect([first, second]).toEqual([
    { events: [direct], isTopicHeard: false },
    { events: [wrapped], isTopicHeard: true },
  ]);
  expect([during, await one.listeners()]).toEqual([[name], []]);
});

test('a caller who may create no role listens without the topic', async () => {
  const one = rehearsal();
  moto.instead = ({ action }) => (action === 'CreateRole' ? queryFault(403, 'AccessDenied', 'no') : undefined);

  const topic = await one.listen(name);
  await one.stopListening(name);

  expect(topic).toEqual({ is: 'failed', because: expect.stringContaining('iam:CreateRole') });
});

test('an instance is removed with its stack or without, and a stack of no set is deleted in its account', async () => {
  moto.instead = ({ action }) =>
    action === 'DeleteStackInstances'
      ? answered(action, '<OperationId>a</OperationId>')
      : action === 'DeleteStack'
        ? answered(action, '')
        : undefined;
  const target = { stackSet: `${name}-first`, operationId: 'a', account, region: home };

  await rehearsal().removeInstance(target, 'delete');
  const withStack = moto.sent('DeleteStackInstances').get('RetainStacks');
  await rehearsal().removeInstance(target, 'retain');
  await rehearsal().deleteStack(visit, home, 'arn:aws:cloudformation:x');

  expect([withStack, moto.sent('DeleteStackInstances').get('RetainStacks')]).toEqual(['false', 'true']);
  expect(moto.gateway.calls.findLast(({ action }) => action === 'DeleteStack')?.account).toBe(account);
});
