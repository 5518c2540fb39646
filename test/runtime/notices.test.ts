/**
 * Each notice is sent once, although its sender is killed before or after each of its writes, and tried again.
 * Only a sender that dies between sending and recording it may send it twice. No notice is lost.
 */
import { createNotifier } from '../../orchestrator/aws/notifier';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { RolloutRequest } from '../../orchestrator/domain/model/rollout';
import type { Store } from '../../orchestrator/ports/ports';
import { functionName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { add, created, followOne } from '../operations/newcomers';
import { after, damage } from '../operations/sweeping';
import { anAccountIn, createRig, type Rig } from '../rig';

const telling: readonly string[] = (['PlanWaves', 'JudgeWave', 'AskOperator', 'Report'] as const).map(functionName);
const canary: Partial<RolloutRequest> = { waves: [parseWaveName('canary')] };
const days = 24 * 60;

interface Kill {
  readonly write: number;
  readonly when: 'before' | 'after';
}

interface Scenario {
  readonly config?: (text: string) => string;
  /** Up to the moment from which writes are counted. */
  readonly before?: (rig: Rig) => Promise<unknown>;
  readonly run: (rig: Rig) => Promise<unknown>;
  /** A handler that is broken for good. */
  readonly breaks?: string;
  readonly told: readonly string[];
}

/** The embedded engine tries a function that died again, as Step Functions does. */
const killed = (): Error => Object.assign(new Error('killed'), { name: 'Runtime.ExitError' });

/** @returns what was published, and the writes that could have been killed, by the item that they are of. */
async function play({ config = (text) => text, before = async () => {}, run, breaks }: Scenario, kill?: Kill) {
  const published: string[] = [];
  const writes: string[] = [];
  let isArmed = false;
  let working = 0;
  const killing = (store: Store): Store => ({
    ...store,
    put: async (key, value, version) => {
      // The records of forty accounts are one like another, and no notice is about one of them.
      if (!isArmed || working === 0 || key.pk.startsWith('accounts#')) return store.put(key, value, version);
      const isIt = writes.push(key.pk) === kill?.write;
      if (isIt && kill.when === 'before') throw killed();
      const next = await store.put(key, value, version);
      if (isIt) throw killed();
      return next;
    },
  });
  const rig = await createRig({
    accounts: 40,
    config,
    ports: (world) => {
      const store = killing(world.store);
      const send = async ({ input }: { readonly input: { readonly MessageAttributes?: object } }) => {
        if (isArmed) published.push(kindIn(input.MessageAttributes));
      };
      return { store, notifier: createNotifier({ send }, 'arn:aws:sns:us-east-1:111122223333:strongroom', { store }) };
    },
    around: (invoke, name) => async (input) => {
      if (name === breaks) throw new Error('broken for good');
      if (!telling.includes(name)) return invoke(input);
      working++;
      return invoke(input).finally(() => working--);
    },
  });
  await before(rig);
  isArmed = true;
  await run(rig);
  return { published, writes };
}

const kindIn = (attributes: object | undefined): string =>
  (attributes as { readonly kind: { readonly StringValue: string } }).kind.StringValue;

const manual = (text: string): string =>
  text.replace('[PolicyStaging], soakMinutes: 10', '[PolicyStaging], soakMinutes: 10, approval: manual');

const scenarios: Readonly<Record<string, Scenario>> = {
  'that it is held': {
    run: (rig) => {
      const account = anAccountIn(rig, 'PolicyStaging');
      rig.world.faults.failInstance = (attempt) => (attempt.account === account ? 'no space left' : undefined);
      return rig.rollOut(canary);
    },
    told: ['held'],
  },
  'that an approval is wanted': { config: manual, run: (rig) => rig.rollOut(canary), told: ['approvalRequired'] },
  'that it failed': {
    breaks: functionName('OpenWave'),
    run: (rig) => rig.rollOut(canary),
    told: ['failed'],
  },
  'that keys are at risk': {
    before: (rig) => rig.rollOut(canary),
    run: async (rig) => {
      await after(rig, 2 * days);
      damage(rig, anAccountIn(rig, 'PolicyStaging'));
      return rig.rollOut(canary);
    },
    told: ['keysAtRisk', 'held'],
  },
  'that a new account is ready': {
    before: (rig) => rig.rollOut(canary),
    run: (rig) => followOne(rig, created(add(rig, 'PolicyStaging'))),
    told: ['accountReady'],
  },
  'that another took over': {
    config: manual,
    before: (rig) => rig.rollOut(canary),
    run: async (rig) => {
      await after(rig, 30 * days);
      return rig.rollOut({ ...canary, by: person('kim') });
    },
    told: ['held', 'approvalRequired'],
  },
};

test.each(Object.entries(scenarios))(
  '%s is announced once, although its sender dies at any of its writes',
  async (_what, scenario) => {
    const undisturbed = await play(scenario);
    const kills = undisturbed.writes.flatMap((_, index): readonly Kill[] =>
      (['before', 'after'] as const).map((when) => ({ write: index + 1, when })),
    );

    expect(undisturbed.published).toEqual(scenario.told);
    expect(undisturbed.writes).toContain('notices');
    for (const kill of kills) {
      const { published, writes } = await play(scenario, kill);
      const isSentAgain = writes[kill.write - 1] === 'notices' && kill.when === 'before';

      expect([...new Set(published)]).toEqual(scenario.told);
      expect(published).toHaveLength(scenario.told.length + (isSentAgain ? 1 : 0));
    }
  },
);

test('an execution that had nothing to do does not announce that its account is ready', async () => {
  const { published } = await play({
    before: (rig) => rig.rollOut(canary),
    run: (rig) => followOne(rig, created(add(rig, 'Suspended'))),
    told: [],
  });

  expect(published).toEqual([]);
});
