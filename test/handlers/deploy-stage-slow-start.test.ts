/** Few accounts before many: a bad release is seen while few have it. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { createRig, eventsOf } from '../rig';

const waves = [parseWaveName('sandbox')];

/** A sandbox in which the release breaks from the `nth` account on that it reaches, with a tolerance. */
async function breakingFrom(nth: number, tolerance: number) {
  const rig = await createRig({
    accounts: 150,
    config: (text) =>
      text.replace(
        'maxConcurrent: "10%, at least 10", failureTolerance: 0, slowStart',
        `maxConcurrent: 4, failureTolerance: ${tolerance}, slowStart`,
      ),
  });
  const reached: string[] = [];
  rig.world.faults.failInstance = ({ account }) => {
    if (!reached.includes(account)) reached.push(account);
    return reached.indexOf(account) + 1 >= nth ? 'broken' : undefined;
  };
  const ran = await rig.rollOut({ waves });
  return { reached: reached.length, ...ran, size: rig.world.organization.accountsIn('Sandbox').length };
}

test.each([
  { nth: 1, tolerance: 0, reached: 1, because: 'in the one account that is first' },
  { nth: 2, tolerance: 0, reached: 5, because: 'in the four that are next' },
  { nth: 1, tolerance: 1, reached: 5, because: 'past a tolerance of one, in the four that are next' },
  { nth: 6, tolerance: 0, reached: 9, because: 'among the rest, with four at once' },
])('a release that breaks stops $because', async ({ nth, tolerance, reached }) => {
  const ran = await breakingFrom(nth, tolerance);

  expect(ran.size).toBeGreaterThan(10);
  expect(ran.reached).toBe(reached);
  expect(ran.end.status).toBe('PARKED');
  expect(eventsOf(ran.events, 'approvalRequested')[0]).toMatchObject({ about: 'stage' });
});
