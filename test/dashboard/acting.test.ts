/** Actions through the API, until the rollout ends or waits: the same as on the command line, under the name of the user. */
import type { RolloutDetail } from '../../orchestrator/dashboard/api/contract';
import { readEvents } from '../../orchestrator/records/rollout-events';
import { readRollout } from '../../orchestrator/records/rollouts';
import { eventsOf } from '../rig';
import { finishedTwice, heldWithRollbackTarget, spoilPasswordPolicy } from './plots';
import { type ApiRig, ada, createApiRig } from './rig';

const manual = (text: string): string => text.replace('ous: [Sandbox],', 'ous: [Sandbox], approval: manual,');
const reason = 'seen, and meant';

async function heldRig(): Promise<{ readonly rig: ApiRig; readonly fix: () => void }> {
  const rig = await createApiRig();
  return { rig, fix: spoilPasswordPolicy(rig) };
}

const seen = async (rig: ApiRig, id: string): Promise<RolloutDetail> =>
  (await rig.read(`/rollouts/${id}`)) as RolloutDetail;
const stepOf = async (rig: ApiRig, id: string): Promise<number> =>
  (await seen(rig, id)).rollout.lastStep?.input.step ?? 0;

test('a wave that requires approval states what would happen, is approved, and the rollout completes', async () => {
  const rig = await createApiRig({ config: manual });
  const { id, end } = await rig.rollOut();
  const { actions, rollout } = await seen(rig, id);
  const members = rollout.waves[rollout.wave]?.accounts;

  const answer = await rig.act(`/rollouts/${id}/approve`, { reason, step: await stepOf(rig, id) });
  const [ran] = await rig.ran();

  expect([end.status, answer.status, answer.body]).toEqual(['PARKED', 202, '{}']);
  expect(actions).toEqual({
    approve: `Wave sandbox starts: it deploys to ${members} accounts and checks them.`,
    reject: expect.stringMatching(
      /^The rollout ends here\. Completed work stays in place, and \d+ accounts will not be reached\.$/,
    ),
    pause: expect.stringMatching(/\d+ accounts not finished yet\.$/),
    abort: expect.stringContaining('The rollout ends immediately'),
  });
  expect(eventsOf(ran?.events ?? [], 'answered')).toMatchObject([
    { wave: 'sandbox', decision: 'approve', by: ada, reason },
  ]);
  expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'completed' });
});

describe('a held wave', () => {
  test('is retried once the cause is fixed', async () => {
    const { rig, fix } = await heldRig();
    const { id } = await rig.rollOut();
    const { actions } = await seen(rig, id);
    fix();

    const answer = await rig.act(`/rollouts/${id}/retry`, { reason, step: await stepOf(rig, id) });
    await rig.ran();

    expect(Object.keys(actions)).toEqual(['approve', 'retry', 'reject', 'pause', 'abort']);
    expect(answer.status).toBe(202);
    expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'completed' });
  });

  test('stays as it is after a rejection, which ends the rollout', async () => {
    const { rig } = await heldRig();
    const { id } = await rig.rollOut();

    const answer = await rig.act(`/rollouts/${id}/reject`, { reason, step: await stepOf(rig, id) });
    const [ran] = await rig.ran();

    expect(answer.status).toBe(202);
    expect(eventsOf(ran?.events ?? [], 'answered')).toMatchObject([{ decision: 'reject', by: ada, reason }]);
    expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'held' });
  });

  test('is rolled back to the release that it completed before', async () => {
    const rig = await createApiRig();
    const { first, second: id } = await heldWithRollbackTarget(rig);
    const { rollout } = await seen(rig, first);
    const { actions } = await seen(rig, id);

    const answer = await rig.act(`/rollouts/${id}/rollback`, { reason, step: await stepOf(rig, id) });
    await rig.ran();

    expect(actions.rollback).toContain(`Wave canary is rolled back to ${rollout.release} `);
    expect(answer.status).toBe(202);
    expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'rolledBack' });
  });

  test('rejects a decision about an earlier step', async () => {
    const { rig } = await heldRig();
    const { id } = await rig.rollOut();
    const step = await stepOf(rig, id);
    const { events } = (await readRollout(rig.ports, id)).value;

    const answers = await Promise.all(
      ['approve', 'reject', 'retry', 'rollback'].map((action) =>
        rig.act(`/rollouts/${id}/${action}`, { reason, step: step - 1 }),
      ),
    );

    expect(answers.map(({ status, body }) => [status, JSON.parse(body).code])).toEqual(
      Array.from({ length: 4 }, () => [409, 'StaleStep']),
    );
    expect((await readRollout(rig.ports, id)).value.events).toBe(events);
  });

  test('accepts one of two simultaneous decisions', async () => {
    const { rig } = await heldRig();
    const { id } = await rig.rollOut();
    const step = await stepOf(rig, id);

    const both = await Promise.all(
      ['approve', 'reject'].map((action) => rig.act(`/rollouts/${id}/${action}`, { reason, step })),
    );

    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    expect(eventsOf(await readEvents(rig.ports, id, -1), 'answered')).toHaveLength(1);
  });
});

test('a rollout that ended after the page was read is not rolled back', async () => {
  const rig = await createApiRig();
  const { second: id } = await finishedTwice(rig);
  const step = await stepOf(rig, id);

  const answer = await rig.act(`/rollouts/${id}/rollback`, { reason, step: step - 1 });

  expect([answer.status, JSON.parse(answer.body).code]).toEqual([409, 'StaleStep']);
});

test('a rollout is paused at any step, and is resumed', async () => {
  const rig = await createApiRig({ config: manual });
  const { id } = await rig.rollOut();

  const paused = await rig.act(`/rollouts/${id}/pause`, { reason: 'lunch', step: 0 });
  const { actions } = await seen(rig, id);
  const resumed = await rig.act(`/rollouts/${id}/resume`, { reason: 'back', step: await stepOf(rig, id) });

  expect([paused.status, resumed.status]).toEqual([202, 202]);
  expect(actions.resume).toMatch(/^The rollout continues\. \d+ accounts not finished yet\.$/);
  expect(actions.pause).toBeUndefined();
  expect((await seen(rig, id)).rollout).not.toHaveProperty('paused');
});

test('a rollout is aborted at any step, and the page shows it immediately', async () => {
  const rig = await createApiRig({ config: manual });
  const { id } = await rig.rollOut();
  await rig.read('/rollouts');

  const answer = await rig.act(`/rollouts/${id}/abort`, { reason, step: 0 });

  expect(answer.status).toBe(202);
  expect(await rig.read('/rollouts')).toMatchObject([{ id, status: 'finished', outcome: 'aborted' }]);
});

test('a finished rollout states which waves can be rolled back, and a new rollout does it', async () => {
  const rig = await createApiRig();
  const { first, second } = await finishedTwice(rig);
  const [before, after] = [await seen(rig, first), await seen(rig, second)];

  const answer = await rig.act(`/rollouts/${second}/rollback`, { reason, step: await stepOf(rig, second) });
  const [ran] = await rig.ran();

  expect(before.actions).toEqual({});
  expect(after.actions).toEqual({
    rollback: expect.stringMatching(
      /^A new rollout rolls back \d waves, last wave first: canary \(\d+ accounts?\) to r-/,
    ),
  });
  expect([answer.status, ran?.end.status]).toEqual([202, 'SUCCEEDED']);
  expect((await readRollout(rig.ports, ran?.id ?? first)).value).toMatchObject({
    request: { rollback: true, by: ada, reason },
    status: { outcome: 'rolledBack' },
  });
});

test.each([
  { action: 'approve', code: 'NotWaiting' },
  { action: 'retry', code: 'NotWaiting' },
  { action: 'pause', code: 'RolloutEnded' },
  { action: 'resume', code: 'RolloutEnded' },
  { action: 'abort', code: 'RolloutEnded' },
  { action: 'rollback', code: 'NothingToRollBack' },
])('$action is rejected: the first rollout has ended', async ({ action, code }) => {
  const rig = await createApiRig();
  const { id } = await rig.rollOut({ waves: rig.desiredState.waves.slice(0, 1).map(({ name }) => name) });

  const answer = await rig.act(`/rollouts/${id}/${action}`, { reason, step: await stepOf(rig, id) });

  expect([answer.status, JSON.parse(answer.body).code]).toEqual([409, code]);
});

test.each([
  { action: 'retry', why: 'a retry cannot replace the approval' },
  { action: 'resume', why: 'it was not paused' },
  { action: 'rollback', why: 'nothing in the wave has changed' },
])('$action is rejected for a wave that requires approval: $why', async ({ action }) => {
  const rig = await createApiRig({ config: manual });
  const { id } = await rig.rollOut();

  const answer = await rig.act(`/rollouts/${id}/${action}`, { reason, step: await stepOf(rig, id) });

  expect([answer.status, JSON.parse(answer.body).code]).toEqual([409, 'NotWaiting']);
  expect((await seen(rig, id)).actions).not.toHaveProperty(action);
});
