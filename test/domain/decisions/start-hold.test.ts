import { startHold } from '../../../orchestrator/domain/decisions/start-hold';
import type { Freeze } from '../../../orchestrator/domain/model/freeze';
import { aRollout, canary, freeze, minutesAgo, now, paused, sandbox } from './deciding';

describe('a paused rollout', () => {
  test("asks, with the pause's reason, before a freeze is looked at", () => {
    const held = startHold(aRollout({ paused }), [freeze], now);

    expect(held).toMatchObject({
      decision: 'ask',
      record: {
        status: {
          kind: 'awaitingApproval',
          prompt: {
            about: 'pause',
            wave: canary,
            because: ['kim paused it: the console is down'],
            promptedAt: now.toISOString(),
          },
        },
      },
      events: [{ type: 'approvalRequested', wave: canary, about: 'pause' }],
    });
  });
});

describe('a freeze', () => {
  test('holds a rollout until it ends, with its reason', () => {
    const held = startHold(aRollout(), [freeze], now);

    expect(held).toMatchObject({
      decision: 'frozen',
      until: new Date(freeze.to),
      record: { status: { kind: 'waiting', until: freeze.to, doing: 'held by a freeze: end of year' } },
      events: [{ type: 'waiting', wave: canary, for: 'freeze', until: freeze.to }],
    });
  });

  test.each<{ of: string; freezes: readonly Freeze[]; record: ReturnType<typeof aRollout> }>([
    { of: 'if there is none', freezes: [], record: aRollout() },
    { of: 'after its end', freezes: [{ ...freeze, to: minutesAgo(1) }], record: aRollout() },
    { of: 'of other waves', freezes: [{ ...freeze, waves: [sandbox] }], record: aRollout() },
    { of: 'in an emergency', freezes: [freeze], record: aRollout({ request: { emergency: true } }) },
    { of: 'on the way back', freezes: [freeze], record: aRollout({ direction: 'back' }) },
  ])('holds nothing $of', ({ freezes, record }) => {
    expect(startHold(record, freezes, now)).toBeUndefined();
  });
});
