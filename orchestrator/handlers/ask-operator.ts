/** Waits for a person. The answer is written to the rollout first and completes the token second, so that it cannot be lost. */

import { errors } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { Baton } from '../domain/model/execution-input';
import { questionNotice } from '../domain/model/notice';
import { type Answered, patienceSeconds, type Question, type RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { readQuestionTokens, readRollout, writeQuestionToken } from '../records/records';
import { withWave } from '../rollout/current-wave';
import { tellRisks } from '../rollout/keys-at-risk';
import { type Commit, change, currentTurn, refuseMovedOn } from '../rollout/step';
import { type TokenInput, wake } from './await-stage';

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
    // Ended by somebody else, there is nothing to wait for.
    if (record.status.kind === 'finished') throw errors.rolloutEnded(record.id, record.status.outcome);
    if (asksInVain(record)) {
      await answer(ports, record.id, nobodyIsAsked);
      return { asked: false };
    }
    const question = record.status.kind === 'asking' ? record.status.question : undefined;
    const notice = question && questionNotice(record, currentTurn(record), question);
    if (notice !== undefined) await ports.notifier.notify(notice);
    await tellRisks(ports, record);
    return { asked: true };
  };

/** A single account must not keep a person, nor be kept for one: what holds it is told, and a sweep tries again. Who paused it resumes it. */
const asksInVain = ({ status, request }: RolloutRecord): boolean =>
  request.newAccount === true && status.kind === 'asking' && status.question.about !== 'pause';

const nobodyIsAsked = {
  word: 'stop',
  by: 'strongroom',
  reason: 'nobody is asked about a single new account, a sweep tries it again on another day',
} as const;

/**
 * Gives a person's answer to a rollout that asks.
 * @param seen the turn at which the person saw it ask.
 * @throws NotWaiting if it does not ask, or does not ask for this; LateTurn if it has moved on since it was seen.
 */
export async function answer(
  ports: Pick<Ports, 'store' | 'clock' | 'callbacks'>,
  id: RolloutId,
  given: Omit<Answered, 'at'>,
  seen?: number,
): Promise<void> {
  const record = await change(ports, id, (current, now) => {
    refuseMovedOn(current, seen);
    return answered(current, given, now);
  });
  await handOn(ports, record);
}

/** Wakes the machine with what a person has said. Said again, it is heard once: the token is completed by the first. */
export async function handOn(ports: Pick<Ports, 'store' | 'callbacks'>, { id, played }: RolloutRecord): Promise<void> {
  if (played?.state !== 'AskOperator') return;
  for (const token of await readQuestionTokens(ports, id)) await wake(ports, token, played.baton);
}

/** The rollout with a person's answer to what it asks. */
export function answered(
  record: RolloutRecord,
  given: Omit<Answered, 'at'>,
  now: Date,
): Pick<Commit, 'record' | 'events'> {
  const { id, status, paused } = record;
  if (status.kind !== 'asking') throw errors.notWaiting(id, status.kind);
  const { question } = status;
  // Nothing is proved or asked for yet that a person could let pass.
  if (question.about === 'pause' && given.word === 'nextWave') throw errors.onlyResumes(id, paused?.by ?? 'somebody');
  const { word, by, reason } = given;
  if (word === 'nextWave' && question.expiresAt !== undefined && now > new Date(question.expiresAt))
    throw errors.approvalExpired(id, question.wave, question.expiresAt);
  const at = now.toISOString();
  const heard = withAnswer(record, question, { ...given, at });
  const baton: Baton = {
    rolloutId: id,
    turn: currentTurn(record) + 1,
    word,
    wave: question.wave,
    shards: [],
    until: at,
    patienceSeconds: patienceSeconds(heard.status, now),
  };
  return {
    record: { ...heard, played: { state: 'AskOperator', baton } },
    events: [
      ...(word === 'retry' && paused !== undefined ? [{ type: 'resumed', by, reason } as const] : []),
      { type: 'answered', wave: baton.wave, word, by, reason },
    ],
  };
}

/** `nextWave` to an approval opens the wave that asked; to a held wave it overrides its gate, under the person's name. */
function withAnswer(record: RolloutRecord, { about }: Question, answer: Answered): RolloutRecord {
  const { word, by, reason, at } = answer;
  const heard = { ...record, answers: [...record.answers, answer] };
  if (word === 'stop') return heard;
  const running: RolloutRecord = { ...heard, status: { kind: 'running', doing: `going on: ${word}` } };
  if (word === 'retry') return { ...running, paused: undefined };
  if (word !== 'nextWave') return running;
  return about === 'approval'
    ? withWave(running, { approvedBy: by, approvedAt: at })
    : withWave(running, { status: { kind: 'overridden', by, reason, at } });
}
