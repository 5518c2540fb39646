/** Every call that the product can make fails in some seed, or is named here and on the page about the simulation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSimulatedWorld } from '../../orchestrator/simulated/world';
import { failingCalls, readingApis, start, writingApis } from './faults';

const ports = [
  'directory',
  'accounts',
  'probes',
  'stackSets',
  'store',
  'artifacts',
  'notifier',
  'stateMarker',
] as const;
/** The simulated world's own, which no port has. */
const hooks = ['stackSets.onOperationEnded', 'stackSets.onInstanceEnded', 'stackSets.inFlight'];
const undrawn = ['directory.tags', 'stackSets.statusReason', 'probes', 'stateMarker'] as const;

test('a call that is never made to fail is listed as such', () => {
  const world = createSimulatedWorld({ seed: 1, accounts: 60, start });
  const drawn = new Set<string>([...readingApis, ...writingApis, ...Object.values(failingCalls).flat()]);

  const calls = ports.flatMap((port) =>
    Object.entries(world[port]).flatMap(([name, value]) => (typeof value === 'function' ? [`${port}.${name}`] : [])),
  );
  const spared = calls.filter((api) => !drawn.has(api) && !hooks.includes(api));

  expect([...drawn].filter((api) => !calls.includes(api))).toEqual([]);
  expect(spared.filter((api) => !undrawn.some((name) => api === name || api.startsWith(`${name}.`)))).toEqual([]);
  expect(undrawn.filter((name) => !spared.some((api) => api === name || api.startsWith(`${name}.`)))).toEqual([]);
});

test.each(undrawn)('the page about the simulation names %s', (name) => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'simulation.md'), 'utf8');

  const [, notDrawn = ''] = page.split('## Not drawn');

  expect(notDrawn).toContain(`\`${name}\``);
});
