import { createExecutions } from '../../orchestrator/aws/executions';
import { parseRolloutId } from '../../orchestrator/domain/model/brand';

const id = parseRolloutId('ro-20261122-080000-abcd');
const alias = 'arn:aws:states:us-east-1:123456789012:stateMachine:rollout:live';
const executionArn = `arn:aws:states:us-east-1:123456789012:execution:rollout:${id}`;
const input = {
  rolloutId: id,
  step: 0,
  decision: 'go',
  wave: '',
  shards: [],
  until: '2026-11-22T08:00:00.000Z',
  approvalTimeoutSeconds: 60,
} as const;

/** A client that answers once, or fails once, and what it was sent. */
function rig(answer: object = {}) {
  const sent: object[] = [];
  const send = async (command: { readonly input: object }) => {
    sent.push(command.input);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { executions: createExecutions({ send }, alias), sent };
}
const failure = (name: string) => Object.assign(new Error('no'), { name });

test('a rollout is started by the alias, under its own name', async () => {
  const { executions, sent } = rig();

  await executions.start(input);

  expect(sent).toEqual([{ stateMachineArn: alias, name: id, input: JSON.stringify(input) }]);
});

test('an execution is found under its machine, whatever alias started it', async () => {
  const { executions, sent } = rig({ status: 'RUNNING' });

  expect(await executions.end(id)).toBeUndefined();
  expect(sent).toEqual([{ executionArn }]);
});

test.each([
  { status: 'SUCCEEDED', because: '' },
  { status: 'FAILED', cause: 'a crash', error: 'Internal', because: 'a crash' },
  { status: 'TIMED_OUT', error: 'States.Timeout', because: 'States.Timeout' },
])('one that ended as $status says so', async ({ because, ...answer }) => {
  expect(await rig(answer).executions.end(id)).toEqual({ status: answer.status, because });
});

test.each([
  { name: 'ExecutionAlreadyExists', act: 'start', says: undefined },
  { name: 'ExecutionNotRedrivable', act: 'redrive', says: false },
  { name: 'ExecutionDoesNotExist', act: 'stop', says: undefined },
] as const)('$act: $name means that there is nothing left to do', async ({ name, act, says }) => {
  const { executions } = rig(failure(name));
  const acts = {
    start: () => executions.start(input),
    redrive: () => executions.redrive(id),
    stop: () => executions.stop(id, 'enough'),
  };

  await expect(acts[act]()).resolves.toBe(says);
});

test('one that is not there is an unknown rollout', async () => {
  await expect(rig(failure('ExecutionDoesNotExist')).executions.end(id)).rejects.toMatchObject({
    code: 'UnknownRollout',
  });
});
