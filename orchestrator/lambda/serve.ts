/** What every function has around its handler: made at the first call and kept, one line of JSON in the log for each call. */
import { isStrongroomError, messageOf } from '../domain/errors';

/**
 * Nothing is made at import, so that a cold start pays only for reading the bundle. Lambda's runtime, told to log JSON, puts what it is
 * given under `message`: an object stays one, and text of JSON would be text there, in which the stack's metric filters find no field
 * [doc:lambda/nodejs-logging].
 */
// @__NO_SIDE_EFFECTS__
export function serve<I, O>(task: string, make: () => (input: I) => Promise<O>): (input: I) => Promise<O> {
  let handler: ((input: I) => Promise<O>) | undefined;
  return async (input) => {
    const startedAt = performance.now();
    const spent = (): number => Math.round(performance.now() - startedAt);
    try {
      handler ??= make();
      const output = await handler(input);
      console.info({ task, ...fieldsOf(input), ...fieldsOf(output), milliseconds: spent() });
      return output;
    } catch (error) {
      const code = isStrongroomError(error) ? error.code : 'Unexpected';
      console.error({ task, ...fieldsOf(input), error: code, because: messageOf(error), milliseconds: spent() });
      // Its name is what Retry and Catch of the state machine match.
      throw error;
    }
  };
}

/** A fault that whoever asked is told nothing of. */
export const noteFault =
  (task: string) =>
  (error: unknown): void =>
    console.error({ task, error: 'Unexpected', because: messageOf(error) });

/** What travels anyway, and says which rollout the line is about; nothing of accounts, nothing that could be secret. */
const spoken = [
  'rolloutId',
  'step',
  'decision',
  'wave',
  'shard',
  'outcome',
  'visited',
  'keysAtRisk',
  'statusCode',
] as const;

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return {};
  const input = 'input' in value && typeof value.input === 'object' && value.input !== null ? value.input : value;
  return Object.fromEntries(Object.entries(input).filter(([name]) => spoken.some((decision) => decision === name)));
}
