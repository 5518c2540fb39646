import { createCallbacks } from '../../orchestrator/aws/callbacks';

const refusing = (name: string, httpStatusCode = 400) => ({
  send: () => Promise.reject(Object.assign(new Error('Task Timed Out'), { name, $metadata: { httpStatusCode } })),
});

test('a task is completed with its output as JSON', async () => {
  const sent: object[] = [];
  const send = async (command: { readonly input: object }) => {
    sent.push(command.input);
  };

  await createCallbacks({ send }).succeed('token', { word: 'go' });

  expect(sent).toEqual([{ taskToken: 'token', output: '{"word":"go"}' }]);
});

test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
  'a token answered with %s is not waited for',
  async (name) => {
    await expect(createCallbacks(refusing(name)).succeed('token', 'go')).rejects.toMatchObject({
      code: 'NotWaiting',
      message: expect.stringContaining(name),
    });
  },
);

test('any other failure stays what it is', async () => {
  await expect(createCallbacks(refusing('AccessDeniedException')).succeed('token', 'go')).rejects.toMatchObject({
    code: 'AccessDenied',
  });
});
