import { findDeployment } from '../../orchestrator/aws/deployment';

const answering = (outputs: Readonly<Record<string, string>>) => ({
  send: async () => ({
    Stacks: [{ Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }],
  }),
});
const whole = { TableName: 't', BucketName: 'b', StateMachineAlias: 'arn', TopicArn: 'topic' };
const find = (client: Parameters<typeof findDeployment>[0]) => findDeployment(client, 'Mine', 'eu-west-1');

test('table, bucket and machine are what the stack puts out', async () => {
  expect(await find(answering(whole))).toEqual({ table: 't', bucket: 'b', stateMachine: 'arn' });
});

test.each(['TableName', 'BucketName', 'StateMachineAlias'])('a stack without %s is another one', async (missing) => {
  await expect(find(answering({ ...whole, [missing]: '' }))).rejects.toMatchObject({
    code: 'InvalidInput',
    message: expect.stringContaining(`stack Mine has no output ${missing}`),
  });
});

test.each([
  { name: 'ValidationError', code: 'InvalidInput', says: 'no stack Mine is deployed in eu-west-1' },
  { name: 'AccessDenied', code: 'AccessDenied', says: 'cloudformation:DescribeStacks Mine was denied' },
])('$name becomes $code', async ({ name, code, says }) => {
  const failing = { send: () => Promise.reject(Object.assign(new Error('no'), { name })) };

  await expect(find(failing)).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
});
