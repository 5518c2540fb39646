/** When an account may be called healthy, and when ready for keys. */
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import type { WaveProgress } from '../../../orchestrator/domain/model/rollout';
import type { History, Invariant, Shown } from '../history';
import type { Intent } from '../intent';
import { currentOf, drawOf, isGreen, minuteMs } from './common';
import { badStates } from './reasons';
import { badSetting, wrongStack } from './releases';

interface Green {
  readonly release: string;
  readonly at: number;
}
type Visit = Extract<Shown, { readonly kind: 'visited' }>;

/** 5. Passed checks are counted here from the visits themselves. */
export const readyByProof = (): Invariant => {
  const seen = new Map<string, Visit>();
  const greenSince = new Map<string, Green>();
  return (moment, history) => {
    if (moment.kind === 'visited') seen.set(moment.account, moment);
    if (moment.kind !== 'account') return undefined;
    const { before, after, by } = moment;
    if (badStates.includes(after.state)) greenSince.delete(after.id);
    if (before?.checkedAt === after.checkedAt) return undefined;
    const wave = waveOf(after, history, by);
    if (wave === undefined) return undefined;
    if (!isGreen(after)) {
      greenSince.delete(after.id);
      return undefined;
    }
    const known = greenSince.get(after.id);
    const since = known?.release === wave.release ? known : { release: wave.release, at: moment.at };
    greenSince.set(after.id, since);

    const visit = seen.get(after.id);
    if (visit === undefined || visit.blinded) return `${after.id} is ${after.state} after a visit that saw nothing`;
    const intent = history.intentOf(wave.release);
    const open = intent && (badSetting(visit.facts, intent) ?? openStack(visit, intent, history));
    if (open !== undefined) return `${after.id} is ${after.state}, though ${open}`;
    if (after.state !== 'READY_FOR_KEYS' || before?.state === 'READY_FOR_KEYS') return undefined;
    return notReady(before, wave, since, moment.at, history);
  };
};

/** The wave whose release the visit was judged by: the one at work or, in a sweep, the last that changed the account. */
function waveOf(
  { wave: name, release }: AccountRecord,
  { rollouts }: History,
  by: string,
): Pick<WaveProgress, 'name' | 'release' | 'approvedBy'> | undefined {
  const record = rollouts.get(by);
  if (record !== undefined) return currentOf(record);
  const waves = [...rollouts.values()].flatMap((rollout) => rollout.waves.filter((wave) => wave.name === name));
  const last = waves.findLast((wave) => wave.release === release);
  return last && { ...last, approvedBy: waves.find(({ approvedBy }) => approvedBy)?.approvedBy };
}

function notReady(
  before: AccountRecord | undefined,
  { name, approvedBy }: Pick<WaveProgress, 'name' | 'approvedBy'>,
  since: Green,
  at: number,
  history: History,
): string | undefined {
  const { soakMinutes, approval } = drawOf(history, name);
  if (before?.state !== 'BASELINE_HEALTHY') return `ready for keys out of ${before?.state}`;
  if (soakMinutes === 0) return `ready for keys without a soak in wave ${name}`;
  if (at - since.at < soakMinutes * minuteMs)
    return `ready for keys ${(at - since.at) / minuteMs} minutes after its checks first passed`;
  return approval === 'manual' && approvedBy === undefined ? 'ready for keys, and nobody approved the wave' : undefined;
}

function openStack({ account, stacks }: Visit, { stacks: wanted }: Intent, history: History): string | undefined {
  if (history.isTampered(account)) return undefined;
  for (const stack of wanted)
    for (const region of stack.regions) {
      const wrong = wrongStack(account, stack, region, stacks, history);
      if (wrong !== undefined) return `it ${wrong}`;
    }
  return undefined;
}
