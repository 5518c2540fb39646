import { type AccountId, parseRegion, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { readAccount } from '../../orchestrator/records/accounts';
import { anAccountIn, createRig, eventsOf, type Rig, type RigOptions, type Walked } from '../rig';

const sandbox = parseWaveName('sandbox');

/** A rig that keeps whom preflight has entered, and which shards it was given. */
async function createWatchedRig(options: RigOptions = {}) {
  const entered: AccountId[] = [];
  const shards: number[] = [];
  const rig = await createRig({
    ...options,
    sees: (seen, { account }) => {
      entered.push(account);
      return seen;
    },
    around: (invoke, name) => async (input) => {
      const isShard =
        name.endsWith('PreflightShard') && typeof input === 'object' && input !== null && 'shard' in input;
      if (isShard) shards.push(Number(input.shard));
      return invoke(input);
    },
  });
  const start = rig.world.clock.nowMs();
  return { rig, entered, shards, minutes: () => (rig.world.clock.nowMs() - start) / 60_000 };
}

const denied = 'AccessDenied: sts:AssumeRole';
const waitsIn = ({ events }: Walked) => eventsOf(events, 'waiting').filter((e) => e.for === 'bootstrap');

/** Minutes from the opening of the wave until a person was asked. */
function minutesUntilAsked({ events }: Walked): number {
  const [[opened], [asked]] = [eventsOf(events, 'waveOpened'), eventsOf(events, 'approvalRequested')];
  return (Date.parse(asked?.at ?? '') - Date.parse(opened?.at ?? '')) / 60_000;
}

describe('an account that nobody has entered yet', () => {
  test('and that can be entered after six minutes is waited for, and rolled out with its wave', async () => {
    const { rig, minutes } = await createWatchedRig();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.cannotEnter = (id) => (id === account && minutes() < 6 ? denied : undefined);

    const rollout = await rig.rollOut({ waves: [sandbox] });

    expect(waitsIn(rollout).map(({ wave, accounts }) => ({ wave, accounts }))).toEqual(
      Array.from({ length: 3 }, () => ({ wave: sandbox, accounts: 1 })),
    );
    expect(eventsOf(rollout.events, 'preflightDone')).toEqual([expect.objectContaining({ leftOut: 0 })]);
    expect(rollout.events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect((await readAccount(rig.ports, account))?.value.state).toBe('READY_FOR_KEYS');
  });

  test('and that has just been made is waited for until all of its regions are activated', async () => {
    const { rig } = await createWatchedRig();
    const { id: account } = rig.world.organization.addAccount('fresh', 'Sandbox', rig.world.clock.nowMs());

    const rollout = await rig.rollOut({ waves: [sandbox] });

    expect(waitsIn(rollout).length).toBeGreaterThan(2);
    expect(rollout.events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect((await readAccount(rig.ports, account))?.value.state).toBe('READY_FOR_KEYS');
  });

  test('and that never can be is given up after fifteen minutes, with the reason', async () => {
    const { rig } = await createWatchedRig();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.cannotEnter = (id) => (id === account ? denied : undefined);

    const rollout = await rig.rollOut({ waves: [sandbox] });

    const reason = new RegExp(`cannot assume BaselineReader in ${account}: ${denied}, still so 15 minutes after`);
    expect(rollout.end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
    expect(minutesUntilAsked(rollout)).toBeGreaterThanOrEqual(15);
    expect(minutesUntilAsked(rollout)).toBeLessThan(16);
    expect(eventsOf(rollout.events, 'approvalRequested')[0]?.because.join()).toMatch(reason);
    expect(eventsOf(rollout.events, 'accountLeftOut')).toEqual([
      expect.objectContaining({ account, reason: expect.stringMatching(reason) }),
    ]);
    expect((await readAccount(rig.ports, account))?.value.state).toBe('BOOTSTRAP_FAILED');
  });

  test('is waited for alone: the others are entered once, and shards without such accounts are skipped', async () => {
    const { rig, entered, shards, minutes } = await createWatchedRig({
      accounts: 200,
      config: (text) => text.replace('ous: [Sandbox]', 'ous: [Sandbox, Workloads/Dev, Workloads/Production]'),
    });
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.cannotEnter = (id) => (id === account && minutes() < 3 ? denied : undefined);
    // So that it ends before anything is deployed.
    rig.world.faults.unusableRegion = (id) => (id === anAccountIn(rig, 'Sandbox', 1) ? 'not opted in' : undefined);

    const { events } = await rig.rollOut({ waves: [sandbox] });

    const accounts = eventsOf(events, 'waveOpened')[0]?.accounts ?? 0;
    expect(accounts).toBeGreaterThan(100);
    expect(entered.length).toBe(accounts);
    expect(new Set(entered).size).toBe(entered.length);
    expect(shards.slice(0, 2).sort()).toEqual([0, 1]);
    expect(new Set(shards.slice(2)).size).toBe(1);
    expect(shards.length).toBe(4);
  });
});

describe('nobody is waited for', () => {
  const held = async (break_: (rig: Rig, account: AccountId) => void, before?: (rig: Rig) => Promise<DesiredState>) => {
    const { rig } = await createWatchedRig();
    const account = anAccountIn(rig, 'Sandbox');
    const wanted = await before?.(rig);
    break_(rig, account);
    return rig.rollOut({ waves: [sandbox] }, wanted);
  };

  test.each([
    {
      where: 'a region was not opted in to',
      break_: (rig: Rig, account: AccountId) => {
        const closed = parseRegion('us-west-2');
        rig.world.faults.unusableRegion = (id, region) =>
          id === account && region === closed ? 'the account has not opted in to the region' : undefined;
      },
    },
    {
      where: 'the role leads into another account',
      break_: (rig: Rig, account: AccountId) => {
        const stranger = anAccountIn(rig, 'Sandbox', 1);
        rig.world.faults.identityOf = (id) => (id === account ? stranger : id);
      },
    },
  ])('where $where', async ({ break_ }) => {
    const rollout = await held(break_);

    expect(waitsIn(rollout)).toEqual([]);
    expect(minutesUntilAsked(rollout)).toBeLessThan(1);
  });

  test('where an account had been entered before', async () => {
    const cannotEnter = (rig: Rig, account: AccountId): void => {
      rig.world.faults.cannotEnter = (id) => (id === account ? denied : undefined);
    };
    const afterOneRollout = async (rig: Rig): Promise<DesiredState> => {
      await rig.rollOut({ waves: [sandbox] });
      const { modules } = rig.desiredState;
      return {
        ...rig.desiredState,
        modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
      };
    };

    const rollout = await held(cannotEnter, afterOneRollout);

    expect(waitsIn(rollout)).toEqual([]);
    expect(minutesUntilAsked(rollout)).toBeLessThan(1);
  });
});
