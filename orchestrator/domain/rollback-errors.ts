/** Errors about what a rollback returns to. */
import { type ErrorCode, type RetriableCode, StrongroomError } from './error-codes';

const final = (code: Exclude<ErrorCode, RetriableCode>, message: string, next: string) =>
  new StrongroomError(code, message, { retriable: false, next });

export const rollbackErrors = {
  notEnded: (rollout: string, doing: string) =>
    final(
      'NotWaiting',
      `rollout ${rollout} cannot be rolled back while it is in progress: ${doing}`,
      `end it with \`strongroom abort ${rollout}\`, then roll it back`,
    ),
  unknownRelease: (text: string, finished: readonly string[]) =>
    final(
      'UnknownRelease',
      `no wave of this rollout has finished release ${text}`,
      finished.length === 0 ? 'there is nothing to go back to' : `the releases are ${finished.join('; ')}`,
    ),
  ambiguousRelease: (text: string, matches: readonly string[]) =>
    final('UnknownRelease', `${text} is not one release`, `specify one of ${matches.join(', ')}`),
  nothingToRollBack: (what: string, next: string) => final('NothingToRollBack', what, next),
};
