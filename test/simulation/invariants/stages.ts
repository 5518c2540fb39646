/** What starting a stage means, and when one is over. */
import type { Invariant } from '../history';
import type { Attempts } from './attempts';
import { currentOf, minuteMs } from './common';

/** A stage that was started has started something. A retry under the ids of the previous attempt would silently do nothing. */
export const stagesStart = (): Invariant => {
  /** Operations since the last stage was started. */
  const begun = new Map<string, number>();
  return (moment, { events }) => {
    if (moment.kind === 'operation') begun.set(moment.by, (begun.get(moment.by) ?? 0) + 1);
    if (moment.kind !== 'rollout' || moment.after.lastStep?.state !== 'DeployStage') return undefined;
    const { before, after } = moment;
    if (before?.lastStep?.input.step === after.lastStep?.input.step) return undefined;
    const count = begun.get(after.id) ?? 0;
    begun.set(after.id, 0);
    const said = (events.get(after.id) ?? []).slice(before?.events ?? 0, after.events);
    const stage = said.find((event) => event.type === 'stageStarted');
    // Operations that AWS refused to start count as failures of their accounts.
    const isRefused = said.some(({ type }) => type === 'accountFailed');
    if (stage === undefined || stage.accounts === 0 || count > 0 || isRefused) return undefined;
    return `${after.id} says that stage ${stage.stage} of ${stage.wave} was started, and nothing was`;
  };
};

/** An account in an update has no release until the result is recorded, since the process may die before it records that. */
export const updatesClaimNothing: Invariant = (moment, { accounts }) => {
  if (moment.kind !== 'operation' || moment.request.kind !== 'update') return undefined;
  const claiming = moment.request.accounts.find((id) => accounts.get(id)?.release !== undefined);
  return (
    claiming &&
    `${moment.request.operationId} changes ${claiming}, which is recorded at ${accounts.get(claiming)?.release}`
  );
};

/** An operation that takes longer is not waited for: a person decides. */
const operationMs = 24 * 60 * minuteMs;

/** A stage is judged when its own operations have ended: the end of an operation of an earlier attempt or stage counts for nothing. */
export const stagesEnd =
  (attempts: Attempts): Invariant =>
  (moment, { isRunning }) => {
    if (moment.kind !== 'rollout' || moment.after.lastStep?.state !== 'JudgeStage') return undefined;
    const { before, after, at } = moment;
    if (before?.lastStep?.input.step === after.lastStep?.input.step) return undefined;
    const attempt = attempts.of(after.id);
    const stage = currentOf(before)?.stage;
    const open = attempt?.operations.find(
      (one) => one.stage === stage && at - one.at < operationMs && isRunning(one.request.operationId),
    );
    return open && `${after.id} has judged stage ${stage}, and ${open.request.operationId} is running`;
  };
