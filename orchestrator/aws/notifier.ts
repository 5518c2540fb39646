/** Notices go to an SNS topic; people subscribe to it as they like. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { isStrongroomError } from '../domain/errors';
import type { Notifier, Ports } from '../ports/ports';
import { calling } from './failures';

/** [bc:sns:Publish] a subject is ASCII on one line of fewer than 100 characters, a message 256 KB. */
const subjectCharactersMax = 99;
const textCharactersMax = 60_000;

/** For whoever has named no topic. */
export const silentNotifier: Notifier = { notify: async () => {} };

export function createNotifier(
  client: Pick<SNSClient, 'send'>,
  topicArn: string,
  { store }: Pick<Ports, 'store'>,
): Notifier {
  return {
    notify: async ({ key, subject, text }) => {
      // A standard topic does not tell doubles. Marked after it was sent: after a crash in between a person hears twice, never nothing.
      const mark = { pk: 'notices', sk: key };
      if ((await store.get(mark)) !== undefined) return;
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject
          .replaceAll(/[^\x20-\x7e]+/g, ' ')
          .trim()
          .slice(0, subjectCharactersMax),
        Message: text.slice(0, textCharactersMax),
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
