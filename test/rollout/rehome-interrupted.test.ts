/** A rollout that moves stacks and is aborted: the next one finds every stack where it is, and makes each follow its StackSet. */
import { type AccountId, parseWaveName, type RolloutId } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { readAccount } from '../../orchestrator/records/accounts';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { functionName, type TaskName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { after } from '../operations/sweeping';
import { anAccountIn, createRig, type Rig } from '../rig';

const [sandbox, dev] = [parseWaveName('sandbox'), parseWaveName('dev')];

const inSandbox = (desiredState: DesiredState, account: AccountId): DesiredState => ({
  ...desiredState,
  waves: desiredState.waves.map((wave) => (wave.name === sandbox ? { ...wave, accounts: [account] } : wave)),
});

const stricter = ({ modules, ...desiredState }: DesiredState): DesiredState => ({
  ...desiredState,
  modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
});

/** An account has moved from dev to sandbox, and the rollout that moves its stacks is aborted after the nth run of a task. */
async function abortedAfter(task: TaskName, nth: number, seconds: number) {
  let stages = Number.POSITIVE_INFINITY;
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      const output = await invoke(input);
      if (name !== functionName(task) || --stages !== 0) return output;
      await rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + seconds * 1000));
      await abortRollout(rig.ports, (input as { rolloutId: RolloutId }).rolloutId, person('jo'), 'not today');
      return output;
    },
  });
  const account = anAccountIn(rig, 'Workloads/Dev');
  await rig.rollOut({ waves: [sandbox, dev] });
  const desiredState = inSandbox(rig.desiredState, account);
  stages = nth;
  await rig.rollOut({ waves: [sandbox] }, desiredState);
  await after(rig, 60);
  return { rig, account, desiredState };
}

test.each([
  ['while stacks are detached', 'DeployStage', 1, 5],
  ['after they were detached', 'JudgeStage', 1, 0],
  ['while stacks are imported', 'DeployStage', 2, 5],
  ['after they were imported', 'JudgeStage', 2, 0],
  ['while stacks are made to follow', 'DeployStage', 3, 0],
  ['after they were made to follow', 'JudgeStage', 3, 0],
  ['while stacks are updated', 'DeployStage', 4, 5],
] as const)('aborted %s: the next release reaches the account with its parameters', async (_, task, nth, seconds) => {
  const { rig, account, desiredState } = await abortedAfter(task, nth, seconds);

  const { events } = await rig.rollOut({ waves: [sandbox] }, stricter(desiredState));

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(JSON.stringify(rig.world.contents.role(account, 'InfraAdmin')?.trust)).toContain('"900"');
  const record = (await readAccount(rig.ports, account))?.value;
  expect(record?.modules.filter(({ wave, imported }) => wave !== sandbox || imported)).toEqual([]);
});
