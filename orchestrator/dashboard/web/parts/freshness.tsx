/** Says how old the data is, and when the server is gone. */
import { useEffect, useState } from 'react';
import { duration } from '../../../cli/text';
import { useContact } from '../live';

const tickMs = 1_000;
/** Younger data is as fresh as polling gives it. */
const oldMs = 10_000;

export function Freshness() {
  const { heardAt, problem } = useContact();
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const ageMs = heardAt === undefined ? undefined : Math.max(0, now - heardAt);
  const age = ageMs === undefined ? 'no data yet' : `data is ${duration(ageMs)} old`;
  return (
    <>
      {/* A reader that spoke every second would say nothing else. */}
      <p className={`freshness ${ageMs !== undefined && ageMs > oldMs ? 'old' : ''}`} aria-live="off">
        {age}
      </p>
      <div role="alert">
        {problem === undefined ? undefined : (
          <div className="notice bad">
            <strong>{problem.message}</strong>
            <span>What you see may be old. Next: {problem.next}.</span>
          </div>
        )}
      </div>
    </>
  );
}
