/** What the collectors share. Each returns undefined for "there is none" and throws for "could not be read". */
import { messageOf } from '../../domain/errors';
import { absent, type Fact, type PolicyDocument, read, unreadable } from '../../domain/health/facts';

/** @param ask false if the release has no check that needs the answer: then the question is not put. */
export async function asFact<T>(ask: false | (() => Promise<T | undefined>)): Promise<Fact<T>> {
  if (ask === false) return unreadable('not asked for');
  try {
    const found = await ask();
    return found === undefined ? absent : read(found);
  } catch (error) {
    return unreadable(messageOf(error));
  }
}

export function parseDocument(text: string | undefined): PolicyDocument {
  const value: unknown = JSON.parse(text ?? '');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`not a policy document: ${text?.slice(0, 100)}`);
  return { ...value };
}
