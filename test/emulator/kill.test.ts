/**
 * `kill -9` at random moments: whatever was under way, the next process goes on to the same end. A few moments here; more by
 * `npm run kill:soak`, which takes two hundred.
 */
import { type CommandLine, startCommandLine } from './command-line';
import { createKiller, type Killer, momentOf } from './kill';
import type { Remains } from './remains';

const kills = Number(process.env['STRONGROOM_KILLS'] ?? 6);
const firstSeed = Number(process.env['STRONGROOM_FIRST_SEED'] ?? 1);
const seeds = Array.from({ length: kills }, (_, index) => firstSeed + index);

let line: CommandLine;
let killer: Killer;
let undisturbed: { readonly remains: Remains; readonly calls: number };
beforeAll(async () => {
  line = await startCommandLine();
  killer = createKiller(line);
  undisturbed = await killer.through();
});
afterAll(() => line.stop());

test('an undisturbed rollout is completed, with one set of stacks in each account', () => {
  const { rollouts, stackSets, stacks } = undisturbed.remains;

  expect(rollouts).toEqual(['completed']);
  expect(stackSets.filter((name) => name !== 'strongroom-state')).toHaveLength(6);
  expect(stackSets).toContain('strongroom-state');
  expect(Object.values(stacks).every((names) => names.length > 0 && new Set(names).size === names.length)).toBe(true);
});

test.each(seeds)('killed at the moment of seed %i, a rollout is resumed to the same end', async (seed) => {
  const moment = momentOf(seed, undisturbed.calls);

  const { remains, wasKilled } = await killer.through(moment);

  // Who continued the rollout is in its log, unless it had not begun or had ended.
  const events = remains.events.filter((type) => type !== 'resumed');
  expect({ moment, wasKilled, ...remains, events }).toEqual({ moment, wasKilled: true, ...undisturbed.remains });
});
