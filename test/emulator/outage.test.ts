/**
 * Outages of 10 seconds to 20 minutes at random moments, in quick time: the rollout waits or is resumed, reaches the same end, and no
 * account is blamed. A few seeds here, of two minutes at most; `npm run outage:soak` takes two hundred, as long as they are drawn.
 */
import { isDeepStrictEqual } from 'node:util';
import { type CommandLine, startCommandLine } from './command-line';
import { createDisturber, type Disturber, endOf, outageOf, placeOf, type StatePlace, statePlaces } from './outage';
import type { Remains } from './remains';

const asked = process.env['STRONGROOM_OUTAGES'];
const outages = Number(asked ?? 6);
const secondsMax = asked === undefined ? 120 : undefined;
const firstSeed = Number(process.env['STRONGROOM_FIRST_SEED'] ?? 1);
const seeds = Array.from({ length: outages }, (_, index) => firstSeed + index);

let line: CommandLine;
let disturber: Disturber;
const undisturbed = new Map<StatePlace, { readonly remains: Remains; readonly calls: number }>();
beforeAll(async () => {
  line = await startCommandLine();
  disturber = await createDisturber(line);
  for (const place of statePlaces) {
    const { remains, course } = await disturber.through(place);
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

test.each(seeds)('after the outage of seed %i, a rollout reaches the same end', async (seed) => {
  const place = placeOf(seed);
  const without = undisturbed.get(place);
  const outage = outageOf(seed, without?.calls ?? 0, secondsMax);

  const { remains, course } = await disturber.through(place, outage);

  const [end, wanted] = [endOf(remains, course), without && endOf(without.remains, course)];
  const isSame = isDeepStrictEqual(end, wanted);
  process.stdout.write(`${JSON.stringify({ isSame, place, ...outage, ...course })}\n`);
  expect({ outage, ...end }).toEqual({ outage, ...wanted });
});
