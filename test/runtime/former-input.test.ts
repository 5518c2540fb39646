/** An execution goes on with the machine that it began with, while the functions are new: they must take what the former machine sends. */
import { errors } from '../../orchestrator/domain/errors';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { answer } from '../../orchestrator/rollout/answer';
import { functionName, taskNames } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf } from '../rig';

/** What travelled in the first version. Fields may be added; none of these may be dropped, or mean something else. */
const formerBaton = ['rolloutId', 'step', 'decision', 'wave', 'shards', 'until', 'crash'];
const formerShard = ['rolloutId', 'step', 'shard'];

const only = (fields: readonly string[], value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name)));

function asFormerly(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  if ('shard' in input) return only(formerShard, input);
  if ('input' in input && 'token' in input && typeof input.input === 'object' && input.input !== null)
    return { input: only(formerBaton, input.input), token: input.token };
  return only(formerBaton, input);
}

test('a rollout completes with handlers that are given only what the first version sent', async () => {
  const rig = await createRig({ around: (invoke) => (input) => invoke(asFormerly(input)) });

  const { end, events } = await rig.rollOut();

  expect(end.status).toBe('SUCCEEDED');
  expect(eventsOf(events, 'rolloutFinished')[0]).toMatchObject({ outcome: 'completed' });
});

test('so does every task: also those that ask a person, roll a wave back, or park a rollout', async () => {
  const invoked = new Set<string>();
  const rig = await createRig({
    accounts: 40,
    config: (text) =>
      text.replace('onFailure: hold', 'onFailure: rollBack').replace('ous: [PolicyStaging]', '$&, approval: manual'),
    around: (invoke, name) => async (input) => {
      // What is denied is not tried again, so the rollout is parked at once.
      if (name === functionName('OpenWave') && !invoked.has('Park'))
        throw errors.accessDenied('dynamodb:GetItem', 'no');
      invoked.add(name.replace('strongroom-', ''));
      return invoke(asFormerly(input));
    },
  });
  const waves = [parseWaveName('canary')];
  const approve = { decision: 'approve', by: person('kim'), reason: 'looks good' } as const;
  const { modules } = rig.desiredState;
  const before = { ...modules, 'account-hardening': { ...modules['account-hardening'], passwordPolicy: false } };
  const first = await rig.rollOut({ waves }, { ...rig.desiredState, modules: before });
  await answer(rig.ports, first.id, { decision: 'retry', by: person('kim'), reason: 'allowed now' });
  await rig.resume(first.id);
  await answer(rig.ports, first.id, approve);
  await rig.resume(first.id);
  const spoiled = anAccountIn(rig, 'PolicyStaging');
  rig.world.faults.distort = (facts) =>
    facts.account === spoiled ? { ...facts, passwordPolicy: { kind: 'absent' } } : facts;

  const second = await rig.rollOut({ waves });
  await answer(rig.ports, second.id, approve);
  const { events } = await rig.resume(second.id);

  expect(eventsOf(events, 'rolloutFinished')[0]).toMatchObject({ outcome: 'rolledBack' });
  expect([...invoked].toSorted()).toEqual([...taskNames].toSorted());
});
