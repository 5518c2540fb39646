/** Park takes the place of Report where an outage outlasted a task. It may come after the task has recorded its step, or long after. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { ExecutionInput } from '../../orchestrator/domain/model/execution-input';
import { park } from '../../orchestrator/handlers/park';
import { readRollout } from '../../orchestrator/records/rollouts';
import { functionName, type TaskName } from '../../orchestrator/tasks/table';
import { createRig, eventsOf, type Rig } from '../rig';

const waves = [parseWaveName('canary')];
const crash = { Error: 'EndpointDown', Cause: 'ECONNREFUSED' };
const parked = (rig: Rig, input: ExecutionInput): Promise<ExecutionInput> => park(rig.ports)({ ...input, crash });

/** Something happens in the place of a task. */
async function disturbed(
  task: TaskName,
  instead: (rig: Rig, input: ExecutionInput, run: () => Promise<unknown>) => Promise<unknown>,
): Promise<Rig> {
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) =>
      name === functionName(task) ? instead(rig, input as ExecutionInput, () => invoke(input)) : invoke(input),
  });
  return rig;
}

test('a task that recorded its step before its answer was lost is parked at that step', async () => {
  const rig = await disturbed('JudgePreflight', async (world, input, run) => {
    await run();
    return parked(world, input);
  });

  const { id, events } = await rig.rollOut({ waves });

  expect(eventsOf(events, 'approvalRequested')).toMatchObject([
    { about: 'outage', because: ['EndpointDown: ECONNREFUSED'] },
  ]);
  expect((await readRollout(rig.ports, id)).value.status).toMatchObject({ kind: 'awaitingApproval' });
});

test('a rollout that waits for a person already keeps its prompt', async () => {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('ous: [PolicyStaging]', '$&, approval: manual'),
  });
  const { id } = await rig.rollOut({ waves });
  const before = await readRollout(rig.ports, id);
  const input = before.value.lastStep?.input;
  if (input === undefined) throw new Error('nothing was decided');

  const output = await parked(rig, input);

  expect(output).toEqual(input);
  expect(await readRollout(rig.ports, id)).toEqual(before);
});

test('a rollout that has gone on is not parked any more', async () => {
  let early: ExecutionInput | undefined;
  let codes: readonly unknown[] = [];
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      if (name === functionName('OpenWave')) early ??= input as ExecutionInput;
      if (name === functionName('DeployStage') && early !== undefined)
        codes = [
          ...codes,
          await parked(rig, early).then(
            () => 'parked',
            ({ code }: { readonly code: string }) => code,
          ),
        ];
      return invoke(input);
    },
  });

  const { events } = await rig.rollOut({ waves });

  expect(new Set(codes)).toEqual(new Set(['StaleStep']));
  expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
});
