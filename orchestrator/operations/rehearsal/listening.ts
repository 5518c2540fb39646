/** A listener in the administrator account, from before the first operation to after the last. */
import { controlSource, type HeardEvents, type Topic } from '../../ports/rehearsal';
import {
  confirmed,
  listenerName,
  operationId,
  refuted,
  retrying,
  type Scene,
  setName,
  type Told,
  type Trial,
  unknown,
  watching,
} from './scene';

const hearWatch = { seconds: 10 * 60, everySeconds: 15 } as const;
/** Of an event that cannot be read; its first characters have the field names. */
const shownCharactersMax = 600;

/** How the deployed functions read the event; undefined if it does not say that an operation has ended. */
export type ParseEvent = (event: unknown) => { readonly stackSet: string; readonly operationId: string } | undefined;

/** The listener begins with the first trial, and is asked in the last. */
export function listening(parse: ParseEvent): { readonly begin: Trial; readonly end: Trial } {
  const asks = ['operationEvents', 'topicRole'] as const;
  let topic: Topic = { is: 'listening' };
  return {
    begin: {
      asks,
      run: async (scene) => {
        topic = await retrying(scene, () => scene.ports.rehearsal.listen(listenerName(scene)));
        return [];
      },
    },
    end: {
      asks,
      run: async (scene) => {
        await retrying(scene, () => scene.ports.rehearsal.sendControl(listenerName(scene)));
        const heard = await hear(scene, parse, topic);
        return [aboutEvents(heard), aboutTopic(heard, topic)];
      },
    },
  };
}

interface Heard {
  /** Ends of operations of this rehearsal. */
  own: number;
  isControlHeard: boolean;
  isTopicHeard: boolean;
  /** An event about a StackSet of this rehearsal that was not understood. */
  strange?: string;
}

/** What is heard adds up, since a message is received once. */
async function hear(scene: Scene, parse: ParseEvent, topic: Topic): Promise<Heard> {
  const all: Heard = { own: 0, isControlHeard: false, isTopicHeard: false };
  await watching(scene, hearWatch, async () => {
    add(all, await scene.ports.rehearsal.heard(listenerName(scene)), { scene, parse });
    return all.own > 0 && (all.isTopicHeard || topic.is !== 'listening') ? all : undefined;
  });
  return all;
}

function add(
  all: Heard,
  { events, isTopicHeard }: HeardEvents,
  { scene, parse }: { readonly scene: Scene; readonly parse: ParseEvent },
): void {
  all.isTopicHeard ||= isTopicHeard;
  for (const event of events) {
    const text = JSON.stringify(event) ?? '';
    all.isControlHeard ||= text.includes(`"${controlSource}"`);
    if (parse(event)?.operationId.startsWith(operationId(scene, ''))) all.own++;
    // The first event of an operation only says that it runs, and is not meant to be understood.
    else if (text.includes(setName(scene, 'first')) && text.includes('"SUCCEEDED"'))
      all.strange = text.slice(0, shownCharactersMax);
  }
}

function aboutEvents({ own, isControlHeard, strange }: Heard): Told {
  if (own > 0) return confirmed('operationEvents', `${own} events of this rehearsal arrived`);
  if (strange !== undefined) return refuted('operationEvents', `an event arrived in another form: ${strange}`);
  // Without the control, the listener itself may be deaf.
  if (isControlHeard) return refuted('operationEvents', 'an event of ours arrived, none of StackSets did');
  return unknown('operationEvents', 'nothing arrived, not even an event of ours');
}

function aboutTopic({ own, isControlHeard, isTopicHeard }: Heard, topic: Topic): Told {
  if (topic.is === 'failed') return unknown('topicRole', topic.because);
  if (topic.is === 'refused') return refuted('topicRole', topic.because);
  if (isTopicHeard) return confirmed('topicRole', 'an event arrived by way of the topic');
  const isDirect = isControlHeard || own > 0;
  if (isDirect) return refuted('topicRole', 'events arrived at the queue, and none by way of the topic');
  return unknown('topicRole', 'nothing arrived, not even at the queue');
}
