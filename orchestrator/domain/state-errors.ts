/** What can be wrong with the place of our own records. None of it says anything about an account. */
import { StrongroomError } from './error-codes';

const restore = 'restore a backup with `strongroom state restore FILE`';

export const stateErrors = {
  stateUnusable: (place: string, why: string, next: string, cause?: unknown) =>
    new StrongroomError(
      'StateUnusable',
      `cannot use the state ${place}: ${why}`,
      { retriable: false, next },
      { cause },
    ),
  stateFull: (place: string, cause?: unknown) =>
    new StrongroomError(
      'StateFull',
      `no room is left for the state ${place}, so nothing more was recorded`,
      {
        retriable: true,
        next: 'free some disk space, then run the same command again; a rollout goes on with `strongroom resume`',
      },
      { cause },
    ),
  stateBusy: (place: string, cause?: unknown) =>
    new StrongroomError(
      'StateBusy',
      `another process has been writing to the state ${place} for too long`,
      { retriable: true, next: 'run it again; if it persists, end the other strongroom process' },
      { cause },
    ),
  stateDamaged: (place: string, why: string, cause?: unknown) =>
    new StrongroomError(
      'StateDamaged',
      `the state ${place} is damaged: ${why}`,
      { retriable: false, next: `${restore} into a new folder; nothing was changed here` },
      { cause },
    ),
  /** Where the damage is only that the newest writes are gone, the rest can be worked with. */
  stateBehind: (place: string, missing: number) =>
    new StrongroomError(
      'StateDamaged',
      `the state ${place} has gone back in time: the last ${missing} of its acknowledged writes ${missing === 1 ? 'is' : 'are'} missing`,
      {
        retriable: false,
        next: `${restore} into a new folder; without one that is newer, go on with \`strongroom state check --accept-loss\``,
      },
    ),
  stateForeign: (place: string, why: string, next = 'name another folder with --state') =>
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
  managedElsewhere: ({ state, by, since }: { readonly state: string; readonly by: string; readonly since: string }) =>
    new StrongroomError('StateElsewhere', managedBy({ state, by, since }), {
      retriable: false,
      next: 'use that state with --state; if it is lost or given up, add --take-over-state and --reason',
    }),
  takeOverWithoutReason: () =>
    new StrongroomError('InvalidInput', 'a state is taken over without a reason', {
      retriable: false,
      next: 'say why with `--reason TEXT`: it is kept in the log',
    }),
} as const;

export const managedBy = (of: { readonly state: string; readonly by: string; readonly since: string }): string =>
  `another state, ${of.state}, manages this organization, since ${of.since} by ${of.by}`;
