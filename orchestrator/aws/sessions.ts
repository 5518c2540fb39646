/** Enters an account: assumes a role for one purpose and verifies the account before doing anything. */
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { errors, isStrongroomError, messageOf } from '../domain/errors';
import type { AccountId } from '../domain/model/brand';
import { partitionOf } from '../domain/model/partition';
import type { Visit } from '../ports/ports';
import { type Purpose, roleFor } from '../ports/purposes';
import type { Clients, Credentials } from './clients';
import { calling } from './failures';
import { sessionPolicy } from './session-policies';

export interface Session {
  readonly account: AccountId;
  readonly arn: string;
  readonly partition: string;
  /** The region for calls to global services. */
  readonly home: string;
  readonly clients: Pick<Clients, 'in'>;
}

export interface Sessions {
  /** @throws CannotEnterAccount, WrongIdentity. */
  readonly enter: (visit: Visit, purpose: Purpose) => Promise<Session>;
}

export interface SessionsOptions {
  readonly clients: Clients;
  /** The region of STS: tokens of a regional endpoint are valid in every region [doc:IAM/id_credentials_temp_enable-regions]. */
  readonly home: string;
  readonly now: () => Date;
}

/** The minimum of STS; role chaining would allow an hour [bc:sts:AssumeRole]. */
const durationSeconds = 900;
/** A visit that starts this close to expiry gets a new session, so that it does not outlive its credentials. */
const reserveMs = 180_000;
/** A shard has 100 accounts, and preflight, settings and facts follow one another. */
const keptMax = 300;
/** The limit of both RoleSessionName and SourceIdentity [bc:sts:AssumeRole]. */
const nameCharactersMax = 64;

export function createSessions({ clients, home, now }: SessionsOptions): Sessions {
  const kept = new Map<string, { readonly session: Promise<Session>; readonly until: number }>();

  return {
    enter: (visit, purpose) => {
      const key = JSON.stringify([visit.account, purpose, roleFor(visit, purpose), visit.externalId, visit.rollout]);
      const known = kept.get(key);
      if (known !== undefined && now().getTime() < known.until) return known.session;
      const session = open(visit, purpose, clients, home);
      kept.delete(key);
      for (const oldest of kept.keys()) {
        if (kept.size < keptMax) break;
        kept.delete(oldest);
      }
      kept.set(key, { session, until: now().getTime() + durationSeconds * 1_000 - reserveMs });
      session.catch(() => kept.get(key)?.session === session && kept.delete(key));
      return session;
    },
  };
}

async function open(visit: Visit, purpose: Purpose, clients: Clients, home: string): Promise<Session> {
  const partition = partitionOf(home).id;
  const credentials = await assume(visit, purpose, partition, clients.in(STSClient, home));
  const own = clients.as(credentials);
  const seen = await entering(visit, purpose, () =>
    calling('sts:GetCallerIdentity', () => own.in(STSClient, home).send(new GetCallerIdentityCommand({}))),
  );
  if (seen.Account !== visit.account) throw errors.wrongIdentity(visit.account, seen.Account ?? 'nobody');
  return { account: visit.account, arn: seen.Arn ?? '', partition, home, clients: own };
}

/** The session name, which CloudTrail records. */
export const sessionNameOf = ({ rollout }: Pick<Visit, 'rollout'>): string =>
  `baseline-${rollout}`.slice(0, nameCharactersMax);

async function assume(visit: Visit, purpose: Purpose, partition: string, sts: STSClient): Promise<Credentials> {
  // The trust policy allows source identities that start with "baseline-". With it, CloudTrail ties every call to the rollout.
  const name = sessionNameOf(visit);
  const { Credentials: given } = await entering(visit, purpose, () =>
    calling('sts:AssumeRole', () =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: `arn:${partition}:iam::${visit.account}:role/${roleFor(visit, purpose)}`,
          RoleSessionName: name,
          SourceIdentity: name,
          ExternalId: visit.externalId,
          DurationSeconds: durationSeconds,
          Policy: sessionPolicy(purpose),
        }),
      ),
    ),
  );
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
    throw errors.cannotEnterAccount(visit.account, roleFor(visit, purpose), 'sts:AssumeRole returned no credentials');
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
}

/** Retriable errors and errors of the caller's own network pass unchanged. All others are about this account. */
async function entering<T>(visit: Visit, purpose: Purpose, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isStrongroomError(error) && (error.code === 'AccessDenied' || error.code === 'AwsRefused'))
      throw errors.cannotEnterAccount(visit.account, roleFor(visit, purpose), messageOf(error), error);
    throw error;
  }
}
