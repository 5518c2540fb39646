/** A lookup that keeps failing skips its module in one region, and nothing else: neither the account nor its other modules. */
import { errors, type StrongroomError } from '../../orchestrator/domain/errors';
import { type AccountId, parseRegion, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { LookupId } from '../../orchestrator/domain/model/lookups';
import { previewPlan } from '../../orchestrator/operations/start';
import { createPaint } from '../../orchestrator/presentation/paint';
import { statusEntry, statusLines } from '../../orchestrator/presentation/status';
import { readAccount } from '../../orchestrator/records/accounts';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, baseline, createRig, eventsOf, type Rig } from '../rig';

const sandbox = parseWaveName('sandbox');
const west = parseRegion('us-west-2');
const call = 'config:DescribeConfigurationRecorders in us-west-2';
const down = errors.awsUnavailable(call, 'InternalError');
const because = `${call} failed: InternalError`;

/** Fails a lookup in us-west-2 of one account; without a lookup, everything there. */
function failing(rig: Rig, lookup: LookupId | undefined, error: StrongroomError, times = Number.POSITIVE_INFINITY) {
  const account = anAccountIn(rig, 'Sandbox');
  let left = times;
  rig.world.faults.failLookup = (id, region, asked) =>
    id === account && region === west && asked === lookup && left-- > 0 ? error : undefined;
  return account;
}
const stacksIn = (rig: Rig, account: AccountId, region = west): readonly string[] =>
  rig.world.contents
    .stacks(account)
    .filter((stack) => stack.region === region)
    .map(({ stackSet }) => stackSet.replace('strongroom-sandbox-', ''))
    .sort();
const recordOf = async (rig: Rig, account: AccountId) => {
  const item = await readAccount(rig.ports, account);
  if (item === undefined) throw new Error(`account ${account} has no record`);
  return item.value;
};

describe('a lookup that keeps failing', () => {
  test('skips its module in that region, and every other stack is deployed', async () => {
    const rig = await createRig();
    const account = failing(rig, 'recorder', down);

    const { events } = await rig.rollOut({ waves: [sandbox] });

    const all = stacksIn(rig, anAccountIn(rig, 'Sandbox', 1));
    expect(all).toContain('aws-config');
    expect(stacksIn(rig, account)).toEqual(all.filter((module) => module !== 'aws-config'));
    expect(stacksIn(rig, account, parseRegion('us-east-1'))).toContain('aws-config');
    expect(eventsOf(events, 'accountLeftOut')).toEqual([]);
    expect(eventsOf(events, 'moduleSkipped')).toEqual([
      expect.objectContaining({ wave: sandbox, account, module: 'aws-config', region: west, because }),
    ]);
    expect(eventsOf(events, 'preflightDone')).toEqual([expect.objectContaining({ leftOut: 0, skipped: 1 })]);
  });

  test('leaves the checks of the module unknown in that region, neither failed nor passed, and holds the wave', async () => {
    const rig = await createRig();
    const account = failing(rig, 'recorder', down);

    const { events } = await rig.rollOut({ waves: [sandbox] });

    const { failing: findings, state, release } = await recordOf(rig, account);
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings)
      expect(finding).toMatchObject({
        module: 'aws-config',
        region: west,
        outcome: 'unknown',
        observed: `aws-config skipped in us-west-2: ${because}`,
      });
    expect([state, release]).toEqual(['UNKNOWN', undefined]);
    expect(eventsOf(events, 'waveJudged').at(-1)).toMatchObject({ verdict: 'inconclusive' });
  });

  test('is shown by status and by the next plan, with the reason', async () => {
    const rig = await createRig();
    const account = failing(rig, 'recorder', down);

    await rig.rollOut({ waves: [sandbox] });

    const record = await recordOf(rig, account);
    const built = await baseline();
    const { plan } = await rig.inTime(() => previewPlan(rig.ports, built, rig.desiredState));
    expect(statusEntry(record).skipped).toEqual([{ module: 'aws-config', region: west, because }]);
    expect(statusLines([record], createPaint(false)).at(-1)).toMatch(
      /aws-config +us-west-2 +config:Desc.*InternalError/,
    );
    expect(plan.notes).toContain(
      `account ${account}: aws-config skipped in us-west-2: ${because}; the next rollout tries again`,
    );
  });

  test('skips nothing for ever: once it answers, a retry of the wave deploys the module', async () => {
    const rig = await createRig();
    const account = failing(rig, 'recorder', down);
    const { id } = await rig.rollOut({ waves: [sandbox] });
    rig.world.faults.failLookup = () => undefined;

    await rig.inTime(() =>
      answer(rig.ports, id, { decision: 'retry', by: person('jo'), reason: 'the service is back' }),
    );
    const { events } = await rig.resume(id);

    const { state, skipped, release } = await recordOf(rig, account);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(stacksIn(rig, account)).toContain('aws-config');
    expect([state, skipped]).toEqual(['READY_FOR_KEYS', undefined]);
    expect(release).toBeDefined();
  });

  test('skips nothing where the module is at the release already', async () => {
    const rig = await createRig();
    await rig.rollOut({ waves: [sandbox] });
    const account = failing(rig, 'recorder', down);
    const { modules } = rig.desiredState;
    const wanted = {
      ...rig.desiredState,
      modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
    };

    const { events } = await rig.rollOut({ waves: [sandbox] }, wanted);

    const { state, skipped } = await recordOf(rig, account);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(eventsOf(events, 'moduleSkipped')).toEqual([]);
    expect([state, skipped]).toEqual(['READY_FOR_KEYS', undefined]);
  });

  test('leaves to others what they were seen to run', async () => {
    const rig = await createRig();
    rig.world.contents.protect(anAccountIn(rig, 'Sandbox'), { by: 'controlTower' });
    await rig.rollOut({ waves: [sandbox] });
    const account = failing(rig, 'recorder', down);

    const { events } = await rig.rollOut({ waves: [sandbox], accounts: [account] });

    const { adopted = [], release } = await recordOf(rig, account);
    expect(eventsOf(events, 'moduleSkipped')).toEqual([]);
    expect(
      adopted
        .filter(({ module }) => module === 'aws-config')
        .map(({ region }) => region)
        .sort(),
    ).toEqual(['us-east-1', 'us-west-2']);
    expect(release).toBeDefined();
    expect(stacksIn(rig, account)).not.toContain('aws-config');
  });
});

test('a lookup that fails twice and then answers skips nothing', async () => {
  const rig = await createRig();
  const account = failing(rig, 'recorder', down, 2);

  const { events } = await rig.rollOut({ waves: [sandbox] });

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(stacksIn(rig, account)).toContain('aws-config');
});

test('a lookup that is denied skips its module like one that fails', async () => {
  const rig = await createRig();
  const account = failing(rig, 'detector', errors.accessDenied('guardduty:ListDetectors in us-west-2', 'no'));

  const { events } = await rig.rollOut({ waves: [sandbox] });

  expect(stacksIn(rig, account)).not.toContain('threat-detection');
  expect(eventsOf(events, 'moduleSkipped')).toMatchObject([
    { module: 'threat-detection', because: 'guardduty:ListDetectors in us-west-2 was denied: no' },
  ]);
});

test('a service that is still being activated is waited for, and then skips its module, not the account', async () => {
  const why = errors.accessDenied('guardduty:ListDetectors in us-west-2', 'The account needs a subscription');
  const rig: Rig = await createRig({
    sees: (seen, { account }) =>
      account === anAccountIn(rig, 'Sandbox')
        ? { ...seen, unanswered: [{ region: west, lookup: 'detector', error: why, activating: true }] }
        : seen,
  });
  const account = anAccountIn(rig, 'Sandbox');

  const { events } = await rig.rollOut({ waves: [sandbox] });

  const minutes = (type: 'waveOpened' | 'preflightDone') => Date.parse(eventsOf(events, type)[0]?.at ?? '') / 60_000;
  expect(minutes('preflightDone') - minutes('waveOpened')).toBeGreaterThanOrEqual(15);
  expect(eventsOf(events, 'accountLeftOut')).toEqual([]);
  expect(eventsOf(events, 'moduleSkipped')).toMatchObject([{ account, module: 'threat-detection', region: west }]);
  expect(stacksIn(rig, account)).toContain('aws-config');
  expect(stacksIn(rig, account)).not.toContain('threat-detection');
  expect(rig.world.contents.identities(account).linkedServices).toContain('config.amazonaws.com');
});

test('a region that does not answer skips every module there, and its settings; the other regions are complete', async () => {
  const rig = await createRig();
  const account = failing(rig, undefined, errors.awsUnavailable('cloudformation:ListExports in us-west-2', 'no'));

  const { events } = await rig.rollOut({ waves: [sandbox] });

  const neighbour = anAccountIn(rig, 'Sandbox', 1);
  const { failing: findings, settingsRelease } = await recordOf(rig, account);
  const { ebsEncryption, passwordPolicy } = rig.world.contents.settings(account);
  expect(stacksIn(rig, account)).toEqual([]);
  expect(stacksIn(rig, account, parseRegion('us-east-1'))).toEqual(stacksIn(rig, neighbour, parseRegion('us-east-1')));
  expect([ebsEncryption.has(west), ebsEncryption.has(parseRegion('us-east-1'))]).toEqual([false, true]);
  expect([passwordPolicy?.minimumLength, settingsRelease]).toEqual([14, undefined]);
  expect(findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  expect(eventsOf(events, 'moduleSkipped').map(({ module }) => module)).toContain('account-hardening');
});
