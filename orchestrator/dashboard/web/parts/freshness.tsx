/** Shows how old the data is, and an alert while the server does not respond. */
import { useEffect, useState } from 'react';
import { duration } from '../../../presentation/text';
import { sentence } from '../labels';
import { useConnection } from '../live';
import { currentSession } from '../session';

const tickMs = 1_000;
/** Polling keeps data younger than this. */
const oldMs = 10_000;

export function Freshness() {
  const { respondedAt } = useConnection();
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const ageMs = respondedAt === undefined ? undefined : Math.max(0, now - respondedAt);
  const isOld = ageMs !== undefined && ageMs > oldMs;
  // A screen reader must not announce this every second.
  return (
    <span className={isOld ? 'old' : 'fresh'} aria-live="off">
      {isOld ? '! ' : ''}
      {ageMs === undefined ? 'No data yet' : isOld ? `Updated ${duration(ageMs)} ago` : 'Updated just now'}
    </span>
  );
}

export function ConnectionAlert() {
  const { problem } = useConnection();
  const session = currentSession();
  return (
    <div role="alert">
      {problem === undefined ? undefined : (
        <div className="notice bad">
          <strong>{sentence(problem.message)}</strong>
          <span>Data may be out of date. {sentence(problem.next)}</span>
          {problem.status === 401 && session !== undefined ? (
            <button type="button" className="way-in" onClick={() => void session.signIn()}>
              Sign in again
            </button>
          ) : undefined}
        </div>
      )}
    </div>
  );
}
