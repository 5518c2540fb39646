import fc from 'fast-check';
import {
  type Entered,
  isReadyForKeys,
  nextState,
  type ReadinessEvent,
  type ReadinessState,
  readinessEvents,
  readinessStates,
  statesKept,
  withEntered,
} from '../../../orchestrator/domain/model/readiness';

/** Short names for the table below. */
const short: Readonly<Record<string, ReadinessState>> = {
  new: 'DISCOVERED',
  bting: 'BOOTSTRAPPING',
  bted: 'BOOTSTRAPPED',
  bfail: 'BOOTSTRAP_FAILED',
  dping: 'DEPLOYING',
  dped: 'DEPLOYED',
  dfail: 'DEPLOY_FAILED',
  verif: 'VERIFYING',
  HLTHY: 'BASELINE_HEALTHY',
  READY: 'READY_FOR_KEYS',
  sick: 'UNHEALTHY',
  RISK: 'KEYS_AT_RISK',
  drift: 'DRIFTED',
  old: 'OUTDATED',
  exmpt: 'EXEMPT',
  susp: 'SUSPENDED',
  out: 'OUT_OF_SCOPE',
  unpl: 'UNPLACED',
  unkn: 'UNKNOWN',
};

/** Each row is a state, each column what happens, each cell the state after it. */
const wholeTable = `
state | seen  | enteringFailed | entered | deployStarted | deployLanded | deployFailed | checksStarted | passed | passedAgain | failed | unmeasured | driftFound | driftGone | newerRelease
new   | new   | bfail | bted  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | new   | old
bting | bting | bfail | bted  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | bting | bting
bted  | bted  | bfail | bted  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | bted  | bted
bfail | bfail | bfail | bted  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | bfail | bfail
dping | dping | bfail | dping | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | dping | dping
dped  | dped  | bfail | dped  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | dped  | old
dfail | dfail | bfail | dfail | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | dfail | dfail
verif | verif | bfail | verif | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | verif | verif
HLTHY | HLTHY | bfail | HLTHY | dping | dped  | dfail | HLTHY | HLTHY | READY | sick  | unkn  | drift | HLTHY | old
READY | READY | RISK  | READY | READY | READY | RISK  | READY | READY | READY | RISK  | RISK  | RISK  | READY | READY
sick  | sick  | bfail | sick  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | sick  | sick
RISK  | RISK  | RISK  | RISK  | RISK  | RISK  | RISK  | RISK  | HLTHY | HLTHY | RISK  | RISK  | RISK  | RISK  | RISK
drift | drift | bfail | drift | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | dped  | drift
old   | old   | bfail | old   | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | old   | old
exmpt | new   | bfail | bted  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | exmpt | exmpt
susp  | new   | susp  | susp  | susp  | susp  | susp  | susp  | susp  | susp  | susp  | susp  | susp  | susp  | susp
out   | new   | bfail | bted  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | out   | out
unpl  | new   | bfail | bted  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | unpl  | unpl
unkn  | unkn  | bfail | unkn  | dping | dped  | dfail | verif | HLTHY | HLTHY | sick  | unkn  | drift | unkn  | unkn
`;

const leaving: readonly (readonly [ReadinessEvent, ReadinessState])[] = [
  ['exempted', 'EXEMPT'],
  ['suspended', 'SUSPENDED'],
  ['outOfScope', 'OUT_OF_SCOPE'],
  ['unplaced', 'UNPLACED'],
];

const setbacks: readonly ReadinessEvent[] = ['failed', 'deployFailed', 'driftFound', 'unmeasured', 'enteringFailed'];

interface Transition {
  readonly from: ReadinessState;
  readonly event: ReadinessEvent;
  readonly to: ReadinessState;
}

const stateNamed = (name: string): ReadinessState => {
  const state = short[name];
  if (state === undefined) throw new RangeError(`the table has no state "${name}"`);
  return state;
};

function transitionsOf(table: string): readonly Transition[] {
  const [head = [], ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.flatMap(([from = '', ...cells]) =>
    cells.map((to, column) => ({
      from: stateNamed(from),
      event: readinessEvents.find((event) => event === head[column + 1]) ?? 'seen',
      to: stateNamed(to),
    })),
  );
}

const transitions: readonly Transition[] = [
  ...transitionsOf(wholeTable),
  ...readinessStates.flatMap((from) => leaving.map(([event, to]) => ({ from, event, to }))),
];

describe('the state of an account', () => {
  test('the table names every state with every event once', () => {
    const wanted = readinessStates.flatMap((from) => readinessEvents.map((event) => `${from} ${event}`));

    expect(transitions.map(({ from, event }) => `${from} ${event}`).sort()).toEqual(wanted.sort());
  });

  test.each(readinessEvents)('after %s is as in the table', (happened) => {
    const expected = transitions.filter(({ event }) => event === happened);

    const actual = expected.map(({ from, event }) => ({ from, event, to: nextState(from, event, false) }));

    expect(actual).toEqual(expected);
  });

  test.each(readinessEvents)(
    'after %s is as in the table, but at risk for a setback, if it was ever ready and is not closed',
    (happened) => {
      const expected = transitions
        .filter(({ event }) => event === happened)
        .map((known) =>
          setbacks.includes(happened) && known.from !== 'SUSPENDED' ? { ...known, to: 'KEYS_AT_RISK' as const } : known,
        );

      const actual = expected.map(({ from, event }) => ({ from, event, to: nextState(from, event, true) }));

      expect(actual).toEqual(expected);
    },
  );
});

describe('whatever happens to an account', () => {
  const history = fc.array(fc.constantFrom(...readinessEvents), { maxLength: 40 });
  /** Every step of a history that begins with a new account. */
  const stepsOf = (events: readonly ReadinessEvent[]): readonly Transition[] => {
    let from: ReadinessState = 'DISCOVERED';
    let wasReady = false;
    return events.map((event) => {
      const step = { from, event, to: nextState(from, event, wasReady) };
      from = step.to;
      wasReady ||= isReadyForKeys(step.to);
      return step;
    });
  };

  test('it becomes ready for keys only by a second proof after the first', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { from, event, to } of stepsOf(events))
          if (isReadyForKeys(to) && !isReadyForKeys(from)) {
            expect(event).toBe('passedAgain');
            expect(from).toBe('BASELINE_HEALTHY');
          }
      }),
    );
  });

  test('it is ready only with two proofs since it last was disproved, failed, drifted or could not be measured', () => {
    fc.assert(
      fc.property(history, (events) => {
        const state = stepsOf(events).at(-1)?.to ?? 'DISCOVERED';
        const since = events.slice(events.findLastIndex((event) => setbacks.includes(event)) + 1);
        const probes = since.filter((event) => event === 'passed' || event === 'passedAgain');
        if (isReadyForKeys(state)) expect(probes.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  test('an account at risk stays so until it is proved again or leaves the rollout: keys may be inside', () => {
    const ends: readonly ReadinessEvent[] = ['passed', 'passedAgain', ...leaving.map(([event]) => event)];
    fc.assert(
      fc.property(history, (events) => {
        for (const { from, event, to } of stepsOf(events))
          if (from === 'KEYS_AT_RISK' && to !== 'KEYS_AT_RISK') expect(ends).toContain(event);
      }),
    );
  });

  test('keys that may be inside are never forgotten: an account that was ready once is at risk with each setback', () => {
    fc.assert(
      fc.property(history, (events) => {
        const steps = stepsOf(events);
        const since = steps.slice(steps.findIndex(({ to }) => isReadyForKeys(to)) + 1);
        if (since.length < steps.length)
          // Nobody can do anything in a suspended account, with or without its keys.
          for (const { from, event, to } of since)
            if (setbacks.includes(event) && from !== 'SUSPENDED') expect(to).toBe('KEYS_AT_RISK');
      }),
    );
  });

  test('keys that may be inside are not forgotten: a ready account stays ready or is at risk until then', () => {
    const ends: readonly ReadinessEvent[] = ['passed', 'passedAgain', ...leaving.map(([event]) => event)];
    fc.assert(
      fc.property(history, (events) => {
        for (const { from, event, to } of stepsOf(events))
          if (from === 'READY_FOR_KEYS' && !ends.includes(event))
            expect(['READY_FOR_KEYS', 'KEYS_AT_RISK']).toContain(to);
      }),
    );
  });

  test('deployment alone never proves anything', () => {
    fc.assert(
      fc.property(history, (events) => {
        const withoutPassing = events.filter((event) => event !== 'passed' && event !== 'passedAgain');
        for (const { to } of stepsOf(withoutPassing)) expect(['BASELINE_HEALTHY', 'READY_FOR_KEYS']).not.toContain(to);
      }),
    );
  });
});

describe('readiness over time', () => {
  const entered = (state: ReadinessState, at: string): Entered => ({ state, at });

  test.each([
    {
      story: 'a state is added to those before it',
      known: [entered('DEPLOYING', '09:00')],
      next: entered('DEPLOYED', '09:05'),
      kept: ['DEPLOYING 09:00', 'DEPLOYED 09:05'],
    },
    {
      story: 'a state in which no time was spent is not kept',
      known: [entered('DEPLOYED', '09:00'), entered('VERIFYING', '09:05')],
      next: entered('UNHEALTHY', '09:05'),
      kept: ['DEPLOYED 09:00', 'UNHEALTHY 09:05'],
    },
    {
      story: 'an account that is found as it was has been so since then',
      known: [entered('UNHEALTHY', '09:00'), entered('VERIFYING', '12:00')],
      next: entered('UNHEALTHY', '12:00'),
      kept: ['UNHEALTHY 09:00'],
    },
  ])('$story', ({ known, next, kept }) => {
    expect(withEntered(known, next).map(({ state, at }) => `${state} ${at}`)).toEqual(kept);
  });

  test(`of many states the last ${statesKept} are kept`, () => {
    const many = Array.from({ length: 3 * statesKept }, (_, hour) =>
      entered(hour % 2 === 0 ? 'DRIFTED' : 'DEPLOYED', String(hour)),
    );

    const kept = many.reduce<readonly Entered[]>(withEntered, []);

    expect(kept).toEqual(many.slice(-statesKept));
  });
});

test('only READY_FOR_KEYS is ready for keys', () => {
  expect(readinessStates.filter(isReadyForKeys)).toEqual(['READY_FOR_KEYS']);
});
