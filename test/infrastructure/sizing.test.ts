/** Memory and time of the deployed functions are those that the benches call for: nobody has changed one without the other. */
import { functions } from '../../orchestrator/tasks/table';
import { resources } from './templates';

const deployed = resources().filter(
  ({ type, stack }) =>
    type === 'AWS::Lambda::Function' && ['StrongroomOrchestrator', 'StrongroomDashboard'].includes(stack),
);
const nameOf = ({ properties }: (typeof deployed)[number]): string =>
  String(properties['FunctionName']).replace('strongroom-', '');
const rows = Object.entries(functions).map(([name, { took: taken }]) => {
  const one = deployed.find((resource) => nameOf(resource) === name);
  return { name, taken, memory: Number(one?.properties['MemorySize']), seconds: Number(one?.properties['Timeout']) };
});

test('every function that is deployed was measured', () => {
  // Those without a name of ours put the page into its bucket while it is deployed.
  const named = deployed.filter(({ properties }) => properties['FunctionName'] !== undefined).map(nameOf);

  expect(named.toSorted()).toEqual(Object.keys(functions).toSorted());
});

const [waitedFor, others] = [
  rows.filter(({ name }) => name === 'Dashboard'),
  rows.filter(({ name }) => name !== 'Dashboard'),
];

test.each(waitedFor)(
  '$name has a whole processor, since people wait, and room; its gateway waits half a minute',
  (row) => {
    expect(row.memory).toBeGreaterThanOrEqual(Math.max(1769, 2 * row.taken.peakMegabytes));
    expect(row.taken.seconds + row.taken.cpuMs / 1000).toBeLessThan(30);
    expect(row.seconds).toBe(60);
  },
);

test.each(others)('$name has twice the memory that it took, and not much more', ({ taken, memory }) => {
  const took = taken.peakMegabytes + taken.heldMegabytes;

  expect(memory).toBeGreaterThanOrEqual(2 * took);
  expect(memory).toBeLessThanOrEqual(Math.max(512, 4 * took));
});

test.each(others)(
  '$name has three times the time that it took, with the share of a processor that it gets',
  ({ taken, memory, seconds }) => {
    const took = taken.seconds + taken.cpuMs / 1000 / Math.min(1, memory / 1769);

    expect(seconds).toBeGreaterThanOrEqual(3 * took + 120);
    expect(seconds).toBeLessThanOrEqual(900);
  },
);
