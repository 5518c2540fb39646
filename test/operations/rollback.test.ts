/** A rollout that has ended is taken back: another one walks its waves back, the last first. */

import { parseWaveName, type RolloutId, type WaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { ExecutionInput } from '../../orchestrator/domain/model/execution-input';
import { prepareRollback, previewRollback } from '../../orchestrator/operations/rollback';
import { readAccount } from '../../orchestrator/records/accounts';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { readFinishedWave } from '../../orchestrator/records/waves';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, baseline, createRig, eventsOf, type Rig, type Walked } from '../rig';

const [sandbox, dev] = [parseWaveName('sandbox'), parseWaveName('dev')];
const waves = [sandbox, dev];

const lesser = ({ modules, ...desiredState }: DesiredState): DesiredState => ({
  ...desiredState,
  modules: {
    ...modules,
    'account-hardening': { ...modules['account-hardening'], passwordPolicy: false },
    'threat-detection': { ...modules['threat-detection'], enabled: false },
    'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 7200 },
  },
});

/** The wave has finished a lesser release, and then the whole one. */
const twoReleases = async (): Promise<{ rig: Rig; first: Walked; second: Walked }> => {
  const rig = await createRig({ accounts: 40 });
  const first = await rig.rollOut({ waves }, lesser(rig.desiredState));
  return { rig, first, second: await rig.rollOut({ waves }) };
};

const prepared = async (rig: Rig, id: RolloutId, named?: readonly WaveName[]): Promise<ExecutionInput> => {
  // Files are read in real time, and the world's time stands still meanwhile.
  const built = await baseline();
  return rig.inTime(async () => {
    const { value: original } = await readRollout(rig.ports, id);
    const given = { by: person('kim'), reason: 'alarms' };
    return prepareRollback(rig.ports, built, rig.desiredState, { original, waves: named }, given);
  });
};

const takenBack = async (rig: Rig, id: RolloutId, named?: readonly WaveName[]): Promise<Walked> => {
  const [ran] = await rig.walkAll([await prepared(rig, id, named)]);
  if (ran === undefined) throw new Error('nothing was walked');
  return ran;
};

const releaseIn = async (rig: Rig, ou: string) => (await readAccount(rig.ports, anAccountIn(rig, ou)))?.value.release;

test('each wave goes back to the release before, the last wave first, without a soak', async () => {
  const { rig, first, second } = await twoReleases();
  const { value: before } = await readRollout(rig.ports, first.id);

  const { events } = await takenBack(rig, second.id);

  expect(eventsOf(events, 'rolloutStarted')).toEqual([
    expect.objectContaining({ by: person('kim'), reason: 'alarms' }),
  ]);
  expect(eventsOf(events, 'waveOpened').map(({ wave }) => wave)).toEqual([dev, sandbox]);
  expect(eventsOf(events, 'waiting').filter((e) => e.for === 'soak')).toEqual([]);
  expect(eventsOf(events, 'waveJudged').map(({ verdict }) => verdict)).not.toContain('failed');
  expect(events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
  expect([await releaseIn(rig, 'Sandbox'), await releaseIn(rig, 'Workloads/Dev')]).toEqual([
    before.release,
    before.release,
  ]);
});

test('it is prepared without a look at the accounts, however many: somebody at the page waits for it', async () => {
  const { rig, second } = await twoReleases();
  const { value: original } = await readRollout(rig.ports, second.id);
  const built = await baseline();
  const listed: string[] = [];
  const { store } = rig.ports;
  const list: typeof store.list = (pk, options) => {
    listed.push(pk);
    return store.list(pk, options);
  };
  const ports = { ...rig.ports, directory: { identity: rig.ports.directory.identity }, store: { ...store, list } };

  const input = await rig.inTime(() =>
    prepareRollback(ports, built, rig.desiredState, { original }, { by: person('kim'), reason: 'alarms' }),
  );

  expect(input).toMatchObject({ step: 0, decision: 'go' });
  expect(listed).toEqual([]);
});

test('a wave that the config has no more is refused, and nothing is begun', async () => {
  const { rig, second } = await twoReleases();
  const { value: original } = await readRollout(rig.ports, second.id);
  const built = await baseline();
  const without = { ...rig.desiredState, waves: rig.desiredState.waves.filter(({ name }) => name !== dev) };
  const before = await listRollouts(rig.ports);

  const begun = rig.inTime(() =>
    prepareRollback(rig.ports, built, without, { original }, { by: person('kim'), reason: 'alarms' }),
  );

  await expect(begun).rejects.toMatchObject({ code: 'UnknownWave' });
  expect(await listRollouts(rig.ports)).toEqual(before);
});

test('new accounts get the release that the wave went back to', async () => {
  const { rig, first, second } = await twoReleases();

  await takenBack(rig, second.id);

  const { value: before } = await readRollout(rig.ports, first.id);
  expect((await readFinishedWave(rig.ports, dev))?.release).toBe(before.release);
});

test('settings that the older release leaves alone are as they were, and what newer modules made stays, said beforehand', async () => {
  const { rig, second } = await twoReleases();
  const account = anAccountIn(rig, 'Sandbox');
  const { value: original } = await readRollout(rig.ports, second.id);

  const built = await baseline();
  const { notes } = await rig.inTime(() =>
    previewRollback(rig.ports, built, rig.desiredState, { original, waves: [sandbox] }),
  );
  const { events } = await takenBack(rig, second.id, [sandbox]);

  expect(rig.world.contents.settings(account).passwordPolicy).toBeUndefined();
  expect(rig.world.contents.stacks(account).some(({ stackSet }) => stackSet.endsWith('threat-detection'))).toBe(true);
  expect(
    (await readAccount(rig.ports, account))?.value.modules.filter(({ notInRelease }) => notInRelease),
  ).toHaveLength(4);
  expect(notes.join()).toMatch(/wave sandbox .* does not have threat-detection, access-analyzer: its stacks stay/);
  expect(eventsOf(events, 'rollingBack')).toEqual([
    expect.objectContaining({ wave: sandbox, staying: ['threat-detection', 'access-analyzer'] }),
  ]);
});

test('only the waves that are named go back', async () => {
  const { rig, second } = await twoReleases();
  const { value: whole } = await readRollout(rig.ports, second.id);

  const { events } = await takenBack(rig, second.id, [dev]);

  expect(eventsOf(events, 'waveOpened').map(({ wave }) => wave)).toEqual([dev]);
  expect(await releaseIn(rig, 'Sandbox')).toBe(whole.release);
});

test('a gate that fails on the way back holds it for a person, and the wave behind is not touched', async () => {
  const { rig, second } = await twoReleases();
  const { value: whole } = await readRollout(rig.ports, second.id);
  const account = anAccountIn(rig, 'Workloads/Dev');
  rig.world.faults.distort = (facts) =>
    facts.account === account ? { ...facts, s3PublicAccessBlock: { kind: 'absent' } } : facts;

  const { id, end, events } = await takenBack(rig, second.id);

  expect(end.status).toBe('PARKED');
  expect(eventsOf(events, 'approvalRequested')).toEqual([expect.objectContaining({ wave: dev, about: 'gate' })]);
  expect(await releaseIn(rig, 'Sandbox')).toBe(whole.release);
  expect((await readRollout(rig.ports, id)).value.direction).toBe('back');
});

test('of a rollout that was stopped in a wave, that wave goes back to the last release that it finished', async () => {
  const rig = await createRig({ accounts: 40 });
  const { id: first } = await rig.rollOut({ waves }, lesser(rig.desiredState));
  const account = anAccountIn(rig, 'Workloads/Dev');
  rig.world.faults.distort = (facts) =>
    facts.account === account ? { ...facts, passwordPolicy: { kind: 'absent' } } : facts;
  const { id } = await rig.rollOut({ waves });
  await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'enough' });
  await rig.resume(id);

  const { events } = await takenBack(rig, id);

  const { value: before } = await readRollout(rig.ports, first);
  expect(events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
  expect([await releaseIn(rig, 'Sandbox'), await releaseIn(rig, 'Workloads/Dev')]).toEqual([
    before.release,
    before.release,
  ]);
});

describe('is refused', () => {
  test('where a wave has finished nothing before, with which waves could go', async () => {
    const rig = await createRig({ accounts: 40 });
    await rig.rollOut({ waves: [sandbox] }, lesser(rig.desiredState));
    const { id } = await rig.rollOut({ waves });

    await expect(prepared(rig, id)).rejects.toMatchObject({
      code: 'NothingToRollBack',
      message: expect.stringContaining('wave dev has finished no release before'),
      next: 'roll the others back with --wave sandbox',
    });
  });

  test('where it was taken back already: that could only be done forwards', async () => {
    const { rig, second } = await twoReleases();
    const back = await takenBack(rig, second.id);

    await expect(prepared(rig, second.id)).rejects.toMatchObject({
      code: 'NothingToRollBack',
      next: expect.stringContaining(back.id),
    });
    await expect(prepared(rig, back.id)).rejects.toMatchObject({
      code: 'NothingToRollBack',
      next: expect.stringContaining('change the config'),
    });
  });

  test('for a wave that the rollout has not been in', async () => {
    const { rig, second } = await twoReleases();

    await expect(prepared(rig, second.id, [parseWaveName('canary')])).rejects.toMatchObject({
      code: 'NothingToRollBack',
      next: 'the waves that it has been in are sandbox, dev',
    });
  });

  test('while another rollout holds the organization', async () => {
    const { rig, second } = await twoReleases();
    rig.world.faults.cannotEnter = () => 'closed today';
    const { id } = await rig.rollOut({ waves: [sandbox] }, lesser(rig.desiredState));

    await expect(prepared(rig, second.id)).rejects.toMatchObject({
      code: 'RolloutBusy',
      message: expect.stringContaining(id),
    });
  });
});
