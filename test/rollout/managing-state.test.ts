/** One state manages an organization: another is refused with who and since when, until a person takes over. */

import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { prepareRollout } from '../../orchestrator/operations/start';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readRollout } from '../../orchestrator/records/rollouts';
import { readStateIdentity, renameState } from '../../orchestrator/records/state-identity';
import { manageOrganization } from '../../orchestrator/rollout/managing-state';
import { createRandom } from '../../orchestrator/simulated/random';
import { person } from '../actors';
import { baseline, createRig, eventsOf, type Rig } from '../rig';

const waves = [parseWaveName('sandbox')];

/** Another state over the organization of `first`: what is beside the StackSets is the same, the records are not. */
const besides = (first: Rig): Promise<Rig> =>
  createRig({ accounts: 40, ports: () => ({ stateMarker: first.world.stateMarker, random: createRandom(8).next }) });

const outcomeOf = async (rig: Rig, id: Parameters<typeof readRollout>[1]) =>
  (await readRollout(rig.ports, id)).value.status;

test('the first rollout says which state manages the organization', async () => {
  const rig = await createRig({ accounts: 40 });

  await rig.rollOut({ by: person('ada'), waves });

  const identity = (await readStateIdentity(rig.ports))?.value;
  expect(await rig.world.stateMarker.read()).toMatchObject({ state: identity?.id, by: 'ada' });
});

test('later rollouts of the same state go on as before', async () => {
  const rig = await createRig({ accounts: 40 });

  const [first, second] = [await rig.rollOut({ waves }), await rig.rollOut({ waves })];

  expect([first, second].map(({ events }) => events.at(-1))).toMatchObject([
    { outcome: 'completed' },
    { outcome: 'completed' },
  ]);
});

test('a second state is refused before anything is written, with who manages the organization and since when', async () => {
  const first = await createRig({ accounts: 40 });
  await first.rollOut({ by: person('ada'), waves });
  const second = await besides(first);
  const built = await baseline();
  const state = (await readStateIdentity(first.ports))?.value.id;

  const starting = second.inTime(() =>
    prepareRollout(second.ports, built, second.desiredState, { by: person('jo'), waves }),
  );

  await expect(starting).rejects.toMatchObject({
    code: 'StateElsewhere',
    message: expect.stringMatching(
      new RegExp(`^another state, ${state}, manages this organization, since 2026-11-22T09:\\S+ by ada$`),
    ),
    next: expect.stringContaining('--take-over-state'),
  });
  expect((await second.ports.store.list('rollouts')).items).toEqual([]);
});

test('the machine asks too, for those who cannot look themselves, and changes nothing', async () => {
  const first = await createRig({ accounts: 40 });
  const second = await besides(first);
  const built = await baseline();
  const input = await second.inTime(() =>
    prepareRollout(second.ports, built, second.desiredState, { by: person('jo'), waves }),
  );
  await first.rollOut({ by: person('ada'), waves });

  const [walked] = await second.walkAll([input]);

  expect(walked && (await outcomeOf(second, walked.id))).toMatchObject({
    outcome: 'aborted',
    because: [expect.stringMatching(/^another state, st-\w+, manages this organization, since \S+ by ada$/)],
  });
  const set = await second.inTime(() => second.ports.stackSets.describe('strongroom-sandbox-operator-role'));
  expect(set).toBeUndefined();
});

test('a person takes over with a reason: it is in the log, and the former state is refused from then on', async () => {
  const first = await createRig({ accounts: 40 });
  await first.rollOut({ by: person('ada'), waves });
  const second = await besides(first);
  const former = (await readStateIdentity(first.ports))?.value.id;

  const { events } = await second.rollOut({
    by: person('jo'),
    waves,
    reason: 'the laptop is lost',
    takeOverState: true,
  });
  const built = await baseline();
  const again = first.inTime(() => prepareRollout(first.ports, built, first.desiredState, { by: person('ada') }));

  expect(eventsOf(events, 'stateTakenOver')).toMatchObject([
    { by: person('jo'), reason: 'the laptop is lost', state: former, former: 'ada' },
  ]);
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  await expect(again).rejects.toMatchObject({ code: 'StateElsewhere', message: expect.stringMatching(/by jo$/) });
});

test('the takeover is in the log, also if the process dies between the marker and the log', async () => {
  const rig = await createRig({ accounts: 40 });
  const former = { state: 'st-former', by: 'ada', since: '2026-11-21T08:00:00.000Z' };
  await rig.world.stateMarker.put(former);
  const startedAt = '2026-11-22T09:00:00.000Z';
  const record = { request: { by: person('jo'), takeOverState: true }, startedAt };
  const manage = () => manageOrganization(guard(rig.ports, byVersion), record, new Date('2026-11-22T09:00:01.000Z'));

  const managed = [await manage(), await manage()];

  expect(managed).toEqual(Array(2).fill({ kind: 'ours', tookOver: former }));
});

test('a later rollout that may take over, from the state that did, records no second takeover', async () => {
  const rig = await createRig({ accounts: 40 });
  await rig.world.stateMarker.put({ state: 'st-former', by: 'ada', since: '2026-11-21T08:00:00.000Z' });
  const request = { by: person('jo'), takeOverState: true };
  await manageOrganization(
    guard(rig.ports, byVersion),
    { request, startedAt: '2026-11-22T09:00:00Z' },
    new Date('2026-11-22T09:00:01Z'),
  );

  const managed = await manageOrganization(
    guard(rig.ports, byVersion),
    { request, startedAt: '2026-11-23T09:00:00.000Z' },
    new Date('2026-11-23T09:00:01Z'),
  );

  expect(managed).toEqual({ kind: 'ours' });
});

test('nobody takes over without a reason', async () => {
  const rig = await createRig({ accounts: 40 });
  const built = await baseline();

  const starting = rig.inTime(() =>
    prepareRollout(rig.ports, built, rig.desiredState, { by: person('jo'), reason: ' ', takeOverState: true }),
  );

  await expect(starting).rejects.toMatchObject({ code: 'InvalidInput' });
});

test('a restored state is another one, so the original and the copy cannot both go on', async () => {
  const rig = await createRig({ accounts: 40 });
  await rig.rollOut({ by: person('ada'), waves });
  const built = await baseline();
  await renameState(guard(rig.ports, byVersion), 'st-restored', {
    by: 'local user ada',
    at: new Date('2026-11-23T09:00:00Z'),
  });

  const starting = rig.inTime(() => prepareRollout(rig.ports, built, rig.desiredState, { by: person('jo'), waves }));

  await expect(starting).rejects.toMatchObject({ code: 'StateElsewhere' });
});

test('who may not read StackSets can still start the deployed machine, which looks for itself', async () => {
  const { errors } = await import('../../orchestrator/domain/errors');
  const read = () => Promise.reject(errors.accessDenied('cloudformation:DescribeStackSet strongroom-state', 'no'));
  const rig = await createRig({ accounts: 40, ports: (world) => ({ stateMarker: { ...world.stateMarker, read } }) });
  const built = await baseline();

  const starting = rig.inTime(() => prepareRollout(rig.ports, built, rig.desiredState, { by: person('jo'), waves }));

  await expect(starting).resolves.toMatchObject({ decision: 'go' });
});
