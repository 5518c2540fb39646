/** What a person does from the page, to its end: the same as from the terminal, under the person's name. */
import type { RolloutSeen } from '../../orchestrator/dashboard/api/contract';
import { readEvents } from '../../orchestrator/records/rollout-events';
import { readRollout } from '../../orchestrator/records/rollouts';
import { eventsOf } from '../rig';
import { finishedTwice, heldWithAWayBack, spoilPasswordPolicy } from './plots';
import { type ApiRig, createApiRig, operator } from './rig';

const manual = (text: string): string => text.replace('ous: [Sandbox],', 'ous: [Sandbox], approval: manual,');
const reason = 'seen, and meant';

async function heldRig(): Promise<{ readonly rig: ApiRig; readonly mend: () => void }> {
  const rig = await createApiRig();
  return { rig, mend: spoilPasswordPolicy(rig) };
}

const seen = async (rig: ApiRig, id: string): Promise<RolloutSeen> =>
  (await rig.read(`/rollouts/${id}`)) as RolloutSeen;
const turnOf = async (rig: ApiRig, id: string): Promise<number> =>
  (await seen(rig, id)).rollout.lastStep?.input.step ?? 0;

test('a wave that wants an approval says what it would do, is approved, and the rollout goes on to its end', async () => {
  const rig = await createApiRig({ config: manual });
  const { id, end } = await rig.rollOut();
  const { actions, rollout } = await seen(rig, id);
  const members = rollout.waves[rollout.wave]?.accounts;

  const answer = await rig.act(`/rollouts/${id}/approve`, { reason, step: await turnOf(rig, id) });
  const [ran] = await rig.ran();

  expect([end.status, answer.status, answer.body]).toEqual(['PARKED', 202, '{}']);
  expect(actions).toEqual({
    approve: `wave sandbox opens: ${members} accounts are deployed to and checked`,
    reject: expect.stringMatching(
      /^the rollout ends here; what was done stays as it is, and \d+ accounts are not reached$/,
    ),
    pause: expect.stringMatching(/\d+ accounts are still to be finished$/),
    abort: expect.stringContaining('it ends now'),
  });
  expect(eventsOf(ran?.events ?? [], 'answered')).toMatchObject([
    { wave: 'sandbox', decision: 'approve', by: operator.name, reason },
  ]);
  expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'completed' });
});

describe('a held wave', () => {
  test('is tried again once it is mended', async () => {
    const { rig, mend } = await heldRig();
    const { id } = await rig.rollOut();
    const { actions } = await seen(rig, id);
    mend();

    const answer = await rig.act(`/rollouts/${id}/retry`, { reason, step: await turnOf(rig, id) });
    await rig.ran();

    expect(Object.keys(actions)).toEqual(['approve', 'retry', 'reject', 'pause', 'abort']);
    expect(answer.status).toBe(202);
    expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'completed' });
  });

  test('is left as it is by a rejection, which ends the rollout', async () => {
    const { rig } = await heldRig();
    const { id } = await rig.rollOut();

    const answer = await rig.act(`/rollouts/${id}/reject`, { reason, step: await turnOf(rig, id) });
    const [ran] = await rig.ran();

    expect(answer.status).toBe(202);
    expect(eventsOf(ran?.events ?? [], 'answered')).toMatchObject([{ decision: 'reject', by: operator.name, reason }]);
    expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'held' });
  });

  test('is turned back to the release that it has finished before', async () => {
    const rig = await createApiRig();
    const { first, second: id } = await heldWithAWayBack(rig);
    const { rollout } = await seen(rig, first);
    const { actions } = await seen(rig, id);

    const answer = await rig.act(`/rollouts/${id}/rollback`, { reason, step: await turnOf(rig, id) });
    await rig.ran();

    expect(actions.rollback).toContain(`wave canary returns to ${rollout.release}, `);
    expect(answer.status).toBe(202);
    expect((await seen(rig, id)).rollout.status).toMatchObject({ kind: 'finished', outcome: 'rolledBack' });
  });

  test('that has moved on since it was seen is not answered', async () => {
    const { rig } = await heldRig();
    const { id } = await rig.rollOut();
    const step = await turnOf(rig, id);
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

  test('is answered by one of two who answer at once', async () => {
    const { rig } = await heldRig();
    const { id } = await rig.rollOut();
    const step = await turnOf(rig, id);

    const both = await Promise.all(
      ['approve', 'reject'].map((action) => rig.act(`/rollouts/${id}/${action}`, { reason, step })),
    );

    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    expect(eventsOf(await readEvents(rig.ports, id, -1), 'answered')).toHaveLength(1);
  });
});

test('a rollout is paused wherever it is, says so, and is resumed', async () => {
  const rig = await createApiRig({ config: manual });
  const { id } = await rig.rollOut();

  const paused = await rig.act(`/rollouts/${id}/pause`, { reason: 'lunch', step: 0 });
  const { actions } = await seen(rig, id);
  const resumed = await rig.act(`/rollouts/${id}/resume`, { reason: 'back', step: await turnOf(rig, id) });

  expect([paused.status, resumed.status]).toEqual([202, 202]);
  expect(actions.resume).toMatch(/^it goes on; \d+ accounts are still to be finished$/);
  expect(actions.pause).toBeUndefined();
  expect((await seen(rig, id)).rollout).not.toHaveProperty('paused');
});

test('a rollout is aborted wherever it is, and the page sees it at once', async () => {
  const rig = await createApiRig({ config: manual });
  const { id } = await rig.rollOut();
  await rig.read('/rollouts');

  const answer = await rig.act(`/rollouts/${id}/abort`, { reason, step: 0 });

  expect(answer.status).toBe(202);
  expect(await rig.read('/rollouts')).toMatchObject([{ id, status: 'finished', outcome: 'aborted' }]);
});

test('a finished rollout says which waves could go back, and another takes them back', async () => {
  const rig = await createApiRig();
  const { first, second } = await finishedTwice(rig);
  const [before, after] = [await seen(rig, first), await seen(rig, second)];

  const answer = await rig.act(`/rollouts/${second}/rollback`, { reason, step: await turnOf(rig, second) });
  const [ran] = await rig.ran();

  expect(before.actions).toEqual({});
  expect(after.actions).toEqual({
    rollback: expect.stringMatching(
      /^another rollout takes \d waves back, the last first: canary with \d+ accounts? to r-/,
    ),
  });
  expect([answer.status, ran?.end.status]).toEqual([202, 'SUCCEEDED']);
  expect((await readRollout(rig.ports, ran?.id ?? first)).value).toMatchObject({
    request: { rollback: true, by: operator.name, reason },
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
])('$action is refused where it means nothing: the first rollout has ended', async ({ action, code }) => {
  const rig = await createApiRig();
  const { id } = await rig.rollOut({ waves: rig.desiredState.waves.slice(0, 1).map(({ name }) => name) });

  const answer = await rig.act(`/rollouts/${id}/${action}`, { reason, step: await turnOf(rig, id) });

  expect([answer.status, JSON.parse(answer.body).code]).toEqual([409, code]);
});

test.each([
  { action: 'retry', why: 'a missing approval stays missing' },
  { action: 'resume', why: 'it was not paused' },
  { action: 'rollback', why: 'nothing of the wave was changed' },
])('$action is refused to a wave that wants an approval: $why', async ({ action }) => {
  const rig = await createApiRig({ config: manual });
  const { id } = await rig.rollOut();

  const answer = await rig.act(`/rollouts/${id}/${action}`, { reason, step: await turnOf(rig, id) });

  expect([answer.status, JSON.parse(answer.body).code]).toEqual([409, 'NotWaiting']);
  expect((await seen(rig, id)).actions).not.toHaveProperty(action);
});
