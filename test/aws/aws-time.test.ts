/** A wrong `Date` does not change the time, unless something else speaks for it. */
import { createAwsTime } from '../../orchestrator/aws/aws-time';

const minuteMs = 60_000;
const start = Date.parse('2026-03-01T12:00:00Z');

/** Responses in order. @param after minutes since the start, @param off of the date, and @param set by how much somebody set the clock. */
function offAfter(
  responses: readonly { readonly after: number; readonly off: number; readonly set?: number }[],
): number {
  const time = createAwsTime();
  for (const { after, off, set = 0 } of responses) {
    const wallMs = start + (after + set) * minuteMs;
    const date = new Date(wallMs + off * minuteMs).toUTCString();
    time.hear({ date, wallMs, steadyMs: after * minuteMs });
  }
  return Math.round(time.offByMs() / minuteMs);
}

test.each([
  { why: 'before the first response', responses: [], off: 0 },
  { why: 'after the first response', responses: [{ after: 0, off: 90 }], off: 90 },
  { why: 'of a clock that slowly drifts', responses: [0, 1, 2, 3, 4].map((off) => ({ after: 60 * off, off })), off: 4 },
])('the offset $why is $off minutes', ({ responses, off }) => {
  const found = offAfter(responses);

  expect(found).toBe(off);
});

test.each([14, -14, 90])('a date that is suddenly off by %d minutes is not believed', (off) => {
  const found = offAfter([
    { after: 0, off: 1 },
    { after: 5, off },
    { after: 25, off },
  ]);

  expect(found).toBe(1);
});

test('a wrong date at the start is corrected by one that agrees with this machine', () => {
  const found = offAfter([
    { after: 0, off: 90 },
    { after: 1, off: 0 },
  ]);

  expect(found).toBe(0);
});

test.each([120, -120])('a clock that somebody sets by %d minutes is noticed at the next response', (set) => {
  const found = offAfter([
    { after: 0, off: 0 },
    { after: 5, off: -set, set },
  ]);

  expect(found).toBe(-set);
});

test('a date that all responses agree on for half an hour is believed', () => {
  const found = offAfter([0, 10, 20, 41].map((after) => ({ after, off: after === 0 ? 0 : 90 })));

  expect(found).toBe(90);
});

test('responses that agree with the former time end the doubt', () => {
  const found = offAfter([
    { after: 0, off: 0 },
    { after: 10, off: 90 },
    { after: 20, off: 0 },
    { after: 41, off: 90 },
  ]);

  expect(found).toBe(0);
});

test('a date that cannot be read says nothing', () => {
  const time = createAwsTime();

  time.hear({ date: 'soon', wallMs: start, steadyMs: 0 });
  time.hear({ date: undefined, wallMs: start, steadyMs: 0 });

  expect(time.offByMs()).toBe(0);
});
