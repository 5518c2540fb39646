/** The people of the tests: some in simulated organizations, and callers as STS describes them. */
import type { Actor, CallerIdentity } from '../orchestrator/domain/model/actor';
import { parseCallerArn, parseCallerId } from '../orchestrator/domain/model/brand';

export const person = (name: string): Actor => ({ kind: 'simulated', name });

/** A session of the role Platform, as STS describes it. */
export const callerNamed = (session: string): CallerIdentity => ({
  arn: parseCallerArn(`arn:aws:sts::111122223333:assumed-role/Platform/${session}`),
  userId: parseCallerId(`AROAEXAMPLEPLATFORM01:${session}`),
});

export const awsActor = (session: string, note?: string): Actor => ({
  kind: 'aws',
  ...callerNamed(session),
  ...(note !== undefined && { note }),
});

/** What a simulated actor is called. The invariants compare names, since a record that is read again is another object. */
export const nameOf = (actor: Actor): string => ('name' in actor ? actor.name : actor.arn);
export const isSame = (one: Actor | undefined, other: Actor): boolean =>
  one !== undefined && one.kind === other.kind && nameOf(one) === nameOf(other);
