/** `verify --probe` over accounts in which everything holds, and over such where exactly one thing does not. */

import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { ProbeId } from '../../orchestrator/domain/model/probe';
import { alertForwarderName } from '../../orchestrator/domain/policies/alert-policy';
import { regionDenyName } from '../../orchestrator/domain/policies/operator-policy';
import { type Probed, probeMembers } from '../../orchestrator/operations/probe';
import { membersMeant, sweep } from '../../orchestrator/operations/sweep';
import type { Probes, UnguardedPorts } from '../../orchestrator/ports/ports';
import { readVisits } from '../../orchestrator/records/evidence';
import { visitsKept } from '../../orchestrator/records/keys';
import type { OutOfBandChange } from '../../orchestrator/simulated/account-contents';
import { person } from '../actors';
import { anAccountIn, baseline, createRig, type Rig } from '../rig';
import { after, everything, recordOf, risks, stateOf, swept, waves } from './sweeping';

const probing = (text: string): string =>
  `${text.replace(/(name: (?:canary|sandbox),[^}]*)}/g, '$1, probe: true }')}probes: { operatorProbe: MfaProbe }\n`;

async function rolledOut(config = probing): Promise<Rig> {
  const rig = await createRig({ accounts: 40, config });
  await rig.rollOut({ waves });
  return rig;
}

async function passing(
  rig: Rig,
  ids: readonly AccountId[],
  ports: Partial<UnguardedPorts> = {},
): Promise<readonly Probed[]> {
  const built = await baseline();
  return rig.inTime(async () => {
    const members = await membersMeant(rig.ports, built, rig.desiredState, { accounts: ids });
    return probeMembers({ ...rig.ports, ...ports }, rig.desiredState, members, { by: person('jo') });
  });
}
const outcomesOf = ([one]: readonly Probed[]) =>
  one?.kind === 'passed' ? Object.fromEntries(one.results.map(({ probe, outcome }) => [probe, outcome])) : one;
const holds = {
  trailDelivers: 'pass',
  alertsArrive: 'pass',
  operatorNeedsMfa: 'pass',
  regionDenyHolds: 'pass',
} as const;

const openTrust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'sts:AssumeRole',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ],
};
const damages: readonly [what: string, change: OutOfBandChange, probe: ProbeId][] = [
  ['the trail is stopped', { kind: 'change', of: 'trails', to: { logging: false } }, 'trailDelivers'],
  ['the log bucket refuses', { kind: 'change', of: 'trails', to: { deliveryError: 'AccessDenied' } }, 'trailDelivers'],
  ['the trail is deleted', { kind: 'delete', of: 'trails' }, 'trailDelivers'],
  [
    'the rule is disabled',
    { kind: 'change', of: 'rules', name: 'strongroom-guardduty-findings', to: { state: 'DISABLED' } },
    'alertsArrive',
  ],
  [
    'the rule has no target',
    { kind: 'change', of: 'rules', name: 'strongroom-guardduty-findings', to: { targets: [] } },
    'alertsArrive',
  ],
  [
    'the role of the rule can send nothing',
    { kind: 'change', of: 'roles', name: alertForwarderName('us-east-1'), to: { inline: {} } },
    'alertsArrive',
  ],
  [
    'the trust forgives a missing key',
    { kind: 'changeTrust', role: 'InfraAdmin', trust: openTrust },
    'operatorNeedsMfa',
  ],
  ['the fence is gone', { kind: 'change', of: 'roles', name: 'InfraAdmin', to: { inline: {} } }, 'regionDenyHolds'],
];

describe('an account in which everything holds', () => {
  test('passes all four proofs, stays ready, and keeps what was shown as evidence', async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');

    const [one] = await passing(rig, [account]);

    const record = await recordOf(rig, account);
    expect(outcomesOf(one === undefined ? [] : [one])).toEqual(holds);
    expect([record.state, record.probes?.release]).toEqual(['READY_FOR_KEYS', record.release]);
    expect((await readVisits(rig.ports, account)).at(-1)).toMatchObject({
      release: record.release,
      sweep: expect.stringMatching(/^sw-2026/),
      results: [],
      probes: record.probes?.results.map(({ probe, outcome }) => ({ probe, outcome })),
    });
    expect(record.probes?.results.find(({ probe }) => probe === 'regionDenyHolds')?.observed).toContain(regionDenyName);
  });

  test('has its finding archived also where an experiment fails on the way', async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    const cleared: string[] = [];
    const clearAway: Probes['clearAway'] = async (visit) => void cleared.push(visit.account);
    const lookForSample: Probes['lookForSample'] = async () => {
      throw new Error('the process has a fault');
    };

    const outcome = passing(rig, [account], { probes: { ...rig.ports.probes, lookForSample, clearAway } });

    await expect(outcome).rejects.toThrow('the process has a fault');
    expect(cleared).toEqual([account]);
  });

  test('keeps a bounded history', async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');

    for (let times = 0; times < visitsKept + 2; times++) await passing(rig, [account]);

    expect(await readVisits(rig.ports, account)).toHaveLength(visitsKept);
    expect((await recordOf(rig, account)).probes?.results).toHaveLength(4);
  });
});

describe('exactly one proof fails where', () => {
  test.each(damages)('%s', async (_what, change, probe) => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.contents.byHand(account, change);

    const outcomes = outcomesOf(await passing(rig, [account]));

    expect(outcomes).toEqual({ ...holds, [probe]: 'fail' });
    expect(await stateOf(rig, account)).toBe('KEYS_AT_RISK');
  });
});

test('what cannot be tried is unknown, says why, and costs no readiness', async () => {
  const rig = await rolledOut((text) => probing(text).replace('MfaProbe', 'Somebody'));
  const account = anAccountIn(rig, 'Sandbox');
  rig.world.faults.cannotEnter = (id) => (id === account ? 'AccessDenied' : undefined);

  const shut = outcomesOf(await passing(rig, [account]));
  rig.world.faults.cannotEnter = () => undefined;
  const open = outcomesOf(await passing(rig, [account]));

  expect(shut).toEqual({
    trailDelivers: 'unknown',
    alertsArrive: 'unknown',
    operatorNeedsMfa: 'unknown',
    regionDenyHolds: 'unknown',
  });
  expect(open).toEqual({ ...holds, operatorNeedsMfa: 'unknown' });
  expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
});

test('without the modules there is nothing to prove', async () => {
  const rig = await rolledOut((text) =>
    probing(text)
      .replace(/^ {2}(alerts|audit-logging|operator-role): .*\n/gm, '')
      .replace(/^ {2}aws-config: .*\n/m, ''),
  );

  const outcomes = outcomesOf(await passing(rig, [anAccountIn(rig, 'Sandbox')]));

  expect([...new Set(Object.values(outcomes ?? {}))]).toEqual(['notApplicable']);
});

describe('a proof that failed', () => {
  async function fallen() {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    // What the checks do not see: they see facts that are all well.
    const name = alertForwarderName('us-east-1');
    const silent: OutOfBandChange = { kind: 'change', of: 'roles', name, to: { inline: {} } };
    const { facts } = await healthyFacts(rig, account);
    rig.world.contents.byHand(account, silent);
    rig.world.faults.distort = (seen) =>
      seen.account === account ? { ...facts, collectedAt: seen.collectedAt } : seen;
    await passing(rig, [account]);
    return { rig, account };
  }
  async function healthyFacts(rig: Rig, account: AccountId) {
    const visit = (await readVisits(rig.ports, account)).at(-1);
    if (visit?.facts === undefined) throw new Error('the account was never visited');
    return { facts: visit.facts };
  }

  test('is not taken back by checks that pass, and is announced once', async () => {
    const { rig, account } = await fallen();

    await swept(rig);
    await after(rig, 30);
    await swept(rig);

    expect(await stateOf(rig, account)).toBe('KEYS_AT_RISK');
    expect(risks(rig).map(({ text }) => text)).toEqual([
      expect.stringContaining(
        'GuardDuty findings reach the security account and are published (alertsArrive): observed ',
      ),
    ]);
  });

  test('is taken back by one that passes; then the account soaks from the beginning', async () => {
    const { rig, account } = await fallen();
    const { probes } = rig.ports;
    const states: string[] = [];

    await passing(rig, [account], {
      probes: { ...probes, lookForSample: async () => ({ isMade: true, hasArrived: true }) },
    });
    for (const minutes of [0, 10, 10]) {
      await after(rig, minutes);
      await swept(rig, everything);
      states.push(await stateOf(rig, account));
    }

    expect(states).toEqual(['BASELINE_HEALTHY', 'BASELINE_HEALTHY', 'READY_FOR_KEYS']);
  });
});

test('a sweep during the experiments does not lose what they show', async () => {
  const rig = await rolledOut();
  const account = anAccountIn(rig, 'Sandbox');
  rig.world.contents.byHand(account, damages[3]?.[1] ?? { kind: 'makeRootKey' });
  const built = await baseline();

  await rig.inTime(async () => {
    const members = await membersMeant(rig.ports, built, rig.desiredState, { accounts: [account] });
    const shown = probeMembers(rig.ports, rig.desiredState, members, { by: person('jo') });
    await rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + 60_000));
    await Promise.all([shown, sweep(rig.ports, built, rig.desiredState, everything)]);
  });

  expect((await recordOf(rig, account)).probes?.results.filter(({ outcome }) => outcome === 'fail')).toHaveLength(1);
});
