/** What is held, by whom, and who is refused: the fence of the organization's lease, and the accounts of executions for new accounts. */
import { type AccountId, parseRolloutId, type RolloutId } from '../../orchestrator/domain/brand';
import { functionName } from '../../orchestrator/domain/words';
import { listAccounts, listRollouts, readLease, writeLease } from '../../orchestrator/records';
import { anAccountIn, createRig, type Rig } from './rig';

const inMinutes = ({ world }: Rig, minutes: number): Date => new Date(world.clock.nowMs() + minutes * 60_000);

test('a rollout with another fence than the lease has is refused, whatever its own record says', async () => {
  let isMoved = false;
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      const lease = await readLease(rig.ports);
      if (name === functionName('DeployStage') && !isMoved && lease !== undefined) {
        isMoved = true;
        await writeLease(rig.ports, { ...lease.value, holder: parseRolloutId('ro-another-one') }, lease.version);
      }
      return invoke(input);
    },
  });

  const { events } = await rig.rollOut();

  expect(events.at(-1)).toMatchObject({ outcome: 'failed', because: [expect.stringContaining('LeaseLost')] });
  // Its end released what is its own, and that is nothing.
  expect((await readLease(rig.ports))?.value).toMatchObject({ holder: 'ro-another-one', released: false });
  expect(rig.world.calls.counts.get('cloudformation:CreateStackInstances')).toBeUndefined();
});

describe('an execution for a new account', () => {
  const another = (rig: Rig, account: AccountId) =>
    rig.begin({ newAccount: true, accounts: [account], by: 'an event' });

  test('that is not heard of any more loses its account to the next one', async () => {
    let isPaused = false;
    const rig: Rig = await createRig({
      accounts: 40,
      around: (invoke, name) => async (input) => {
        if (name === functionName('OpenWave') && !isPaused) {
          isPaused = true;
          await rig.world.clock.sleepUntil(inMinutes(rig, 600));
        }
        return invoke(input);
      },
    });
    const account = anAccountIn(rig, 'Sandbox');
    const [first, second] = await rig.inTime(() =>
      Promise.all([
        another(rig, account),
        rig.world.clock.sleepUntil(inMinutes(rig, 70)).then(() => another(rig, account)),
      ]),
    );

    expect(first.events.at(-1)).toMatchObject({ outcome: 'failed' });
    expect(second.id).not.toBe(first.id);
    const held = (await listAccounts(rig.ports)).find(({ value }) => value.id === account);
    expect(held?.value.holder).toMatchObject({ rollout: second.id });
  });

  test('that is alive keeps its account: a rollout over the waves leaves it out, and says so', async () => {
    let holder: RolloutId | undefined;
    const rig: Rig = await createRig({
      accounts: 40,
      around: (invoke, name) => async (input) => {
        if (name === functionName('OpenWave') && holder === undefined) {
          holder = (await listRollouts(rig.ports))[0]?.id;
          await rig.world.clock.sleepUntil(inMinutes(rig, 30));
        }
        return invoke(input);
      },
    });
    const account = anAccountIn(rig, 'Sandbox');
    const waves = rig.intent.waves.slice(0, 2).map(({ name }) => name);
    const [, second] = await rig.inTime(() =>
      Promise.all([
        another(rig, account),
        rig.world.clock.sleepUntil(inMinutes(rig, 5)).then(() => rig.begin({ waves })),
      ]),
    );

    const planned = second.events.find((event) => event.type === 'planned');
    expect(planned?.type === 'planned' && planned.notes).toContain(
      `account ${account} is held by rollout ${holder}, so it is left out of this one`,
    );
  });
});
