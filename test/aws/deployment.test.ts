import { findDeployment } from '../../orchestrator/aws/deployment';

const answering = (outputs: Readonly<Record<string, string>>) => ({
  send: async () => ({
    Stacks: [{ Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }],
  }),
});
const whole = { TableName: 't', BucketName: 'b', StateMachineAlias: 'arn', TopicArn: 'topic' };
const find = (client: Parameters<typeof findDeployment>[0]) => findDeployment(client, 'Mine');

test('table, bucket and machine are what the stack puts out', async () => {
  expect(await find(answering(whole))).toEqual({ table: 't', bucket: 'b', stateMachine: 'arn' });
});

test.each(['TableName', 'BucketName', 'StateMachineAlias'])('a stack without %s is another one', async (missing) => {
  await expect(find(answering({ ...whole, [missing]: '' }))).rejects.toMatchObject({
    code: 'InvalidInput',
    message: expect.stringContaining(`stack Mine has no output ${missing}`),
  });
});

const failing = (name: string) => ({ send: () => Promise.reject(Object.assign(new Error('no'), { name })) });

test('a stack that does not exist is no deployment', async () => {
  expect(await find(failing('ValidationError'))).toBeUndefined();
});

test('a denial is no answer to whether there is one', async () => {
  await expect(find(failing('AccessDenied'))).rejects.toMatchObject({
    code: 'AccessDenied',
    message: expect.stringContaining('cloudformation:DescribeStacks Mine was denied'),
  });
});
