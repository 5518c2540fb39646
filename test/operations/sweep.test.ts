import { absent } from '../../orchestrator/domain/health/facts';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { listAccounts } from '../../orchestrator/records/accounts';
import { readEvidence } from '../../orchestrator/records/evidence';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig } from '../rig';
import { after, damage, recordOf, risks, rolledOut, stateOf, swept, waves } from './sweeping';

describe('a sweep over an organization that is as it should be', () => {
  test('visits every account that is meant and no other, reads there and changes nothing', async () => {
    const rig = await rolledOut();
    const planned = (await listAccounts(rig.ports)).filter(({ value }) => value.release !== undefined);
    const before = rig.world.calls.touches.length;

    const { verified, next } = await swept(rig);

    const touches = rig.world.calls.touches.slice(before);
    const ids = planned.map(({ value }) => value.id).toSorted();
    expect(verified.map(({ member }) => member.id)).toEqual(ids);
    expect([...new Set(touches.map(({ account }) => account))].toSorted()).toEqual(ids);
    expect([...new Set(touches.map(({ what }) => what))].toSorted()).toEqual(['entered', 'read']);
    expect(verified.every((one) => one.kind === 'verified' && one.verdict === 'healthy')).toBe(true);
    expect([next, risks(rig)]).toEqual([undefined, []]);
  });

  test('leaves them ready for keys, with evidence under its own name', async () => {
    const rig = await rolledOut();
    const [account, states] = [anAccountIn(rig, 'Sandbox'), await rig.states()];

    await swept(rig);

    expect(await rig.states()).toEqual(states);
    const record = await recordOf(rig, account);
    expect(await readEvidence(rig.ports, account)).toMatchObject({
      at: record.checkedAt,
      sweep: expect.stringMatching(/^sw-20261122-/),
      release: record.release,
      facts: { account },
    });
  });

  test('in parts, each behind the one before, meets everybody once and in order', async () => {
    const rig = await rolledOut();
    const whole = (await swept(rig)).verified.map(({ member }) => member.id);

    const parts: AccountId[][] = [];
    let next: AccountId | undefined;
    do {
      const part = await swept(rig, { waves, accountsMax: 4, after: next });
      parts.push(part.verified.map(({ member }) => member.id));
      next = part.next;
    } while (next !== undefined);

    expect(parts.flat()).toEqual(whole);
    expect(parts.slice(0, -1).every(({ length }) => length === 4)).toBe(true);
  });
});

describe('a ready account that regresses', () => {
  test('is at risk, and is announced once, however often it is swept', async () => {
    const rig = await rolledOut();
    const victim = anAccountIn(rig, 'Sandbox');
    damage(rig, victim);

    await swept(rig);
    await swept(rig);

    expect(await recordOf(rig, victim)).toMatchObject({
      state: 'KEYS_AT_RISK',
      failing: [expect.objectContaining({ outcome: 'fail', observed: 'absent' })],
    });
    expect(Object.keys(await recordOf(rig, victim))).not.toEqual(expect.arrayContaining(['soaked']));
    expect(risks(rig)).toMatchObject([
      {
        key: expect.stringContaining(victim),
        subject: expect.stringContaining(victim),
        text: expect.stringContaining('observed absent'),
      },
    ]);
    expect((await rig.states())['KEYS_AT_RISK']).toBe(1);
  });

  test('is ready again only by a proof, the soak of its wave, and a second proof; and a second regression is announced again', async () => {
    const rig = await rolledOut();
    const victim = anAccountIn(rig, 'Sandbox');
    const { repair } = damage(rig, victim);
    await swept(rig);
    repair();
    const states: string[] = [];
    // The wave soaks for 15 minutes.
    for (const minutes of [0, 10, 10]) {
      await after(rig, minutes);
      await swept(rig);
      states.push(await stateOf(rig, victim));
    }

    expect(states).toEqual(['BASELINE_HEALTHY', 'BASELINE_HEALTHY', 'READY_FOR_KEYS']);
    damage(rig, victim);
    await swept(rig);
    expect(risks(rig)).toHaveLength(2);
  });

  test('is at risk again, and not merely unhealthy, if it fails before that: its keys may still be inside', async () => {
    const rig = await rolledOut();
    const victim = anAccountIn(rig, 'Sandbox');
    const states: string[] = [];
    for (const isBroken of [true, false, true]) {
      const { repair } = damage(rig, victim);
      if (!isBroken) repair();
      await swept(rig);
      states.push(await stateOf(rig, victim));
    }

    expect(states).toEqual(['KEYS_AT_RISK', 'BASELINE_HEALTHY', 'KEYS_AT_RISK']);
    expect(risks(rig)).toHaveLength(2);
  });

  test('soaks from the beginning if it fails while it soaks', async () => {
    const rig = await rolledOut();
    const victim = anAccountIn(rig, 'Sandbox');
    for (const isBroken of [true, false, true, false]) {
      const { repair } = damage(rig, victim);
      if (!isBroken) repair();
      await after(rig, 10);
      await swept(rig);
    }

    expect(await stateOf(rig, victim)).toBe('BASELINE_HEALTHY');
  });
});

test('an account whose first proof came only after the soak of its wave is made ready by sweeps, once it has soaked too', async () => {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace(/(name: sandbox.*failureTolerance: )0/, '$11'),
  });
  const late = anAccountIn(rig, 'Sandbox');
  let visitsToLate = 0;
  // At once, and after each of the three pauses for settling; then the wave soaks without it.
  const failing = 4;
  rig.world.faults.distort = (facts) =>
    facts.account === late && visitsToLate++ < failing ? { ...facts, passwordPolicy: absent } : facts;
  await rig.rollOut({ waves });
  const states: string[] = [await stateOf(rig, late)];

  for (const minutes of [10, 10]) {
    await after(rig, minutes);
    await swept(rig);
    states.push(await stateOf(rig, late));
  }

  expect(states).toEqual(['BASELINE_HEALTHY', 'BASELINE_HEALTHY', 'READY_FOR_KEYS']);
});

test('an account is never made ready with a release that its wave has not finished', async () => {
  const rig = await createRig({ accounts: 40 });
  const [broken, healthy] = [anAccountIn(rig, 'Sandbox'), anAccountIn(rig, 'Sandbox', 1)];
  const { repair } = damage(rig, broken);
  const { id } = await rig.rollOut({ waves });
  await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'not today' });
  await rig.resume(id);
  repair();

  await swept(rig);
  await after(rig, 60);
  await swept(rig);

  expect(await stateOf(rig, healthy)).toBe('BASELINE_HEALTHY');
});

test('a wave without a soak makes nobody ready: a soak of nothing is no soak', async () => {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace(/(name: sandbox.*soakMinutes: )15/, (_, before) => `${before}0`),
  });
  await rig.rollOut({ waves });

  await swept(rig);
  await after(rig, 60);
  await swept(rig);

  expect(await stateOf(rig, anAccountIn(rig, 'Sandbox'))).toBe('BASELINE_HEALTHY');
});
