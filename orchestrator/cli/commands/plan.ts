import type { Plan } from '../../domain/model/plan';
import type { RolloutRequest } from '../../domain/model/rollout';
import { costOf, prices } from '../../domain/planning/cost';
import { previewPlan } from '../../operations/start';
import { createPaint } from '../../presentation/paint';
import { clean, cleaned, json } from '../../presentation/text';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { accountIds, type CommonOptions, waveNames } from '../options';
import { costLines } from '../render/cost';
import { planLines } from '../render/plan';
import { openSession, type Session } from '../session';

/** Options that narrow a plan, as entered. */
export interface Selection {
  readonly wave?: readonly string[];
  readonly account?: readonly string[];
  readonly retryFailed?: boolean;
  readonly includeDrifted?: boolean;
}

export type Narrowing = Pick<RolloutRequest, 'waves' | 'accounts' | 'retryFailed' | 'includeDrifted'>;

export const narrowing = (
  { wave, account, retryFailed, includeDrifted }: Selection,
  { desiredState }: Session,
): Narrowing => ({
  ...(wave && { waves: waveNames(wave, desiredState) }),
  ...(account && { accounts: accountIds(account) }),
  ...(retryFailed && { retryFailed }),
  ...(includeDrifted && { includeDrifted }),
});

export async function plan(
  host: Host,
  common: CommonOptions,
  options: Selection & { readonly full?: boolean },
): Promise<ExitStatus> {
  const session = await openSession(host, common);
  try {
    const { ports, baseline, desiredState } = session;
    const request = narrowing(options, session);
    const { plan: made } = await session.run(() => previewPlan(ports, baseline, desiredState, request));
    const cost = costOf(desiredState, accountsIn(made));
    if (common.json) {
      for (const note of made.notes) host.io.err(`note: ${clean(note)}`);
      host.io.out(json({ ...planDocument(made), cost: { prices: prices.asOf, lines: cost } }, 2));
    } else {
      const paint = createPaint(host.io.colour);
      for (const line of [...planLines(cleaned(made), paint, options.full === true), ...costLines(cost, paint)])
        host.io.out(line);
    }
    return exitStatus.done;
  } finally {
    await session.close();
  }
}

const accountsIn = ({ waves }: Plan): number => waves.reduce((sum, { accounts }) => sum + accounts.length, 0);

/** The shape of `plan --json`, which is a contract. */
const planDocument = ({ release, waves, excluded }: Plan) => ({
  release,
  waves: waves.map(({ name, accounts }) => ({
    name,
    accounts: accounts.map(({ id, name, ou, because, change }) => ({ id, name, ou, because, change })),
  })),
  excluded: excluded.map(({ id, name, ou, reason, because }) => ({ id, name, ou, reason, because })),
});
