/** Turns the wave at work back to the last release that it finished; where there is none, says so and stops. */

import { staying } from '../domain/model/account-changes';
import { type AccountRecord, isOut } from '../domain/model/account-record';
import type { RolloutId } from '../domain/model/brand';
import { currentWave, withWave } from '../domain/model/current-wave';
import { type ExecutionInput, shardsOf } from '../domain/model/execution-input';
import type { Move } from '../domain/model/move';
import type { RolloutRecord } from '../domain/model/rollout';
import { idsOf } from '../domain/planning/work';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { loadRelease, saveDocument } from '../records/documents';
import { readFinishedWave } from '../records/waves';
import { changeAccount } from '../rollout/change-account';
import { planStages } from '../rollout/stage-plan';
import { type AssertCurrent, runStep } from '../rollout/step';
import { membersOf, recordsOf } from '../rollout/wave-accounts';

type RollBackPorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random'> & UsesStackSets<'describe' | 'instances'>;

export const rollBack = (ports: RollBackPorts) => (input: ExecutionInput) =>
  runStep(ports, 'RollBack', input, async (record, now, assertCurrent): Promise<Move<'RollBack'>> => {
    const wave = currentWave(record);
    const good = await readFinishedWave(ports, wave.name);
    // The StackSets are those of the whole wave.
    if (record.request.newAccount)
      return noWayBack(record, now, `wave ${wave.name} does not go back for one new account`);
    if (record.direction === 'back')
      return noWayBack(record, now, `wave ${wave.name} is on its way back to ${wave.release} already`);
    if (good === undefined || good.release === wave.release || wave.work === undefined)
      return noWayBack(record, now, `wave ${wave.name} has no earlier release to go back to`);

    const release = await loadRelease(ports, good.release);
    const members = await clearDeployFailures(
      ports,
      record.id,
      await recordsOf(ports, await membersOf(ports, record)),
      assertCurrent,
    );
    // Earlier attempts of this rollout have changed accounts too, so all that are elsewhere go back, and not only the last attempt's work.
    const elsewhere = members.filter((account) => account.release !== good.release && !isOut(account, record.id));
    // The way back is as careful as the way there: one account first.
    const { order, stages } = await planStages(ports, record, release, { strangers: [], own: elsewhere });
    return {
      // A release may hold settings alone, and whoever was elsewhere may have left: then no stack is to be changed.
      decision: stages.length === 0 ? 'verify' : 'go',
      record: {
        ...withWave(record, {
          release: good.release,
          work: await saveDocument(ports, 'accounts', idsOf(order)),
          // Stages are kept by attempt: those of the way back do not take the place of those of the way there.
          attempt: wave.attempt + 1,
          stages,
          stage: 0,
          round: 0,
          lost: members.length - members.filter((account) => !isOut(account, record.id)).length,
          firstHealthyAt: undefined,
          checksSince: now.toISOString(),
        }),
        direction: 'back',
        status: { kind: 'running', doing: 'rolling back' },
      },
      events: [{ type: 'rollingBack', wave: wave.name, to: good.release, ...staying(members, release) }],
      shards: shardsOf(wave.accounts),
    };
  });

function noWayBack(record: RolloutRecord, now: Date, why: string): Move<'RollBack'> {
  const because = [`${why}; its accounts stay as they are`];
  return {
    decision: 'finish',
    record: withWave(record, { status: { kind: 'judged', verdict: 'failed', because, at: now.toISOString() } }),
    events: [],
  };
}

/** A failed deployment is why we go back, and no reason to leave that account out; one that could not be entered, or stands between two waves, stays out. */
const clearDeployFailures = (
  ports: Pick<Ports, 'store'>,
  rollout: RolloutId,
  accounts: readonly Item<AccountRecord>[],
  assertCurrent: AssertCurrent,
): Promise<readonly AccountRecord[]> =>
  Promise.all(
    accounts.map((item) =>
      changeAccount(ports, rollout, item, (account) => withoutDeployFailures(account, rollout), assertCurrent),
    ),
  );

function withoutDeployFailures(account: AccountRecord, rollout: RolloutId): AccountRecord {
  const { work } = account;
  if (work?.rollout !== rollout) return account;
  const staying = work.failures.filter(({ at }) => at === 'preflight' || at === 'rehome');
  return { ...account, work: { rollout, failures: staying, formerly: work.failures } };
}
