/** To which releases a wave can return: those that it completed healthy, and those that a person let pass. */
import { parseAccountId, parseWaveName, type RolloutId } from '../../orchestrator/domain/model/brand';
import { prepareRollback, previewRollback, type RollbackScope } from '../../orchestrator/operations/rollback';
import { readRollout } from '../../orchestrator/records/rollouts';
import { readFinishedWave } from '../../orchestrator/records/waves';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, baseline, createRig, eventsOf, type Rig, type Walked } from '../rig';
import { newer } from './newcomers';
import { damage, recordOf } from './sweeping';

const sandbox = parseWaveName('sandbox');
const waves = [sandbox];

/** A rollout that is held at its gate, and approved by kim. */
async function approved(rig: Rig, held: Walked, reason = 'a known false alarm'): Promise<Walked> {
  await answer(rig.ports, held.id, { decision: 'approve', by: person('kim'), reason });
  return rig.resume(held.id);
}

/** Two releases, each approved although one account fails a check. */
async function approvedTwice() {
  const rig = await createRig({ accounts: 40 });
  const { repair } = damage(rig, anAccountIn(rig, 'Sandbox'));
  const first = await approved(rig, await rig.rollOut({ waves }));
  const second = await approved(rig, await rig.rollOut({ waves }, newer(rig.desiredState)));
  return { rig, repair, first, second };
}

const releaseOf = async (rig: Rig, id: RolloutId) => (await readRollout(rig.ports, id)).value.release;

async function prepared(rig: Rig, id: RolloutId, to?: string) {
  const built = await baseline();
  return rig.inTime(async () => {
    const scope: RollbackScope = { original: (await readRollout(rig.ports, id)).value, to };
    const { notes } = await previewRollback(rig.ports, built, rig.desiredState, scope);
    const given = { by: person('jo'), reason: 'alarms' };
    return { notes, input: await prepareRollback(rig.ports, built, rig.desiredState, scope, given) };
  });
}

test('a release that a person let pass is a target, and the plan says who approved it and what failed', async () => {
  const { rig, repair, first, second } = await approvedTwice();
  repair();
  const release = await releaseOf(rig, first.id);

  const { notes, input } = await prepared(rig, second.id);
  const [back] = await rig.walkAll([input]);

  expect(notes).toContainEqual(
    expect.stringMatching(
      new RegExp(
        `^wave sandbox goes back to ${release}, approved by kim with 1 finding \\(.*[Pp]assword.*\\): a known false alarm$`,
      ),
    ),
  );
  expect(back?.events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
  expect((await recordOf(rig, anAccountIn(rig, 'Sandbox'))).release).toBe(release);
});

test('the log says how many accounts are at a release that a person let pass', async () => {
  const { rig, first } = await approvedTwice();
  const {
    waves: [wave],
  } = (await readRollout(rig.ports, first.id)).value;
  const accounts = wave?.accounts ?? 0;

  expect(eventsOf(first.events, 'waveOverridden')).toEqual([
    expect.objectContaining({ wave: sandbox, deployed: accounts, accounts, isFinished: true }),
  ]);
  expect(wave?.status).toMatchObject({ kind: 'overridden', deployed: accounts });
});

test('a wave that was let pass with all of its accounts skipped has finished nothing', async () => {
  const rig = await createRig({ accounts: 40 });
  rig.world.faults.cannotEnter = () => 'no such role';
  const held = await rig.rollOut({ waves });

  const { events } = await approved(rig, held, 'next week');

  const [said] = eventsOf(events, 'waveOverridden');
  expect(said).toMatchObject({ deployed: 0, isFinished: false });
  expect(said?.accounts).toBeGreaterThan(0);
  expect(await readFinishedWave(rig.ports, sandbox)).toBeUndefined();
});

test('new accounts of a wave get the release that a person let pass', async () => {
  const { rig, second } = await approvedTwice();

  expect(await readFinishedWave(rig.ports, sandbox)).toMatchObject({
    release: await releaseOf(rig, second.id),
    approved: { by: person('kim'), findings: [expect.stringMatching(/password/i)] },
  });
});

describe('a release that is named', () => {
  /** Three releases, completed one after the other. */
  async function three() {
    const rig = await createRig({ accounts: 40 });
    const oldest = await rig.rollOut({ waves });
    await rig.rollOut({ waves }, newer(rig.desiredState));
    const installation = { ...rig.desiredState.installation, security: { account: parseAccountId('999999999998') } };
    const newest = await rig.rollOut({ waves }, { ...rig.desiredState, installation });
    return { rig, newest, release: await releaseOf(rig, oldest.id) };
  }

  test.each([
    ['by its id', (id: string) => id],
    ['by the beginning of its id', (id: string) => id.slice(0, 8)],
  ])('%s is returned to, past the last good one', async (_how, textOf) => {
    const { rig, newest, release } = await three();

    const { input } = await prepared(rig, newest.id, textOf(release));

    expect((await readRollout(rig.ports, input.rolloutId)).value.rollbackTargets).toEqual({ sandbox: release });
  });

  test('and that no wave has finished is refused, with those that there are', async () => {
    const { rig, newest, release } = await three();

    await expect(prepared(rig, newest.id, 'r-ffffffffffff')).rejects.toMatchObject({
      code: 'UnknownRelease',
      message: 'no wave of this rollout has finished release r-ffffffffffff',
      next: expect.stringContaining(release),
    });
  });

  test('by what several releases begin with is refused', async () => {
    const { rig, newest } = await three();

    await expect(prepared(rig, newest.id, 'r-')).rejects.toMatchObject({
      code: 'UnknownRelease',
      message: 'r- is not one release',
    });
  });

  test('and that the wave is at already is refused', async () => {
    const { rig, newest } = await three();
    const current = await releaseOf(rig, newest.id);

    await expect(prepared(rig, newest.id, current)).rejects.toMatchObject({
      code: 'NothingToRollBack',
      message: `wave sandbox has not finished ${current}, or is at it already`,
    });
  });
});
