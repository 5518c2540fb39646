/** The events of a rollout, latest first. The log only grows, so the page loads only new events. */
import { useCallback, useEffect, useState } from 'react';
import type { RolloutEvent } from '../../../domain/model/event';
import { sentenceOf } from '../../../presentation/event';
import type { EventsPage } from '../../api/contract';
import { get } from '../api-client';
import { formatCount, type StatusKind, sentenceCase } from '../labels';
import { Mark } from '../parts/mark';
import { Text } from '../parts/text';

/** The most that the server returns at once. */
const pageMax = 500;
const shownMax = 50;

interface Log {
  /** Number of the first event in `events`. */
  readonly from: number;
  readonly events: readonly RolloutEvent[];
}

/** @param count the number of events according to the rollout's record. */
export function EventLog({ id, count }: { readonly id: string; readonly count: number }) {
  const { log, older } = useLog(id, count);
  const [shown, setShown] = useState(shownMax);
  const latestFirst = log.events.map((event, index) => ({ event, number: log.from + index })).toReversed();
  const hasMore = latestFirst.length > shown || log.from > 0;
  const more = (): void => {
    setShown(shown + shownMax);
    if (latestFirst.length < shown + shownMax && log.from > 0) void older();
  };
  if (count === 0) return <p className="quiet">No events yet.</p>;
  return (
    <>
      <ol className="log" reversed>
        {latestFirst.slice(0, shown).map(({ event, number }) => (
          <li key={number}>
            <time dateTime={event.at}>{`${event.at.slice(0, 10)} ${event.at.slice(11, 19)}`}</time>
            <Mark kind={kindOf(event)}>
              <Text>{sentenceCase(sentenceOf(event))}</Text>
            </Mark>
          </li>
        ))}
      </ol>
      {hasMore ? (
        <button type="button" onClick={more}>
          Show earlier events
        </button>
      ) : undefined}
      <p className="quiet">
        Showing {formatCount(Math.min(shown, latestFirst.length))} of {formatCount(count)} events. Times are in UTC.
      </p>
    </>
  );
}

function useLog(id: string, count: number): { readonly log: Log; readonly older: () => Promise<void> } {
  const [log, setLog] = useState<Log>();
  const next = log === undefined ? Math.max(0, count - pageMax) : log.from + log.events.length;
  useEffect(() => {
    if (next >= count) return;
    let isOver = false;
    // A failed request is repeated when the next event is known.
    void pageAfter(id, next - 1).then((events) => {
      if (isOver || events.length === 0) return;
      setLog((known) => ({ from: known?.from ?? next, events: [...(known?.events ?? []), ...events] }));
    });
    return () => {
      isOver = true;
    };
  }, [id, next, count]);

  const from = log?.from ?? 0;
  const older = useCallback(async () => {
    const first = Math.max(0, from - pageMax);
    const events = (await pageAfter(id, first - 1)).slice(0, from - first);
    setLog((known) =>
      known === undefined || known.from !== from ? known : { from: first, events: [...events, ...known.events] },
    );
  }, [id, from]);
  return { log: log ?? { from: 0, events: [] }, older };
}

const pageAfter = (id: string, after: number): Promise<readonly RolloutEvent[]> =>
  get<EventsPage>(`/rollouts/${encodeURIComponent(id)}/events?after=${after}`, undefined).then(
    (answer) => answer?.data.events ?? [],
    () => [],
  );

function kindOf(event: RolloutEvent): StatusKind {
  switch (event.type) {
    case 'waveJudged':
      return event.verdict === 'healthy' ? 'good' : event.verdict === 'failed' ? 'bad' : 'unsure';
    case 'stageLanded':
      return event.failed > 0 ? 'bad' : 'good';
    case 'rolloutFinished':
      return event.outcome === 'completed' ? 'good' : 'bad';
    case 'accountLeftOut':
    case 'accountFailed':
    case 'checkFailed':
    case 'crashed':
    case 'rollingBack':
      return 'bad';
    case 'approvalRequested':
    case 'answered':
    case 'paused':
    case 'resumed':
      return 'unsure';
    case 'outage':
    case 'waiting':
      return 'busy';
    default:
      return 'other';
  }
}
