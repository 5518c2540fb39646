/** What a person does with a rollout that is there: go on, approve, reject, abort. */
import type { RolloutId } from '../../domain/brand';
import { errors } from '../../domain/errors';
import type { Answered, RolloutRecord } from '../../domain/rollout';
import { answer } from '../../handlers/ask-operator';
import { readRollout, refuseOtherOrganization } from '../../records';
import { abortRollout } from '../../rollouts';
import { type ExitStatus, exitStatus } from '../exit-status';
import { createFollower } from '../follow';
import type { Host } from '../host';
import { type CommonOptions, rolloutId } from '../options';
import { openSession, type Session } from '../session';
import { walk } from '../walk';

/** The word that each command gives to a rollout that asks. */
const wordOf = { approve: 'nextWave', reject: 'stop' } as const;

/** Goes on after a stop or a crash; of a wave that was held it is another try. A missing approval stays missing. */
export const resume = (host: Host, common: CommonOptions, id: string, reason: string | undefined) =>
  goOn(host, common, rolloutId(id), ({ status }) =>
    status.kind === 'asking' && status.question.about !== 'approval'
      ? { word: 'retry', by: host.user, reason: reason ?? 'tried again' }
      : undefined,
  );

export const approve = (host: Host, common: CommonOptions, id: string, reason: string) =>
  goOn(host, common, rolloutId(id), () => ({ word: wordOf.approve, by: host.user, reason }));

/** The rollout ends as it stands. That is what was asked for, so the command has done its work. */
export async function reject(host: Host, common: CommonOptions, id: string, reason: string): Promise<ExitStatus> {
  const status = await goOn(host, common, rolloutId(id), () => ({ word: wordOf.reject, by: host.user, reason }));
  return status === exitStatus.held ? exitStatus.done : status;
}

async function goOn(
  host: Host,
  common: CommonOptions,
  id: RolloutId,
  answerTo: (record: RolloutRecord) => Omit<Answered, 'at'> | undefined,
): Promise<ExitStatus> {
  let session = await openSession(host, common);
  try {
    const record = await findRollout(session, id);
    const given = answerTo(record);
    session = await session.forWriting();
    return await walk(host, session, {
      common,
      begin: async (engine, follower) => {
        follower.watch(engine.ports, id, record.events);
        if (given !== undefined) await answer(engine.ports, id, given);
        return engine.resume(id);
      },
    });
  } finally {
    await session.close();
  }
}

const findRollout = ({ ports, run }: Session, id: RolloutId): Promise<RolloutRecord> =>
  run(async () => {
    const { value: record } = await readRollout(ports, id);
    if (record.status.kind === 'finished') throw errors.rolloutEnded(id, record.status.outcome);
    await refuseOtherOrganization(ports, (await ports.directory.identity()).id);
    return record;
  });

export async function abort(host: Host, common: CommonOptions, text: string, reason: string): Promise<ExitStatus> {
  const id = rolloutId(text);
  let session = await openSession(host, common);
  try {
    const record = await findRollout(session, id);
    session = await session.forWriting();
    const { ports, run } = session;
    await run(async () => {
      const follower = createFollower(host, common);
      follower.watch(ports, id, record.events);
      await abortRollout(ports, id, host.user, reason);
      await follower.settle();
    });
    return exitStatus.done;
  } finally {
    await session.close();
  }
}
