/** Publishes notices to an SNS topic that people can subscribe to. */
import { PublishCommand, type PublishCommandInput, type SNSClient } from '@aws-sdk/client-sns';
import { isStrongroomError } from '../domain/errors';
import type { NoticeFacts } from '../domain/model/notice';
import type { Notifier, UnguardedPorts } from '../ports/ports';
import { calling } from './failures';

/** [bc:sns:Publish] a subject is one line of ASCII with fewer than 100 characters; a message has at most 256 KB. */
const subjectCharactersMax = 99;
const textCharactersMax = 60_000;
/** The message contains the JSON once per protocol, and every copy counts towards the limit. */
const reasonsMax = 20;
const reasonCharactersMax = 500;

/** Email subscribers get text. Queues, functions and endpoints get JSON, which they can filter by kind [bc:sns:Publish.MessageStructure]. */
function messageOf(
  text: string,
  facts: NoticeFacts | undefined,
): Pick<PublishCommandInput, 'Message' | 'MessageStructure' | 'MessageAttributes'> {
  if (facts === undefined) return { Message: text };
  const { kind, rolloutId } = facts;
  const reasons = facts.reasons.slice(0, reasonsMax).map((reason) => reason.slice(0, reasonCharactersMax));
  const json = JSON.stringify({ ...facts, reasons });
  return {
    MessageStructure: 'json',
    Message: JSON.stringify({ default: text, sqs: json, lambda: json, http: json, https: json, firehose: json }),
    MessageAttributes: {
      kind: { DataType: 'String', StringValue: kind },
      ...(rolloutId !== undefined && { rolloutId: { DataType: 'String', StringValue: rolloutId } }),
    },
  };
}

/** Used if no topic is configured. The log of the rollout has the same information. */
export const silentNotifier: Notifier = { notify: async () => {} };

export function createNotifier(
  client: Pick<SNSClient, 'send'>,
  topicArn: string,
  { store }: Pick<UnguardedPorts, 'store'>,
): Notifier {
  return {
    notify: async ({ key, subject, text, facts }) => {
      // A standard topic does not detect duplicates. The notice is marked after sending: a crash in between sends it twice, never not at all.
      const mark = { pk: 'notices', sk: key };
      if ((await store.get(mark)) !== undefined) return;
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject
          .replaceAll(/[^\x20-\x7e]+/g, ' ')
          .trim()
          .slice(0, subjectCharactersMax),
        ...messageOf(text.slice(0, textCharactersMax), facts),
      });
      await calling('sns:Publish', () => client.send(command));
      try {
        await store.put(mark, { subject }, 0);
      } catch (error) {
        if (!(isStrongroomError(error) && error.code === 'StaleWrite')) throw error;
      }
    },
  };
}
