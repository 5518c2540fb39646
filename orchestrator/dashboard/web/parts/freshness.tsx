/** Says how old the data is, and when the server is gone. */
import { useEffect, useState } from 'react';
import { duration } from '../../../presentation/text';
import { useContact } from '../live';
import { currentSession } from '../session';

const tickMs = 1_000;
/** Younger data is as fresh as polling gives it. */
const oldMs = 10_000;

export function Freshness() {
  const { heardAt } = useContact();
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const ageMs = heardAt === undefined ? undefined : Math.max(0, now - heardAt);
  const isOld = ageMs !== undefined && ageMs > oldMs;
  // A reader that spoke every second would say nothing else.
  return (
    <span className={isOld ? 'old' : 'fresh'} aria-live="off">
      {isOld ? '! ' : ''}
      {ageMs === undefined ? 'no data yet' : `data is ${duration(ageMs)} old`}
    </span>
  );
}

export function Trouble() {
  const { problem } = useContact();
  const session = currentSession();
  return (
    <div role="alert">
      {problem === undefined ? undefined : (
        <div className="notice bad">
          <strong>{problem.message}</strong>
          <span>What you see may be old. Next: {problem.next}.</span>
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
