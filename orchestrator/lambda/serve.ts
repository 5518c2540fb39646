/** Wraps the handler of every function: creates it at the first call and logs one line of JSON per call. */
import { isStrongroomError, messageOf } from '../domain/errors';

/**
 * Creates nothing at import, so a cold start only reads the bundle. With JSON logging, Lambda's runtime puts the logged value under `message`:
 * an object stays an object, whereas JSON text would stay text, in which the metric filters find no fields [doc:lambda/nodejs-logging].
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
      // Retry and Catch of the state machine match the name of the error.
      throw error;
    }
  };
}

/** Logs a fault that is hidden from the caller. */
export const noteFault =
  (task: string) =>
  (error: unknown): void =>
    console.error({ task, error: 'Unexpected', because: messageOf(error) });

/** Fields of inputs and outputs that identify the rollout of a log line. They say nothing about accounts and are never secret. */
const loggedFields = [
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
  return Object.fromEntries(Object.entries(input).filter(([name]) => loggedFields.some((field) => field === name)));
}
