/** Errors of the state, where Strongroom keeps its records. None of them says anything about an account. */
import { StrongroomError } from './error-codes';
import { managedBy, type StateInCharge } from './managing-state';

const restore = 'restore a backup into a new folder with `strongroom state restore FILE --state NEWFOLDER`';

export const stateErrors = {
  stateUnusable: (place: string, why: string, next: string, cause?: unknown) =>
    new StrongroomError(
      'StateUnusable',
      `cannot use the state in ${place}: ${why}`,
      { retriable: false, next },
      { cause },
    ),
  stateFull: (place: string, cause?: unknown) =>
    new StrongroomError(
      'StateFull',
      `the disk is full, so nothing more was recorded in ${place}`,
      {
        retriable: true,
        next: 'free disk space, then run the command again; `strongroom resume` continues a rollout',
      },
      { cause },
    ),
  stateBusy: (place: string, cause?: unknown) =>
    new StrongroomError(
      'StateBusy',
      `another process has locked the state in ${place} for too long`,
      { retriable: true, next: 'run the command again; if it persists, end the other strongroom process' },
      { cause },
    ),
  stateDamaged: (place: string, why: string, cause?: unknown) =>
    new StrongroomError(
      'StateDamaged',
      `the state in ${place} is damaged: ${why}`,
      { retriable: false, next: `${restore}; nothing was changed here` },
      { cause },
    ),
  /** Only the newest writes are missing, so a person may decide to continue without them. */
  stateBehind: (place: string, missing: number) =>
    new StrongroomError(
      'StateDamaged',
      `the state in ${place} is older than it was: the last ${missing} acknowledged write${missing === 1 ? ' is' : 's are'} missing`,
      {
        retriable: false,
        next: `${restore}; without a newer backup, continue with \`strongroom state check --accept-loss\``,
      },
    ),
  stateForeign: (place: string, why: string, next = 'specify another folder with --state') =>
    new StrongroomError('StateForeign', `${place} is not a state of this Strongroom: ${why}`, {
      retriable: false,
      next,
    }),
  damagedBackup: (file: string, cause: StrongroomError) =>
    new StrongroomError(
      'StateDamaged',
      `the backup ${file} is damaged, so nothing was restored`,
      { retriable: false, next: 'restore another backup' },
      { cause },
    ),
  managedElsewhere: (managing: StateInCharge) =>
    new StrongroomError('StateElsewhere', managedBy(managing), {
      retriable: false,
      next: 'specify that state with --state; if it is lost or no longer used, add --take-over-state and --reason',
    }),
  takeOverWithoutReason: () =>
    new StrongroomError('InvalidInput', '--take-over-state requires a reason', {
      retriable: false,
      next: 'add `--reason TEXT`; the log keeps it',
    }),
} as const;
