/** Any events about accounts, in any order and any number, with sweeps in between. */
import fc from 'fast-check';
import { type AccountId, parseWaveName, type ReleaseId, type RolloutId } from '../../orchestrator/domain/model/brand';
import { readRollout } from '../../orchestrator/records/rollouts';
import { readFinishedWave } from '../../orchestrator/records/waves';
import { functionName, type TaskName } from '../../orchestrator/tasks/table';
import { createRig, type Rig } from '../rig';
import {
  add,
  created,
  joined,
  managed,
  minutesOn,
  moved,
  newAccountRollouts,
  newer,
  sweepOnce,
  tell,
  walkStarted,
} from './newcomers';
import { waves } from './sweeping';

/** The tasks in which something is done to an account. */
const atWork: ReadonlySet<string> = new Set(
  (['PreflightShard', 'DeployStage', 'SettingsShard', 'HealthShard'] satisfies TaskName[]).map(functionName),
);
const idOf = (given: unknown): RolloutId => {
  const { rolloutId, input } = given as { rolloutId?: RolloutId; input?: { rolloutId: RolloutId } };
  const id = rolloutId ?? input?.rolloutId;
  if (id === undefined) throw new Error('a task was invoked without a rollout');
  return id;
};

/** Notes who is at work on which account, and at which release. */
async function watchedRig() {
  const working = new Map<AccountId, Set<RolloutId>>();
  const seen = { sideBySide: [] as string[], unfinished: [] as string[] };
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      const { value: record } = await readRollout(rig.ports, idOf(input));
      if (record.request.newAccount !== true) return invoke(input);
      const [account] = record.request.accounts ?? [];
      if (account === undefined) throw new Error(`rollout ${record.id} names no account`);
      const others = working.get(account) ?? new Set();
      working.set(account, others);
      if (name === functionName('Report')) others.delete(record.id);
      if (atWork.has(name)) others.add(record.id);
      if (others.size > 1) seen.sideBySide.push([...others].join(' beside '));
      const [wave] = record.waves;
      if (wave !== undefined && !(await finishedReleases(rig, wave.name)).has(wave.release))
        seen.unfinished.push(`${record.id} brings ${wave.release} to wave ${wave.name}`);
      return invoke(input);
    },
  });
  await rig.rollOut({ waves });
  // The second wave is behind what is wanted.
  await rig.rollOut({ waves: waves.slice(0, 1) }, newer(rig.desiredState));
  return { rig, seen };
}

async function finishedReleases(rig: Rig, wave: string): Promise<ReadonlySet<ReleaseId>> {
  const finished = await readFinishedWave(rig.ports, parseWaveName(wave));
  return new Set(finished === undefined ? [] : [finished, ...(finished.before ?? [])].map(({ release }) => release));
}

const which = fc.nat({ max: 1 });
const telling = fc.record({
  kind: fc.constant('tell' as const),
  which,
  event: fc.constantFrom(created, joined, managed, moved),
  times: fc.integer({ min: 1, max: 3 }),
  isLost: fc.boolean(),
});
const sweeping = fc.record({
  kind: fc.constant('sweep' as const),
  times: fc.integer({ min: 1, max: 2 }),
  isLost: fc.boolean(),
});
const passing = fc.record({ kind: fc.constant('pass' as const), minutes: fc.constantFrom(1, 10, 70, 24 * 60) });
const moving = fc.record({
  kind: fc.constant('move' as const),
  which,
  ou: fc.constantFrom('', 'Sandbox', 'PolicyStaging'),
});
/** Over the first wave only, so that the other one is behind what is wanted; or over both. */
const rolling = fc.record({
  kind: fc.constant('roll' as const),
  isNewer: fc.boolean(),
  over: fc.constantFrom(waves.slice(0, 1), waves),
});
const story = fc.array(
  fc.oneof({ weight: 3, arbitrary: telling }, sweeping, passing, moving, { weight: 2, arbitrary: rolling }),
  {
    minLength: 2,
    maxLength: 8,
  },
);
type Step = typeof story extends fc.Arbitrary<(infer S)[]> ? S : never;

/** Nobody waits for anybody: what a step begins goes on beside the next ones. */
async function play(rig: Rig, steps: readonly Step[]): Promise<void> {
  const accounts = [add(rig, 'Sandbox', 'one'), add(rig, '', 'two')];
  const underWay: Promise<unknown>[] = [];
  let rollout: Promise<unknown> | undefined;
  for (const step of steps) {
    const account = 'which' in step ? accounts[step.which] : undefined;
    if (step.kind === 'pass') await minutesOn(rig, step.minutes);
    if (step.kind === 'move' && account !== undefined) rig.world.organization.move(account, step.ou);
    if (step.kind === 'roll' && rollout === undefined) {
      rollout = rig
        .rollOut({ waves: step.over }, step.isNewer ? newer(rig.desiredState) : rig.desiredState)
        .finally(() => {
          rollout = undefined;
        });
      underWay.push(rollout);
    }
    if (step.kind !== 'tell' && step.kind !== 'sweep') continue;
    const followed = await Promise.all(
      Array.from({ length: step.times }, async () => {
        if (step.kind === 'sweep') return sweepOnce(rig);
        const one = account && (await tell(rig, step.event(account)));
        return one === undefined || one.kind === 'ignored' ? [] : [one];
      }),
    );
    if (!step.isLost) underWay.push(walkStarted(rig, followed.flat()));
  }
  await Promise.all(underWay);
}

const minute = 60_000;

test(
  'one execution at most is at work on an account, and brings it only what its wave has finished',
  async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const { rig, seen } = await watchedRig();

        await play(rig, steps);

        expect(seen).toEqual({ sideBySide: [], unfinished: [] });
      }),
      { numRuns: 6 },
    );
  },
  minute,
);

test(
  'in the end every account is at what its wave has finished, if sweeps come by',
  async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const { rig } = await watchedRig();
        await play(rig, steps);

        for (let day = 0; day < 2; day++) {
          await minutesOn(rig, 24 * 60 + 61);
          await walkStarted(rig, await sweepOnce(rig));
        }

        const open = (await newAccountRollouts(rig)).filter(({ status }) => status.kind !== 'finished');
        expect(open).toEqual([]);
        expect(await sweepOnce(rig)).toEqual([]);
      }),
      { numRuns: 4 },
    );
  },
  minute,
);
