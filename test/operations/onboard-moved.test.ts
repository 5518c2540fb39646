/** An account that was moved to another wave, and is brought there on its own. What a rollout over its new wave does is in rehoming.test.ts. */
import { type AccountId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { readFinishedWave } from '../../orchestrator/records/waves';
import { anAccountIn, eventsOf, type Rig } from '../rig';
import { add, created, follow, minutesOn, moved, newer, swept, tell } from './newcomers';
import { recordOf, rolledOut, stateOf } from './sweeping';

const canary = parseWaveName('canary');
const sandbox = parseWaveName('sandbox');

describe('an account that has moved to another wave', () => {
  const movedToCanary = async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    const names = stackNames(rig, account);
    rig.world.organization.move(account, 'PolicyStaging');
    return { rig, account, names };
  };
  const stackNames = (rig: Rig, account: AccountId) =>
    rig.world.contents
      .stacks(account)
      .map(({ stackSet, region }) => `${stackSet} ${region}`)
      .sort();
  const homesOf = async (rig: Rig, account: AccountId) =>
    new Set((await recordOf(rig, account)).modules.map(({ wave }) => wave));

  test.each([
    { by: 'a sweep', told: swept },
    { by: 'its event', told: (rig: Rig, account: AccountId) => follow(rig, moved(account)) },
  ])('is brought there by $by with the stacks that it has', async ({ told }) => {
    const { rig, account, names } = await movedToCanary();

    const [ran] = await told(rig, account);

    expect(eventsOf(ran?.events ?? [], 'stageStarted').flatMap(({ step }) => step ?? [])).toEqual([
      'detach',
      'adopt',
      'follow',
    ]);
    expect(await homesOf(rig, account)).toEqual(new Set(['canary']));
    expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
    expect(stackNames(rig, account)).toEqual(names);
  });

  test('is brought there also when its former wave has gone on to another release meanwhile', async () => {
    const { rig, account, names } = await movedToCanary();
    await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));

    await swept(rig);

    const finished = await readFinishedWave(rig.ports, canary);
    expect(await recordOf(rig, account)).toMatchObject({ release: finished?.release, wave: 'canary' });
    expect(await homesOf(rig, account)).toEqual(new Set(['canary']));
    expect(stackNames(rig, account)).toEqual(names);
  });

  test('in the middle of its own execution is answered busy, and followed by the next sweep', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    const running = follow(rig, created(account));
    do await minutesOn(rig, 1);
    while ((await stateOf(rig, account)) !== 'DEPLOYING');
    rig.world.organization.move(account, 'PolicyStaging');
    const told = await tell(rig, moved(account));
    const [first] = await running;

    const [second] = await swept(rig);

    expect(told).toEqual({ kind: 'busy', account, rollout: first?.id });
    expect(second?.events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(await recordOf(rig, account)).toMatchObject({ wave: 'canary', state: 'READY_FOR_KEYS' });
    expect(await homesOf(rig, account)).toEqual(new Set(['canary']));
  });
});
