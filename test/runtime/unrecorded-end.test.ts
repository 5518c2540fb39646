/** Report cannot record the outcome for longer than it tries: the execution has ended, and its rollout is found and closed, or resumed. */
import { errors } from '../../orchestrator/domain/errors';
import type { RolloutId } from '../../orchestrator/domain/model/brand';
import type { RolloutRequest } from '../../orchestrator/domain/model/rollout';
import { unrecordedEnds } from '../../orchestrator/operations/unrecorded-end';
import type { Executions, Store } from '../../orchestrator/ports/ports';
import { listAccounts } from '../../orchestrator/records/accounts';
import { readLease } from '../../orchestrator/records/leases';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { createSigns } from '../../orchestrator/runtime/signs';
import { createStepFunctionsRunner } from '../../orchestrator/runtime/step-functions';
import { functionName } from '../../orchestrator/tasks/table';
import { add, created, followOne, sweepOnce } from '../operations/newcomers';
import { waves } from '../operations/sweeping';
import { createRig, type Rig, type Walked } from '../rig';

/** A rig whose rollouts cannot write their record in Report, until the table is up again. */
async function breakable() {
  const table = { isDown: false };
  let isReporting = false;
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      isReporting = name === functionName('Report');
      return invoke(input).finally(() => {
        isReporting = false;
      });
    },
    ports: ({ store }) => ({ store: guarded(store, () => table.isDown && isReporting) }),
  });
  return { rig, table };
}

const guarded = (store: Store, isDown: () => boolean): Store => ({
  ...store,
  put: async (key, value, version) => {
    if (isDown() && key.pk === 'rollouts') throw errors.endpointDown('https://dynamodb', 'ECONNREFUSED');
    return store.put(key, value, version);
  },
});

async function unrecorded(request: Partial<RolloutRequest> = { waves }) {
  const { rig, table } = await breakable();
  table.isDown = true;
  const ended = await rig.rollOut(request);
  table.isDown = false;
  return { rig, table, ended };
}

const statusOf = async (rig: Rig, { id }: Pick<Walked, 'id'>) => (await readRollout(rig.ports, id)).value.status;
const noticesOf = ({ world }: Rig, id: RolloutId): readonly string[] =>
  world.notices.filter(({ key }) => key.startsWith(id)).map(({ subject }) => subject);
const because = [
  expect.stringMatching(/^its execution ended without recording the outcome, as FAILED: EndpointDown: /),
];
const closed = { kind: 'finished', outcome: 'failed', because };

test('the record says that it runs, although the execution has failed', async () => {
  const { rig, ended } = await unrecorded();

  expect(ended.end).toMatchObject({ status: 'FAILED', error: 'EndpointDown' });
  expect(await statusOf(rig, ended)).toMatchObject({ kind: 'running' });
  expect(await unrecordedEnds(rig.ports, await listRollouts(rig.ports))).toEqual([
    { id: ended.id, because: because[0] },
  ]);
});

test('resume records the outcome that the rollout had', async () => {
  const { rig, ended } = await unrecorded();

  const { end, events } = await rig.resume(ended.id);

  expect(end).toMatchObject({ status: 'SUCCEEDED' });
  expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
  expect(noticesOf(rig, ended.id)).toEqual([]);
});

test('resume while the table is still down fails once more, and can be repeated', async () => {
  const { rig, table, ended } = await unrecorded();

  table.isDown = true;
  const again = await rig.resume(ended.id);
  table.isDown = false;
  const { events } = await rig.resume(ended.id);

  expect(again.end).toMatchObject({ status: 'FAILED' });
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
});

test('the next rollout closes it at once, with one notice, and takes its accounts', async () => {
  const { rig, ended } = await unrecorded();

  const next = await rig.rollOut({ waves });

  expect(next.events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(await statusOf(rig, ended)).toMatchObject(closed);
  expect(noticesOf(rig, ended.id)).toEqual([expect.stringMatching(/failed$/)]);
  const holders = (await listAccounts(rig.ports)).flatMap(({ value }) => value.holder?.rollout ?? []);
  expect(holders).not.toContain(ended.id);
});

test('a rollout whose lease has not expired, and whose execution can go on, is not closed', async () => {
  const { rig } = await breakable();
  rig.world.faults.disablesAlerts = () => true;
  const waiting = await rig.rollOut();

  await expect(rig.rollOut()).rejects.toMatchObject({ code: 'RolloutBusy' });
  await sweepOnce(rig);

  expect(waiting.end.status).toBe('PARKED');
  expect(await statusOf(rig, waiting)).toMatchObject({ kind: 'awaitingApproval' });
});

test('a scheduled sweep closes it: accounts and lease are free', async () => {
  const { rig, ended } = await unrecorded();

  await sweepOnce(rig);
  await sweepOnce(rig);

  expect(await statusOf(rig, ended)).toMatchObject(closed);
  expect((await readLease(rig.ports))?.value.released).toBe(true);
  expect((await listAccounts(rig.ports)).flatMap(({ value }) => value.holder?.rollout ?? [])).toEqual([]);
  expect(noticesOf(rig, ended.id)).toHaveLength(1);
});

test('a scheduled sweep closes the rollout of a single account too', async () => {
  const { rig, table } = await breakable();
  await rig.rollOut({ waves });
  const account = add(rig, 'Sandbox');
  table.isDown = true;
  const ended = await followOne(rig, created(account));
  table.isDown = false;

  await sweepOnce(rig);

  expect(await statusOf(rig, ended)).toMatchObject(closed);
});

describe('on Step Functions', () => {
  /** The deployed machine ran the rollout, and its execution has failed. */
  async function deployed(isRedrivable: boolean) {
    const { rig, ended } = await unrecorded();
    const told: string[] = [];
    const executions: Executions = {
      start: async () => void told.push('start'),
      stop: async () => void told.push('stop'),
      end: async () => ({ status: 'FAILED', because: 'EndpointDown: cannot reach the table' }),
      redrive: async () => {
        told.push('redrive');
        return isRedrivable;
      },
    };
    const ports = { ...rig.ports, signs: createSigns(rig.world, { executions }) };
    const runner = createStepFunctionsRunner(ports, executions);
    return { rig, ended, told, resumed: await rig.inTime(() => runner.resume(ended.id)) };
  }

  test('resume continues an execution that can be continued', async () => {
    const { rig, ended, told } = await deployed(true);

    expect(told).toEqual(['redrive']);
    expect(await statusOf(rig, ended)).toMatchObject({ kind: 'running' });
  });

  test('resume closes the rollout of an execution that cannot be continued any more', async () => {
    const { rig, ended, resumed } = await deployed(false);

    expect(resumed).toEqual({ status: 'SUCCEEDED', output: 'failed' });
    expect(await statusOf(rig, ended)).toMatchObject(closed);
    expect((await readLease(rig.ports))?.value.released).toBe(true);
  });
});
