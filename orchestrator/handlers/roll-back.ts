/** Turns the wave at work back to the last release that it finished; where there is none, says so and stops. */

import { loadRelease } from '../documents';
import type { AccountRecord } from '../domain/account-record';
import { type Baton, shardsOf } from '../domain/baton';
import type { RolloutId } from '../domain/brand';
import { stagesOf } from '../domain/stages';
import type { Item, Ports } from '../ports/ports';
import { readFinishedWave } from '../records';
import { changeAccount } from './account-work';
import { type Move, playTurn } from './turn';
import { recordsOf, waveAtWork, withWave, workOf } from './wave-at-work';

type RollBackPorts = Pick<Ports, 'store' | 'clock' | 'artifacts'>;

export const rollBack = (ports: RollBackPorts) => (baton: Baton) =>
  playTurn(ports, 'RollBack', baton, async (record, now): Promise<Move<'RollBack'>> => {
    const wave = waveAtWork(record);
    const good = await readFinishedWave(ports, wave.name);
    if (good === undefined || good.release === wave.release || wave.work === undefined) {
      const because = [`wave ${wave.name} has no earlier release to go back to; its accounts stay as they are`];
      return {
        word: 'finish',
        record: withWave(record, { status: { kind: 'judged', verdict: 'failed', because, at: now.toISOString() } }),
        events: [],
      };
    }
    const work = await workOf(ports, record);
    await clearDeployFailures(ports, record.id, await recordsOf(ports, work));
    const release = await loadRelease(ports, good.release);
    // The way back is as careful as the way there: one account first.
    const stages = stagesOf(release.modules, work.length, wave.spec);
    return {
      word: 'go',
      record: {
        ...withWave(record, {
          release: good.release,
          stages,
          stage: 0,
          round: 0,
          lost: 0,
          provedAt: undefined,
          proofSince: now.toISOString(),
        }),
        direction: 'back',
        status: { kind: 'running', doing: 'rolling back' },
      },
      events: [{ type: 'rollingBack', wave: wave.name, to: good.release }],
      shards: shardsOf(wave.accounts),
    };
  });

/** A failed deployment is why we go back, and no reason to leave that account out; one that could not be entered stays out. */
const clearDeployFailures = (
  ports: Pick<Ports, 'store'>,
  rollout: RolloutId,
  accounts: readonly Item<AccountRecord>[],
) =>
  Promise.all(
    accounts.map((item) =>
      changeAccount(ports, rollout, item, (account) => {
        if (account.work?.rollout !== rollout) return account;
        return {
          ...account,
          work: { rollout, failures: account.work.failures.filter(({ at }) => at === 'preflight') },
        };
      }),
    ),
  );
