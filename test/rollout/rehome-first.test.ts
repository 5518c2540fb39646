/** Of the accounts that move between waves, one goes first: what cannot be imported must not be released from its StackSet. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { readAccount } from '../../orchestrator/records/accounts';
import { readRollout } from '../../orchestrator/records/rollouts';
import { anAccountIn, createRig, eventsOf } from '../rig';

const [sandbox, dev] = [parseWaveName('sandbox'), parseWaveName('dev')];

/** Two accounts have moved from dev to sandbox, whose wave tolerates that two fail. */
async function arriving() {
  const rig = await createRig({ accounts: 120 });
  const accounts = [0, 1].map((index) => anAccountIn(rig, 'Workloads/Dev', index));
  await rig.rollOut({ waves: [sandbox, dev] });
  const desiredState: DesiredState = {
    ...rig.desiredState,
    waves: rig.desiredState.waves.map((wave) =>
      wave.name === sandbox ? { ...wave, accounts, failureTolerance: { kind: 'count' as const, count: 2 } } : wave,
    ),
  };
  const placesOf = async (index: number): Promise<ReadonlySet<string>> => {
    const record = (await readAccount(rig.ports, accounts[index] ?? fail()))?.value;
    return new Set(record?.modules.map(({ wave, detached }) => (detached ? 'none' : wave)));
  };
  return { rig, desiredState, placesOf };
}
const fail = (): never => {
  throw new Error('there are two accounts');
};

test('where StackSets import nothing, the other accounts stay in their StackSets, and a person is asked', async () => {
  const { rig, desiredState, placesOf } = await arriving();
  rig.world.faults.failInstance = ({ kind }) => (kind === 'adopt' ? 'the template of the stack differs' : undefined);

  const { id, end } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  const { status } = (await readRollout(rig.ports, id)).value;
  expect(end.status).toBe('PARKED');
  expect(status).toMatchObject({
    prompt: {
      about: 'stage',
      because: expect.arrayContaining(['the first account could not move to this wave, so no other account was moved']),
    },
  });
  const places = [await placesOf(0), await placesOf(1)];
  expect(places.filter((place) => place.has('none'))).toHaveLength(1);
  expect(places.filter((place) => place.has(dev) && place.size === 1)).toHaveLength(1);
});

test('where they do, the others follow', async () => {
  const { rig, desiredState, placesOf } = await arriving();

  const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  const moving = eventsOf(events, 'stageStarted').flatMap(({ step }) =>
    step === undefined || step === 'follow' ? [] : step,
  );
  expect(moving).toEqual(['detach', 'adopt', 'detach', 'adopt']);
  expect([await placesOf(0), await placesOf(1)]).toEqual(Array(2).fill(new Set([sandbox])));
});
