/**
 * Outages of 10 seconds to 20 minutes at random moments, in quick time: the rollout waits or is resumed, reaches the same end, and no
 * account is blamed. Here one outage of each kind, twenty seconds at most, several in a rollout; `npm run outage:soak` takes two hundred, as
 * long as they are drawn, each in a rollout of its own.
 */
import { isDeepStrictEqual } from 'node:util';
import { type CommandLine, startCommandLine } from './command-line';
import { createDisturber, type Disturber, endOf, outagesOf, placeOf, type StatePlace, statePlaces } from './outage';
import type { Remains } from './remains';

const asked = process.env['STRONGROOM_OUTAGES'];
const firstSeed = Number(process.env['STRONGROOM_FIRST_SEED'] ?? 1);
const single = Array.from({ length: Number(asked) || 0 }, (_, index) => ({ seeds: [firstSeed + index] }));
// Fourteen seeds in a row draw each kind once. The first of a rollout draws where its records are.
const several = [{ seeds: [1, 2, 3, 4, 5, 6, 7] }, { seeds: [9, 8, 10, 11, 12, 13, 14] }];
const [ofEach, secondsMax] = asked === undefined ? [several, 20] : [single];

let line: CommandLine;
let disturber: Disturber;
const undisturbed = new Map<StatePlace, { readonly remains: Remains; readonly calls: number }>();
beforeAll(async () => {
  line = await startCommandLine();
  disturber = await createDisturber(line);
  for (const place of statePlaces) {
    const { remains, course } = await disturber.through(place, []);
    undisturbed.set(place, { remains, calls: course.calls });
  }
});
afterAll(async () => {
  await disturber.stop();
  await line.stop();
});

test.each(statePlaces)('an undisturbed rollout with its state in a %s is completed', (place) => {
  const { rollouts, stackSets, stacks } = undisturbed.get(place)?.remains ?? {};

  expect(rollouts).toEqual(['completed']);
  expect(stackSets?.filter((name) => name !== 'strongroom-state')).toHaveLength(6);
  expect(Object.values(stacks ?? {}).every((names) => names.length > 0 && new Set(names).size === names.length)).toBe(
    true,
  );
});

test.each(ofEach)('after the outages of seeds $seeds, a rollout reaches the same end', async ({ seeds }) => {
  const place = placeOf(seeds);
  const without = undisturbed.get(place);
  const outages = outagesOf(seeds, without?.calls ?? 0, secondsMax);

  const { remains, course } = await disturber.through(place, outages);

  const [end, wanted] = [endOf(remains, course), without && endOf(without.remains, course)];
  const isSame = isDeepStrictEqual(end, wanted);
  process.stdout.write(`${JSON.stringify({ isSame, place, outages, ...course })}\n`);
  expect({ outages, begun: course.begun, ...end }).toEqual({
    outages,
    begun: outages.map(({ kind }) => kind),
    ...wanted,
  });
});
