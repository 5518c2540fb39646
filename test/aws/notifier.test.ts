import { createNotifier, silentNotifier } from '../../orchestrator/aws/notifier';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';

const topic = 'arn:aws:sns:us-east-1:111122223333:strongroom';
const notice = { key: 'ro-1/asked', subject: 'Wave dev waits', text: 'A person is needed' };

function recorded(fail: () => boolean = () => false) {
  const sent: object[] = [];
  const send = async (command: { readonly input: object }) => {
    if (fail())
      throw Object.assign(new Error('no such topic'), {
        name: 'NotFoundException',
        $metadata: { httpStatusCode: 404 },
      });
    sent.push(command.input);
  };
  return { sent, notifier: createNotifier({ send }, topic, { store: createMemoryStore() }) };
}

test('a notice goes to the topic, once per key', async () => {
  const { sent, notifier } = recorded();

  await notifier.notify(notice);
  await notifier.notify(notice);
  await notifier.notify({ ...notice, key: 'ro-1/finished' });

  const published = { TopicArn: topic, Subject: 'Wave dev waits', Message: 'A person is needed' };
  expect(sent).toEqual([published, published]);
});

test('a notice that could not be sent is sent the next time', async () => {
  let broken = true;
  const { sent, notifier } = recorded(() => broken);

  await expect(notifier.notify(notice)).rejects.toMatchObject({ code: 'AwsRefused' });
  broken = false;
  await notifier.notify(notice);

  expect(sent).toHaveLength(1);
});

test('a subject is cut to what SNS takes', async () => {
  const { sent, notifier } = recorded();

  await notifier.notify({ ...notice, subject: `Wave\n"Zürich" ${'x'.repeat(200)}`, text: 'x'.repeat(300_000) });

  expect(sent).toEqual([
    {
      TopicArn: topic,
      Subject: expect.stringMatching(/^Wave "Z rich" x{85}$/),
      Message: expect.stringMatching(/^x{60000}$/),
    },
  ]);
});

test('without a topic nothing is sent, and nothing fails', async () => {
  await expect(silentNotifier.notify(notice)).resolves.toBeUndefined();
});

test('a queue, a function and an endpoint get JSON, people get text, and the kind is an attribute', async () => {
  const { sent, notifier } = recorded();
  const facts = { kind: 'held', reasons: ['1 of 3 accounts failed'], next: 'strongroom status' } as const;

  await notifier.notify({ ...notice, facts });

  const [command] = sent as { Message: string; MessageAttributes: object }[];
  const message = JSON.parse(command?.Message ?? '');
  expect(message.default).toBe('A person is needed');
  expect(['sqs', 'lambda', 'http', 'https', 'firehose'].map((protocol) => JSON.parse(message[protocol]))).toEqual(
    Array.from({ length: 5 }, () => facts),
  );
  expect(command?.MessageAttributes).toEqual({ kind: { DataType: 'String', StringValue: 'held' } });
});
