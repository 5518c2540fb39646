/** What the log says of each attempt at a wave: when it opened, what it has started, and in which accounts that has failed. */
import type { AccountId } from '../../../orchestrator/domain/model/brand';
import type { RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import type { OperationRequest } from '../../../orchestrator/ports/ports';
import type { History, Moment } from '../history';
import { currentOf } from './common';

export interface Attempt {
  readonly rollout: string;
  readonly wave: string;
  readonly number: number;
  readonly openedAt: number;
  /** With the stage that has started them. */
  readonly operations: { readonly request: OperationRequest; readonly stage: number; readonly at: number }[];
  /** Accounts in which an instance has failed, or was skipped. */
  readonly failed: Set<AccountId>;
  /** Accounts that have refused the rollout, or are closed in part, and have not let it in since. */
  readonly refused: Map<AccountId, string>;
}

export interface Attempts {
  readonly take: (moment: Moment, history: History) => void;
  /** The attempt at the wave in which the rollout is. */
  readonly of: (rollout: string) => Attempt | undefined;
  /** The attempt that has started an operation. */
  readonly ofOperation: (operationId: string) => Attempt | undefined;
}

const beforeStages = ['accounts.preflight', 'accounts.ensureLinkedRoles'];

export function createAttempts(): Attempts {
  const current = new Map<string, Attempt>();
  const byOperation = new Map<string, Attempt>();

  const opened = (before: RolloutRecord | undefined, after: RolloutRecord, at: number): void => {
    const wave = currentOf(after);
    if (wave === undefined || (currentOf(before)?.name === wave.name && currentOf(before)?.attempt === wave.attempt))
      return;
    const known = current.get(after.id);
    // A rollback does not enter the accounts again: what the attempt before it has found there still counts.
    const isSameWave = known?.wave === wave.name && after.direction === 'back' && before?.direction === 'forward';
    const refused = isSameWave ? known.refused : new Map<AccountId, string>();
    current.set(after.id, {
      rollout: after.id,
      wave: wave.name,
      number: wave.attempt,
      openedAt: at,
      operations: [],
      failed: new Set(),
      refused,
    });
  };

  return {
    of: (rollout) => current.get(rollout),
    ofOperation: (operationId) => byOperation.get(operationId),
    take: (moment, { rollouts }) => {
      switch (moment.kind) {
        case 'rollout':
          return opened(moment.before, moment.after, moment.at);
        case 'operation': {
          const attempt = current.get(moment.by);
          const stage = currentOf(rollouts.get(moment.by))?.stage;
          if (attempt === undefined || stage === undefined) return;
          attempt.operations.push({ request: moment.request, stage, at: moment.at });
          byOperation.set(moment.request.operationId, attempt);
          return;
        }
        case 'instanceEnded':
          if (moment.outcome !== 'SUCCEEDED') byOperation.get(moment.operationId)?.failed.add(moment.account);
          return;
        case 'refused':
          // What is refused later holds up no stage of this attempt.
          if (beforeStages.includes(moment.api)) current.get(moment.by)?.refused.set(moment.account, moment.why);
          return;
        case 'preflighted': {
          const refused = current.get(moment.by)?.refused;
          if (moment.closed.length > 0) refused?.set(moment.account, `closed in ${moment.closed.join(' ')}`);
          else refused?.delete(moment.account);
        }
      }
    },
  };
}
