import { parseAccountId, parseRegion, parseRolloutId, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import { plainLine, sentenceOf } from '../../orchestrator/presentation/event';
import { person } from '../actors';

const said = { at: '2026-11-22T08:00:01.500Z', rolloutId: parseRolloutId('ro-20261122-080000-abcd') };
const [canary, account, usEast1] = [parseWaveName('canary'), parseAccountId('111122223333'), parseRegion('us-east-1')];

describe('an event in words', () => {
  const because = ['the sum', 'one', 'two'];
  const events: readonly [RolloutEvent, string][] = [
    [
      { ...said, type: 'rolloutStarted', by: person('ada'), release: 'r-1' },
      `ada started rollout ${said.rolloutId} with release r-1`,
    ],
    [
      { ...said, type: 'rolloutStarted', by: person('ada'), release: 'r-1', reason: 'now' },
      `ada started rollout ${said.rolloutId} with release r-1: now`,
    ],
    [
      {
        ...said,
        type: 'stateTakenOver',
        by: person('ada'),
        reason: 'lost',
        state: 'st-1',
        former: 'jo',
        since: '2026-11-21',
      },
      'ada took over the organization from state st-1, which jo put in charge at 2026-11-21: lost',
    ],
    [{ ...said, type: 'organizationListed', accounts: 1 }, 'the organization has 1 account'],
    [
      { ...said, type: 'planned', waves: [{ name: canary, accounts: 2 }], excluded: 3, notes: [] },
      '2 accounts in 1 wave, 3 excluded',
    ],
    [
      { ...said, type: 'waveOpened', wave: canary, accounts: 2, toChange: 1, attempt: 2 },
      'wave canary: 2 accounts, 1 to change, attempt 2',
    ],
    [{ ...said, type: 'waveSkipped', wave: canary, because: 'it is empty' }, 'wave canary: skipped, it is empty'],
    [
      { ...said, type: 'preflightDone', wave: canary, entered: 2, leftOut: 1 },
      'wave canary: preflight passed in 2 accounts, 1 skipped',
    ],
    [
      { ...said, type: 'preflightDone', wave: canary, entered: 3, leftOut: 0, adopted: 2 },
      'wave canary: preflight passed in 3 accounts, 2 with resources managed outside Strongroom',
    ],
    [
      { ...said, type: 'adopted', wave: canary, account, module: 'aws-config', region: usEast1, because: 'it records' },
      'wave canary: account 111122223333: aws-config in us-east-1 is managed outside Strongroom: it records',
    ],
    [
      { ...said, type: 'accountLeftOut', wave: canary, account, reason: 'no role' },
      'wave canary: account 111122223333 skipped: no role',
    ],
    [
      {
        ...said,
        type: 'stageStarted',
        wave: canary,
        stage: 0,
        stages: 4,
        modules: ['alerts'],
        regions: [usEast1],
        accounts: 2,
      },
      'wave canary: stage 1 of 4, deploying alerts to 2 accounts in us-east-1',
    ],
    [
      { ...said, type: 'stageLanded', wave: canary, stage: 0, done: 2, failed: 1 },
      'wave canary: stage 1 finished, 2 succeeded, 1 failed',
    ],
    [
      { ...said, type: 'accountFailed', wave: canary, account, module: 'alerts', region: usEast1, reason: 'it exists' },
      'wave canary: account 111122223333 failed: alerts in us-east-1: it exists',
    ],
    [{ ...said, type: 'settingsApplied', wave: canary, accounts: 2 }, 'wave canary: settings applied in 2 accounts'],
    [
      {
        ...said,
        type: 'checkFailed',
        wave: canary,
        account,
        title: 'The operator role requires MFA',
        severity: 'critical',
        gate: 'access-controlled',
        check: 'operator-role-requires-mfa',
        region: 'global',
        outcome: 'unknown',
        observed: 'denied',
        expected: 'MFA',
        remediation: '',
      },
      'wave canary: account 111122223333: The operator role requires MFA (critical, access controlled, operator-role-requires-mfa) is unknown: observed denied, expected MFA',
    ],
    [
      { ...said, type: 'waveJudged', wave: canary, verdict: 'failed', because },
      'wave canary: failed, the sum (and 2 more reasons)',
    ],
    [
      { ...said, type: 'waiting', wave: canary, for: 'soak', until: '2026-11-23T08:00:00.000Z' },
      'wave canary: healthy, soaking until 2026-11-23 08:00, then checked again',
    ],
    [
      { ...said, type: 'waiting', wave: canary, for: 'settle', until: '2026-11-22T08:02:00.000Z' },
      'wave canary: not settled yet, next check at 08:02:00',
    ],
    [
      { ...said, type: 'waiting', wave: canary, for: 'bootstrap', until: '2026-11-22T08:05:00.000Z', accounts: 2 },
      'wave canary: waiting for 2 new accounts to become ready, next check at 08:05:00',
    ],
    [
      { ...said, type: 'approvalRequested', wave: canary, about: 'gate', because: ['the sum'] },
      'wave canary: held (gate): the sum',
    ],
    [
      { ...said, type: 'answered', wave: canary, decision: 'retry', by: person('ada'), reason: 'fixed' },
      'ada requested a retry: fixed',
    ],
    [
      { ...said, type: 'paused', by: person('ada'), reason: 'an outage' },
      'ada paused the rollout: an outage; work in progress is completed, nothing new starts',
    ],
    [{ ...said, type: 'resumed', by: person('ada'), reason: 'it is over' }, 'ada resumed the rollout: it is over'],
    [{ ...said, type: 'rollingBack', wave: canary, to: 'r-0' }, 'wave canary: rolling back to r-0'],
    [{ ...said, type: 'crashed', state: 'PlanWaves', because: 'oh' }, 'PlanWaves failed: oh'],
    [{ ...said, type: 'rolloutFinished', outcome: 'completed', because: ['all of it'] }, 'completed: all of it'],
  ];

  test.each(events)('%j', (event, sentence) => {
    expect(sentenceOf(event)).toBe(sentence);
  });

  test('as a line of a log', () => {
    expect(plainLine({ ...said, type: 'organizationListed', accounts: 3 })).toBe(
      '08:00:01 organizationListed the organization has 3 accounts',
    );
  });
});
