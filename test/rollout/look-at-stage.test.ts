/** How long the operations of a stage are waited for, and which event ends the wait. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { currentWave } from '../../orchestrator/domain/model/current-wave';
import { wakeStage } from '../../orchestrator/operations/wake-stage';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readRollout } from '../../orchestrator/records/rollouts';
import { readStage, type StagePlace, writeOperation, writeStage } from '../../orchestrator/records/stages';
import { functionName } from '../../orchestrator/tasks/table';
import { createRig, eventsOf, type Rig } from '../rig';

const waves = [parseWaveName('canary')];

test('an operation that has not ended after a day is left to a person', async () => {
  const rig = await createRig({
    accounts: 40,
    ports: (world) => ({ stackSets: { ...world.stackSets, status: async () => 'RUNNING' } }),
  });
  const startedMs = rig.world.clock.nowMs();

  const { end, events } = await rig.rollOut({ waves });

  expect(end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
  const [asked] = eventsOf(events, 'approvalRequested');
  expect(asked?.because).toContainEqual(expect.stringMatching(/^the operation on \S+ has not ended: it is RUNNING$/));
  const hours = (rig.world.clock.nowMs() - startedMs) / 3_600_000;
  expect(hours).toBeGreaterThan(24);
  expect(hours).toBeLessThan(25);
});

/** While the rollout waits for its first stage: which of these operations wake it. */
async function wokenBy(operationsOf: (rig: Rig, at: StagePlace) => Promise<readonly [string, string]>) {
  let woken: boolean | undefined;
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      const output = await invoke(input);
      if (name !== functionName('AwaitStage') || woken !== undefined) return output;
      const { input: given } = input as { readonly input: { readonly rolloutId: StagePlace['id'] } };
      const record = (await readRollout(rig.ports, given.rolloutId)).value;
      const { name: wave, attempt, stage } = currentWave(record);
      const [stackSet, operationId] = await operationsOf(rig, { id: record.id, wave, attempt, stage });
      woken = await wakeStage(rig.ports, { stackSet, operationId });
      return output;
    },
  });
  await rig.rollOut({ waves });
  return woken;
}

test('an operation of the current attempt is looked at', async () => {
  const woken = await wokenBy(async (rig, { id, wave, attempt, stage }) => {
    const item = await readStage(rig.ports, id, wave, attempt, stage);
    const [first] = item?.value.operations ?? [];
    return [first?.stackSet ?? '', first?.operationId ?? ''];
  });

  expect(woken).toBe(true);
});

test.each([
  ['an earlier attempt', (at: StagePlace): StagePlace => ({ ...at, attempt: at.attempt - 1 })],
  ['another stage', (at: StagePlace): StagePlace => ({ ...at, stage: at.stage + 1 })],
  ['another wave', (at: StagePlace): StagePlace => ({ ...at, wave: parseWaveName('sandbox') })],
])('an operation of %s is not', async (_which, elsewhere) => {
  const woken = await wokenBy(async (rig, at) => {
    const operation = { stackSet: 'strongroom-canary-former', operationId: 'op-former' };
    const acting = guard(rig.ports, byVersion);
    const there = elsewhere(at);
    // It was waited for once, so its token is still there.
    const former = { operations: [], progress: { done: 0, failed: 0, total: 0 }, token: 'former' };
    await writeStage(acting, there, former, 0);
    await writeOperation(acting, operation, there);
    return [operation.stackSet, operation.operationId];
  });

  expect(woken).toBe(false);
});
