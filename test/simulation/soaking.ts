/** A wave with a soak is judged twice and has passed only the second time. Until then the next wave and its own accounts' keys wait. */
import type { Invariant } from './history';
import { isGreen } from './standing';

/** Retries can delay the write of a judgement. */
const writingMinutesMax = 3;

export const wavesSoak: Invariant = (moment, { accounts, events, planOf }) => {
  if (moment.kind !== 'rollout' || moment.after.lastStep?.state !== 'JudgeWave') return undefined;
  const { before, after } = moment;
  if (before?.lastStep?.input.step === after.lastStep?.input.step) return undefined;
  const wave = after.waves[after.wave];
  if (wave?.status.kind !== 'judged' || wave.status.verdict !== 'healthy') return undefined;
  const { soakMinutes } = wave.spec;
  if (soakMinutes === 0 || after.direction === 'back' || after.request.emergency === true) return undefined;

  // Accounts that have soaked with this release need not soak again.
  const members = planOf(after)?.waves.find(({ name }) => name === wave.name)?.accounts ?? [];
  const isFresh = members.some(({ id }) => {
    const account = accounts.get(id);
    return account !== undefined && isGreen(account) && account.soaked !== wave.release;
  });
  if (!isFresh) return undefined;
  const said = events.get(after.id) ?? [];
  const opened = said.findLastIndex((event) => event.type === 'waveOpened' && event.wave === wave.name);
  const first = said
    .slice(opened)
    .find((event) => event.type === 'waveJudged' && event.wave === wave.name && event.verdict === 'healthy');
  const minutes = (moment.at - Date.parse(first?.at ?? '')) / 60_000;
  return minutes >= soakMinutes - writingMinutesMax
    ? undefined
    : `wave ${wave.name} of ${after.id} has passed ${minutes} minutes after its first healthy judgement; its soak takes ${soakMinutes}`;
};
