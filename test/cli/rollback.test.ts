import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { person } from '../actors';
import { breakPasswordPolicy, parsedLines, type Ran, rig, rolloutIdIn } from './rig';

const waves = ['--wave', 'sandbox', 'dev'];
const lesser = (text: string): string =>
  text
    .replace('mfaMaxAgeSeconds: 3600', 'mfaMaxAgeSeconds: 7200')
    .replace('threat-detection: { enabled: true', 'threat-detection: { enabled: false');
const last = ({ out }: Ran): Record<string, unknown> => parsedLines(out).at(-1) ?? {};
const opened = ({ out }: Ran): readonly unknown[] =>
  parsedLines(out)
    .filter(({ type }) => type === 'waveOpened')
    .map(({ wave }) => wave);
const operatorTrust = (world: SimulatedWorld): string => {
  const [account] = world.organization.accountsIn('Sandbox');
  return JSON.stringify(account && world.contents.role(account.id, 'InfraAdmin')?.trust);
};

/** Two releases, one after the other, in two waves. */
async function twice() {
  const line = rig();
  await line.simulated('rollout', '--json', ...waves, '--config', line.config(lesser));
  const ran = await line.simulated('rollout', '--json', ...waves);
  return { ...line, id: rolloutIdIn(ran.out) };
}

test('a finished rollout is taken back wave by wave, the last first, and that is a success', async () => {
  const { world, simulated, id } = await twice();
  const before = operatorTrust(world);

  const ran = await simulated('rollback', id, '--reason', 'alarms', '--json');

  expect([ran.status, last(ran)['outcome'], opened(ran)]).toEqual([0, 'rolledBack', ['dev', 'sandbox']]);
  expect(parsedLines(ran.out)[0]).toMatchObject({ type: 'rolloutStarted', by: person('ada'), reason: 'alarms' });
  expect([before, operatorTrust(world)]).toEqual([
    expect.stringContaining('"3600"'),
    expect.stringContaining('"7200"'),
  ]);
});

test('only the wave that is named is taken back', async () => {
  const { simulated, id } = await twice();

  const ran = await simulated('rollback', id, '--wave', 'dev', '--reason', 'alarms', '--json');

  expect([ran.status, opened(ran)]).toEqual([0, ['dev']]);
});

test('a person sees the plan first, with what is left standing', async () => {
  const { simulated, id } = await twice();

  const ran = await simulated('rollback', id, '--wave', 'dev', '--reason', 'alarms');

  expect(ran.out.join('\n')).toMatch(
    /note: wave dev .* does not have threat-detection, access-analyzer: its stacks stay/,
  );
});

test('a rollout that waits for a person is rolled back from its current wave', async () => {
  const { world, simulated, config } = rig();
  await simulated('rollout', '--json', '--wave', 'sandbox', '--config', config(lesser));
  const { repair } = breakPasswordPolicy(world, 'Sandbox');
  const held = await simulated('rollout', '--json', '--wave', 'sandbox');
  repair();

  const ran = await simulated('rollback', rolloutIdIn(held.out), '--reason', 'alarms', '--json');

  expect([held.status, ran.status, last(ran)['outcome']]).toEqual([3, 0, 'rolledBack']);
  expect(parsedLines(ran.out)[0]).toMatchObject({ type: 'answered', decision: 'rollBack', by: person('ada') });
  expect(parsedLines(ran.out).filter(({ type }) => type === 'rollingBack')).toEqual([
    expect.objectContaining({ wave: 'sandbox' }),
  ]);
});

test('where the way back is held too, the status says that a person is needed', async () => {
  const { world, simulated, id } = await twice();
  breakPasswordPolicy(world, 'Workloads/Dev');

  const ran = await simulated('rollback', id, '--reason', 'alarms', '--json');

  expect([ran.status, last(ran)['outcome']]).toEqual([3, 'held']);
});

describe('is refused with status 4 and a next step', () => {
  const refusal = ({ status, err }: Ran) => ({ status, ...JSON.parse(err.at(-1) ?? '{}').error });

  test('where there is nothing to go back to', async () => {
    const { simulated } = rig();
    const { out } = await simulated('rollout', '--json', '--wave', 'sandbox');

    const ran = await simulated('rollback', rolloutIdIn(out), '--reason', 'x', '--json');

    expect(refusal(ran)).toMatchObject({
      status: 4,
      code: 'NothingToRollBack',
      next: expect.stringContaining('change the config'),
    });
  });

  test('where the rollout asks before it has changed anything of the wave', async () => {
    const { simulated, config } = rig();
    const file = config((text) => text.replace('name: sandbox,', 'name: sandbox, approval: manual,'));
    const { out } = await simulated('rollout', '--json', ...waves, '--config', file);
    const id = rolloutIdIn(out);

    const ran = await simulated('rollback', id, '--reason', 'x', '--json', '--config', file);

    expect(refusal(ran)).toMatchObject({
      status: 4,
      code: 'NotWaiting',
      next: expect.stringContaining(`strongroom abort ${id}`),
    });
  });
});

describe('--to', () => {
  test('returns a held wave to the release that is named', async () => {
    const { world, simulated, config } = rig();
    const oldest = await simulated('rollout', '--json', '--wave', 'sandbox', '--config', config(lesser));
    await simulated('rollout', '--json', '--wave', 'sandbox');
    const { repair } = breakPasswordPolicy(world, 'Sandbox');
    const newest = config((text) => text.replace('mfaMaxAgeSeconds: 3600', 'mfaMaxAgeSeconds: 1800'));
    const held = await simulated('rollout', '--json', '--wave', 'sandbox', '--config', newest);
    repair();
    const release = String(parsedLines(oldest.out).find(({ type }) => type === 'rolloutStarted')?.['release']);

    const ran = await simulated(
      'rollback',
      rolloutIdIn(held.out),
      '--to',
      release.slice(0, 9),
      '--reason',
      'alarms',
      '--json',
    );

    expect([held.status, ran.status, last(ran)['outcome']]).toEqual([3, 0, 'rolledBack']);
    expect(parsedLines(ran.out).find(({ type }) => type === 'rollingBack')).toMatchObject({ to: release });
  });

  test('names what there is if nothing has that id', async () => {
    const { simulated, id } = await twice();

    const ran = await simulated('rollback', id, '--to', 'r-000000000000', '--reason', 'alarms');

    expect(ran.status).toBe(2);
    expect(ran.err.join('\n')).toMatch(/no wave of this rollout has finished release r-0{12}\n.*the releases are r-/s);
  });
});
