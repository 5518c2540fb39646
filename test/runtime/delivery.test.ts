/** Step Functions and Lambda deliver at least once, and answers get lost: whatever is delivered twice must happen once. */

import { errors } from '../../orchestrator/domain/errors';
import type { ExecutionInput } from '../../orchestrator/domain/model/execution-input';
import { listAccounts } from '../../orchestrator/records/accounts';
import { readRollout } from '../../orchestrator/records/rollouts';
import { functionsOf } from '../../orchestrator/runtime/handlers';
import { person } from '../actors';
import { createRig, type Invoke, type Rig, type Walked } from '../rig';

/** What remains of a rollout: everything but the times at which it happened, and how often checks that settle with time were asked again. */
async function remains(rig: Rig, { id, events }: Walked) {
  const accounts = (await listAccounts(rig.ports)).map(({ value }) => ({
    id: value.id,
    state: value.state,
    release: value.release,
    modules: value.modules.length,
    failing: value.failing.length,
  }));
  const { value: record } = await readRollout(rig.ports, id);
  return {
    accounts,
    waves: record.waves.map(({ name, status, attempt, lost }) => ({ name, kind: status.kind, attempt, lost })),
    said: events.filter((e) => !(e.type === 'waiting' && e.for === 'settle')).map(({ type }) => type),
    stacks: accounts.map((account) => rig.world.contents.stacks(account.id).length),
  };
}

const walkedThrough = async (around: (invoke: Invoke, name: string) => Invoke) => {
  const rig = await createRig({ accounts: 40, around });
  return remains(rig, await rig.rollOut());
};
const isToken = (name: string): boolean => name.endsWith('AwaitStage') || name.endsWith('AskOperator');

describe('a rollout comes out the same', () => {
  const undisturbed = walkedThrough((invoke) => invoke);

  test('when every task is delivered twice, one after the other', async () => {
    const doubled = await walkedThrough((invoke, name) => async (input) => {
      await invoke(input);
      // A shard of a turn may run twice; so may every deciding task.
      return isToken(name) ? undefined : invoke(input);
    });

    expect(doubled).toEqual(await undisturbed);
  });

  test('when the answer of every task is lost once, and the task is retried', async () => {
    const lost = new Set<string>();
    const forgetful = await walkedThrough((invoke, name) => async (input) => {
      const output = await invoke(input);
      // A retry of a waiting task comes with a new token.
      const delivery = `${name} ${JSON.stringify(input, (key, value) => (key === 'token' ? undefined : value))}`;
      if (lost.has(delivery)) return output;
      lost.add(delivery);
      throw errors.awsUnavailable(name, 'the answer was lost');
    });

    expect(forgetful).toEqual(await undisturbed);
  });
});

describe('a handler that comes late', () => {
  test('is refused when its turn is over, and writes nothing', async () => {
    const inputs: ExecutionInput[] = [];
    const rig = await createRig({
      accounts: 40,
      around: (invoke, name) => async (input) => {
        if (name === 'strongroom-JudgePreflight') inputs.push(input as ExecutionInput);
        return invoke(input);
      },
    });
    const { id } = await rig.rollOut();
    const { version } = await readRollout(rig.ports, id);

    const late = functionsOf(rig.ports)['strongroom-JudgePreflight']?.(inputs[0]);

    await expect(late).rejects.toMatchObject({ code: 'StaleStep' });
    expect((await readRollout(rig.ports, id)).version).toBe(version);
  });

  test('is refused in an account that another rollout holds', async () => {
    const rig = await createRig({ accounts: 40 });
    const { id } = await rig.rollOut();
    const second = await rig.rollOut({ by: person('kim') });
    const { value: record } = await readRollout(rig.ports, id);
    const shard = { rolloutId: id, step: record.lastStep?.input.step, shard: 0 };

    const late = functionsOf(rig.ports)['strongroom-HealthShard']?.(shard);

    await expect(late).rejects.toMatchObject({ code: 'RolloutEnded' });
    expect(
      (await listAccounts(rig.ports)).every(({ value }) => (value.holder?.rollout ?? second.id) === second.id),
    ).toBe(true);
  });
});
