/** What the readers share. A reader returns undefined if there is nothing, and throws if it cannot read. */
import { messageOf } from '../../domain/errors';
import { absent, type Fact, read, unreadable } from '../../domain/health/facts';
import { outageInside } from '../../domain/model/outage';
import type { PolicyDocument } from '../../domain/policies/policy';

export async function asFact<T>(ask: () => Promise<T | undefined>): Promise<Fact<T>> {
  try {
    const found = await ask();
    return found === undefined ? absent : read(found);
  } catch (error) {
    return unreadable(messageOf(error), outageInside(error)?.fault);
  }
}

export function parseDocument(text: string | undefined): PolicyDocument {
  const value: unknown = JSON.parse(text ?? '');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`not a policy document: ${text?.slice(0, 100)}`);
  return { ...value };
}
