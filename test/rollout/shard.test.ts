/** How many accounts are visited at once: as many as may be, whether a wave is large or small. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import { accountsAtOnce } from '../../orchestrator/rollout/shard';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { createRig } from '../rig';

test.each([
  [1, 50],
  [4, 50],
  [5, 40],
  [10, 20],
  [40, 20],
])('of %d shards each visits %d accounts at once: 200 together at most', (shards, accounts) => {
  const atOnce = accountsAtOnce(shards);

  expect(atOnce).toBe(accounts);
  expect(atOnce * Math.min(10, shards)).toBeLessThanOrEqual(200);
});

test('a wave of one shard is visited by as many as one function may', async () => {
  const visits = { now: 0, most: 0 };
  const counting = ({ accounts }: SimulatedWorld): Partial<UnguardedPorts> => ({
    accounts: {
      ...accounts,
      collectFacts: async (...asked) => {
        visits.most = Math.max(visits.most, ++visits.now);
        return accounts.collectFacts(...asked).finally(() => visits.now--);
      },
    },
  });
  const rig = await createRig({ accounts: 300, ports: counting });

  const { events } = await rig.rollOut({ waves: [parseWaveName('canary'), parseWaveName('sandbox')] });

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(visits.most).toBe(50);
});
