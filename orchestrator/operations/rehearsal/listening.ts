/** A listener in the administrator account, from before the first operation to after the last. */
import type { HeardEvents } from '../../ports/rehearsal';
import {
  confirmed,
  listenerName,
  operationId,
  refuted,
  retrying,
  type Scene,
  type Told,
  type Trial,
  unknown,
  watching,
} from './scene';

const hearWatch = { seconds: 10 * 60, everySeconds: 15 } as const;

/** What is heard adds up: a message is received once. */
type Heard = { -readonly [K in keyof HeardEvents]: HeardEvents[K] };

/** The listener begins with the first trial, and is asked in the last. */
export function listening(): { readonly begin: (scene: Scene) => Promise<void>; readonly trial: Trial } {
  let began: { readonly topicRefused: string | undefined } | undefined;
  return {
    begin: async (scene) => {
      const topicRefused = await retrying(scene, () => scene.ports.rehearsal.listen(listenerName(scene)));
      began = { topicRefused };
    },
    trial: {
      asks: ['operationEvents', 'topicRole'],
      run: async (scene) => {
        if (began === undefined) return [];
        await retrying(scene, () => scene.ports.rehearsal.sendControl(listenerName(scene)));
        const heard = await hear(scene, began.topicRefused !== undefined);
        return [aboutEvents(scene, heard), aboutTopic(heard, began.topicRefused)];
      },
    },
  };
}

async function hear(scene: Scene, isTopicRefused: boolean): Promise<HeardEvents> {
  const all: Heard = { operations: [], isControlHeard: false, isTopicHeard: false };
  await watching(scene, hearWatch, async () => {
    const more = await scene.ports.rehearsal.heard(listenerName(scene));
    all.operations = [...all.operations, ...more.operations];
    all.isControlHeard ||= more.isControlHeard;
    all.isTopicHeard ||= more.isTopicHeard;
    return ownIn(scene, all) > 0 && (all.isTopicHeard || isTopicRefused) ? all : undefined;
  });
  return all;
}

/** Other operations of the account are heard too. */
const ownIn = (scene: Scene, { operations }: HeardEvents): number =>
  operations.filter(({ operationId: id }) => id.startsWith(operationId(scene, ''))).length;

function aboutEvents(scene: Scene, heard: HeardEvents): Told {
  const own = ownIn(scene, heard);
  if (own > 0) return confirmed('operationEvents', `${own} events of this rehearsal arrived`);
  // Without the control the listener itself may be deaf.
  if (heard.isControlHeard) return refuted('operationEvents', 'an event of ours arrived, none of StackSets did');
  return unknown('operationEvents', 'nothing arrived, not even an event of ours');
}

function aboutTopic(heard: HeardEvents, topicRefused: string | undefined): Told {
  if (topicRefused !== undefined) return refuted('topicRole', topicRefused);
  if (heard.isTopicHeard) return confirmed('topicRole', 'an event arrived by way of the topic');
  const isDirect = heard.isControlHeard || heard.operations.length > 0;
  if (isDirect) return refuted('topicRole', 'events arrived at the queue, and none by way of the topic');
  return unknown('topicRole', 'nothing arrived, not even at the queue');
}
