/** Waits for a person. The answer is written to the rollout first and completes the token second, so that it cannot be lost. */
import type { Baton } from '../domain/baton';
import type { RolloutId } from '../domain/brand';
import { errors } from '../domain/errors';
import type { Answered, RolloutRecord } from '../domain/rollout';
import type { Ports } from '../ports/ports';
import { readQuestionToken, readRollout, writeQuestionToken } from '../records';
import { type TokenInput, wake } from './await-stage';
import { commit, currentTurn } from './turn';
import { withWave } from './wave-at-work';

type AskPorts = Pick<Ports, 'store' | 'callbacks' | 'clock' | 'notifier'>;

export const askOperator =
  (ports: AskPorts) =>
  async ({ baton, token }: TokenInput) => {
    await writeQuestionToken(ports, baton.rolloutId, token);
    const { value: record } = await readRollout(ports, baton.rolloutId);
    // Answered already, perhaps while nothing was running: the answer is handed on.
    if (record.played?.state === 'AskOperator' && baton.turn === currentTurn(record) - 1) {
      await wake(ports, token, record.played.baton);
      return { asked: false };
    }
    if (record.status.kind === 'asking') await ports.notifier.notify(noticeOf(record, record.status.question.because));
    return { asked: true };
  };

const noticeOf = (record: RolloutRecord, because: readonly string[]) => ({
  key: `${record.id}/asked/${currentTurn(record)}`,
  subject: `strongroom: rollout ${record.id} waits for a person`,
  text: because.join('\n'),
});

/**
 * Gives a person's answer to a rollout that asks.
 * @throws NotWaiting if it does not ask.
 */
export async function answer(
  ports: Pick<Ports, 'store' | 'clock' | 'callbacks'>,
  id: RolloutId,
  given: Omit<Answered, 'at'>,
): Promise<void> {
  const { value: record, version } = await readRollout(ports, id);
  if (record.status.kind !== 'asking') throw errors.notWaiting(id, record.status.kind);
  const now = ports.clock.now();
  const answered: Answered = { ...given, at: now.toISOString() };
  const baton: Baton = {
    rolloutId: id,
    turn: currentTurn(record) + 1,
    word: given.word,
    wave: record.status.question.wave,
    shards: [],
    until: now.toISOString(),
  };
  await commit(ports, {
    record: { ...withAnswer(record, answered), played: { state: 'AskOperator', baton } },
    version,
    events: [{ type: 'answered', wave: baton.wave, word: given.word, by: given.by, reason: given.reason }],
  });
  const token = await readQuestionToken(ports, id);
  if (token !== undefined) await wake(ports, token, baton);
}

/** `nextWave` to an approval opens the wave that asked; to a held wave it overrides its gate, under the person's name. */
function withAnswer(record: RolloutRecord, answered: Answered): RolloutRecord {
  const heard = { ...record, answers: [...record.answers, answered] };
  if (record.status.kind !== 'asking') return heard;
  if (answered.word === 'stop') return heard;
  const running: RolloutRecord = { ...heard, status: { kind: 'running', doing: `going on: ${answered.word}` } };
  if (answered.word !== 'nextWave') return running;
  const { by, reason, at } = answered;
  return record.status.question.about === 'approval'
    ? withWave(running, { approvedBy: by })
    : withWave(running, { status: { kind: 'overridden', by, reason, at } });
}
