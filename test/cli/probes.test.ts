/** What `verify --probe` and `account` say of experiments, and whom they refuse. */
import { alertForwarderName } from '../../orchestrator/domain/policies/alert-policy';
import { simulatedCode, simulatedProfiles } from '../../orchestrator/simulated/probes';
import { parsedLines, rig } from './rig';

const probing = (text: string): string =>
  `${text.replace(/(name: sandbox,[^}]*)}/, '$1, probe: true }')}probes: { operatorProbe: MfaProbe }\n`;

function configured(made = rig(), edit = probing) {
  const config = made.config(edit);
  const [account] = made.world.organization.accountsIn('Sandbox');
  return {
    ...made,
    base: made,
    simulated: (...decisions: readonly string[]) => made.simulated(...decisions, '--config', config),
    id: `${account?.id}`,
  };
}

async function rolledOut() {
  const made = configured();
  await made.simulated('rollout', '--json', '--wave', 'canary', 'sandbox');
  return made;
}

/** A rollout takes some seconds where the machine is busy, which belong to no test. */
const rollsOutWithinMs = 60_000;
let healthy: Awaited<ReturnType<typeof rolledOut>>;
let damaged: Awaited<ReturnType<typeof rolledOut>>;
beforeAll(async () => {
  healthy = await rolledOut();
  damaged = await rolledOut();
}, rollsOutWithinMs);

test('proves the accounts of waves that opted in, and verifies the others as ever', async () => {
  const { simulated } = healthy;

  const { status, out } = await simulated('verify', '--probe');

  const text = out.join('\n');
  expect(status).toBe(0);
  expect(text).toMatch(
    /^probing 4 accounts[^\n]*\nprobes\n {2}The trail [^\n]*: passed in (\d+)\n {2}GuardDuty [^\n]*: passed in \1\n/,
  );
  expect(text).toMatch(/(\d+) accounts verified: \1 healthy/);
});

test('names a proof that failed, with what to do, and ends with status 3', async () => {
  const { world, simulated, id } = damaged;
  const account = world.organization.accountsIn('Sandbox')[0]?.id;
  if (account !== undefined) {
    const name = alertForwarderName('us-east-1');
    world.contents.byHand(account, { kind: 'change', of: 'roles', name, to: { inline: {} } });
  }

  const [{ status, out }, shown, asJson] = [
    await simulated('verify', '--probe', '--account', id),
    await simulated('account', id),
    await simulated('account', id, '--json'),
  ];

  const text = out.join('\n');
  expect(status).toBe(3);
  expect(text).toMatch(
    new RegExp(`\\(alertsArrive\\): failed in 1\n {4}${id}: observed .* did not arrive .*\n {4}→ Check `),
  );
  expect(shown.out.join('\n')).toMatch(
    /probes\n {2}The trail [^\n]* passed[\s\S]* {2}GuardDuty [^\n]* failed[^\n]*\n {4}→ Check/,
  );
  expect(shown.out.join('\n')).toContain(`verify --probe --account ${id}`);
  expect(JSON.parse(asJson.out.join('\n'))).toMatchObject({
    state: 'KEYS_AT_RISK',
    evidence: { results: expect.arrayContaining([expect.objectContaining({ gate: 'audited' })]) },
    probes: { results: expect.arrayContaining([expect.objectContaining({ probe: 'alertsArrive', outcome: 'fail' })]) },
  });
});

test('as JSON has the proofs in the entry of each account, and null where the wave did not opt in', async () => {
  const { simulated, id } = healthy;

  const { out } = await simulated('verify', '--probe', '--json');

  const entries: readonly Record<string, unknown>[] = JSON.parse(out.join('\n'));
  expect(entries.find(({ accountId }) => accountId === id)).toMatchObject({
    verdict: 'healthy',
    probes: { recorded: true, because: null, results: [{ probe: 'trailDelivers', outcome: 'pass' }, {}, {}, {}] },
  });
  expect(entries.filter(({ wave }) => wave === 'canary').map(({ probes }) => probes)).toContain(null);
});

test('what was not shown is no success, though nothing failed', async () => {
  const { simulated, id } = configured(healthy.base, (text) => probing(text).replace('MfaProbe', 'Nobody'));

  const { status, out } = await simulated('verify', '--probe', '--account', id);

  expect([status, out.join('\n')]).toEqual([3, expect.stringContaining('(operatorNeedsMfa): unknown in 1')]);
});

test.each([
  ['an account of a wave that did not opt in', probing, ['--wave', 'canary'], 'wave canary does not enable probes'],
  ['everybody, where no wave did', (text: string) => text, [], 'waves canary, sandbox, dev, '],
])('refuses %s, says how to opt in, and touches nobody', async (_what, edit, decisions, said) => {
  const { world, simulated } = configured(rig(), edit);
  const before = world.calls.touches.length;

  const { status, err } = await simulated('verify', '--probe', ...decisions);

  expect(status).toBe(4);
  expect(err.join('\n')).toContain(said);
  expect(err.join('\n')).toContain('next: add `probe: true` to the wave');
  expect(world.calls.touches).toHaveLength(before);
});

test('without --probe makes no experiment', async () => {
  const { simulated, id } = healthy;
  await simulated('verify', '--account', id);
  const { out } = await simulated('evidence', '--since', '2026-11-22', '--account', id);

  expect(parsedLines(out).at(-1)).not.toHaveProperty('probes');
});

test('what was shown is among the evidence that is taken away', async () => {
  const { simulated, id } = healthy;
  await simulated('verify', '--probe', '--account', id);

  const { out } = await simulated('evidence', '--since', '2026-11-22', '--account', id);

  expect(parsedLines(out).filter(({ probes }) => Array.isArray(probes) && probes.length === 4)).not.toEqual([]);
});

describe('a profile that a person lends', () => {
  const fenced = (out: readonly string[]) =>
    parsedLines([out.join('')])
      .flat()
      .flatMap((entry) => Reflect.get(Object(Reflect.get(Object(entry), 'probes')), 'results') ?? [])
      .find((result: { probe: string }) => result.probe === 'regionDenyHolds');
  const asked: string[] = [];
  const ask = async (prompt: string): Promise<string> => {
    asked.push(prompt);
    return simulatedCode;
  };

  test('has its code asked for on the terminal, and enters the operator role', async () => {
    const made = rig({ host: { ask } });
    const { simulated, id } = configured(made);
    await simulated('rollout', '--json', '--wave', 'canary', 'sandbox');

    const decisions = ['--probe', '--operator-profile', simulatedProfiles.device, '--account', id, '--json'];
    const { out } = await simulated('verify', ...decisions);

    expect(asked).toEqual([`MFA code for arn:aws:iam::${id}:mfa/ada: `]);
    expect(fenced(out)).toMatchObject({
      outcome: 'pass',
      observed: expect.stringMatching(/tried with the operator role$/),
    });
  });

  test('is not enough where nobody can be asked for the code, and says what would be', async () => {
    const { simulated, id } = healthy;

    const decisions = ['--probe', '--operator-profile', simulatedProfiles.device, '--account', id, '--json'];
    const { out, status } = await simulated('verify', ...decisions);

    expect(fenced(out)).toMatchObject({
      outcome: 'unknown',
      observed: expect.stringContaining('cannot be entered here'),
    });
    expect(status).toBe(3);
  });

  test.each([
    ['without --probe', (id: string) => ['--account', id]],
    ['for nobody by name', () => ['--probe']],
    ['for two accounts', (id: string) => ['--probe', '--account', id, '111122223333']],
  ])('is refused %s', async (_what, decisions) => {
    const { simulated, id } = healthy;

    const { status, err } = await simulated('verify', '--operator-profile', 'ada', ...decisions(id));

    expect(status).toBe(2);
    expect(err.join('\n')).toContain('next: add --probe, and select the account with --account');
  });
});
