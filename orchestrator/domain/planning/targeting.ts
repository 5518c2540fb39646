/** Where every account of the organization belongs: in exactly one wave, or excluded; and always because of something a person can read. */

import { errors } from '../errors';
import type { AccountId, OuId, WaveName } from '../model/brand';
import type { DesiredState, ExceptionGrant, WaveSpec } from '../model/desired-state';
import { freezeNotes } from '../model/freeze';
import { type Account, displayOu, type OrgAccountState, type Organization, type OuNames } from '../model/organization';
import type { ExcludedAccount, ExclusionReason, Placed } from '../model/plan';
import { stableHash } from './stable-hash';

export interface Targeting {
  /** All waves of the config, in its order, also those that select nobody. Accounts in the order in which they are visited. */
  readonly waves: readonly { readonly name: WaveName; readonly accounts: readonly Placed[] }[];
  readonly excluded: readonly ExcludedAccount[];
  /** What is allowed but worth a word. */
  readonly notes: readonly string[];
}

type Place =
  | { readonly kind: 'wave'; readonly wave: number; readonly because: string }
  | { readonly kind: 'excluded'; readonly reason: ExclusionReason; readonly because: string };

/** Says where an account belongs, or nothing if it has no opinion. */
type Rule = (account: Account) => Place | undefined;

/** @param today its UTC date decides which exceptions have expired. */
export function target(organization: Organization, desiredState: DesiredState, today: Date): Targeting {
  const { ous } = organization;
  const day = today.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const waves = desiredState.waves.map((spec) => ({ spec, selects: selectorOf(spec, ous) }));
  // The first rule with an opinion decides.
  const rules: readonly Rule[] = [
    isManagement(organization.managementAccountId),
    isOutOfUse,
    isExcluded(desiredState.exclude, ous),
    isExempt(desiredState.exceptions, day),
    ...waves.map(({ spec, selects }, wave) => isInWave(spec, wave, selects)),
    isUnplaced(waves, ous),
  ];

  const members: Placed[][] = desiredState.waves.map(() => []);
  const excluded: ExcludedAccount[] = [];
  for (const account of organization.accounts) {
    const { id, name } = account;
    const place = firstOpinion(rules, account);
    const placed: Placed = { id, name, ou: displayOu(account, ous), because: place.because };
    if (place.kind === 'wave') members[place.wave]?.push(placed);
    else excluded.push({ ...placed, reason: place.reason });
  }
  const placedWaves = desiredState.waves.map(({ name }, wave) => ({
    name,
    accounts: inVisitingOrder(members[wave] ?? []),
  }));
  return {
    waves: placedWaves,
    excluded: excluded.toSorted((a, b) => byText(a.id, b.id)),
    notes: [
      ...placedWaves.filter((wave) => wave.accounts.length === 0).map((wave) => `wave ${wave.name} selects no account`),
      ...expiryNotes(desiredState.exceptions, day, organization),
      ...strangerNotes(desiredState, organization),
      ...freezeNotes(desiredState.freezes, today),
    ],
  };
}

/** Where one account has its place. */
export type Seat =
  | { readonly wave: WaveName; readonly placed: Placed }
  | { readonly wave?: undefined; readonly placed: ExcludedAccount };

/** Of every account that the organization lists. */
export const seatsOf = ({ waves, excluded }: Targeting): ReadonlyMap<AccountId, Seat> =>
  new Map([
    ...waves.flatMap(({ name: wave, accounts }) =>
      accounts.map((placed): [AccountId, Seat] => [placed.id, { wave, placed }]),
    ),
    ...excluded.map((placed): [AccountId, Seat] => [placed.id, { placed }]),
  ]);

function firstOpinion(rules: readonly Rule[], account: Account): Place {
  for (const rule of rules) {
    const place = rule(account);
    if (place !== undefined) return place;
  }
  throw errors.internal(`no targeting rule places account ${account.id}`);
}

const isManagement =
  (managementAccountId: AccountId): Rule =>
  ({ id }) =>
    id === managementAccountId
      ? excludedAs('managementAccount', 'the management account is never a target')
      : undefined;

const outOfUse: Readonly<Record<Exclude<OrgAccountState, 'ACTIVE'>, Place>> = {
  PENDING_ACTIVATION: excludedAs('pending', 'the account is not activated yet'),
  SUSPENDED: excludedAs('suspended', 'the account is suspended by AWS'),
  // It still works [aws-behavior 3.2], but what is deployed now would be closed with it, or fail halfway.
  PENDING_CLOSURE: excludedAs('suspended', 'the account is being closed'),
  CLOSED: excludedAs('suspended', 'the account is closed'),
};

const isOutOfUse: Rule = ({ state }) => (state === 'ACTIVE' ? undefined : outOfUse[state]);

function isExcluded(exclude: DesiredState['exclude'], ous: OuNames): Rule {
  const accounts = new Set(exclude.accounts);
  const within = ouFinder(exclude.ous, ous);
  return (account) => {
    if (accounts.has(account.id)) return excludedAs('excluded', 'named under exclude');
    const ou = within(account);
    return ou === undefined ? undefined : excludedAs('excluded', `OU ${ou} is excluded`);
  };
}

function isExempt(exceptions: readonly ExceptionGrant[], day: string): Rule {
  const grants = new Map(
    exceptions
      .filter((grant) => holdsOn(grant, day))
      // Of several, the one that holds longest speaks.
      .toSorted((a, b) => byText(a.expires, b.expires))
      .map((grant) => [grant.account, grant]),
  );
  return ({ id }) => {
    const grant = grants.get(id);
    if (grant === undefined) return undefined;
    return excludedAs('exempt', `${grant.reason} (owner ${grant.owner}, up to and including ${grant.expires})`);
  };
}

const isInWave =
  (spec: WaveSpec, wave: number, selects: Selector): Rule =>
  (account) => {
    const why = selects(account);
    if (why === undefined || !isInSlice(account, spec)) return undefined;
    return { kind: 'wave', wave, because: spec.percent < 100 ? `${why}, in ${sliceOf(spec)}` : why };
  };

/** An account that no wave selects is left alone, and told why: a wave that was meant to take it is the usual surprise. */
const isUnplaced =
  (waves: readonly { readonly spec: WaveSpec; readonly selects: Selector }[], ous: OuNames): Rule =>
  (account) => {
    const missed = waves.filter(({ selects }) => selects(account) !== undefined).map(({ spec }) => spec);
    const where = displayOu(account, ous);
    const because =
      missed.length > 0
        ? missed.map((spec) => `wave ${spec.name} takes only ${sliceOf(spec)}`).join('; ')
        : `no wave selects ${where === '' ? 'accounts directly in the root' : `OU ${where}`}`;
    return excludedAs('unplaced', because);
  };

/** Says which selector of a wave selects the account, before any percentage. */
type Selector = (account: Account) => string | undefined;

function selectorOf(spec: WaveSpec, ous: OuNames): Selector {
  const accounts = new Set(spec.accounts);
  const within = ouFinder(spec.ous, ous);
  const tags = Object.entries(spec.tags);
  return (account) => {
    if (accounts.has(account.id)) return 'named in the wave';
    const ou = within(account);
    if (ou !== undefined) return `OU ${ou}`;
    const tag = tags.find(([key, value]) => account.tags?.[key] === value);
    return tag && `tag ${tag[0]}=${tag[1]}`;
  };
}

/**
 * The first of the named OUs that the account is in, at any depth. An unresolved name must not pass for an OU without accounts: an
 * exclusion would silently not hold.
 */
function ouFinder(named: readonly string[], ous: OuNames): Selector {
  const ids = named.map((entry): OuId => {
    const id = ous.idOf.get(entry);
    if (id === undefined) throw errors.internal(`OU "${entry}" was not resolved before targeting`);
    return id;
  });
  return ({ ouIds }) => {
    const id = ids.find((candidate) => ouIds.includes(candidate));
    return id && (ous.pathOf.get(id) ?? id);
  };
}

/**
 * Every wave cuts by the same hash, so percentages are cumulative: 10 and then 20 of one OU is its first tenth and its second, and
 * a raised percentage only adds.
 */
const isInSlice = ({ id }: Account, spec: WaveSpec): boolean => stableHash(id) * 100 < spec.percent;
const sliceOf = (spec: WaveSpec): string => `the first ${spec.percent}% by stable hash`;

/** By hash, so that the first few of a slow start are spread over the wave, and a new account does not reorder the others. */
const inVisitingOrder = (accounts: readonly Placed[]): readonly Placed[] =>
  accounts
    .map((account) => ({ account, hash: stableHash(account.id) }))
    .sort((a, b) => a.hash - b.hash || byText(a.account.id, b.account.id))
    .map(({ account }) => account);

function expiryNotes(exceptions: readonly ExceptionGrant[], day: string, { accounts }: Organization): string[] {
  const known = new Set(accounts.map(({ id }) => id));
  const held = new Set(exceptions.filter((grant) => holdsOn(grant, day)).map(({ account }) => account));
  return exceptions
    .filter(({ account }) => known.has(account) && !held.has(account))
    .map(
      ({ account, owner, expires }) =>
        `the exception for account ${account} (owner ${owner}) expired after ${expires}: it is targeted like any other`,
    );
}

/** Explicit accounts that the organization does not have: a typing error, or an account that has left. */
function strangerNotes(desiredState: DesiredState, { accounts }: Organization): string[] {
  const known = new Set(accounts.map(({ id }) => id));
  const notesOn = (who: string, ids: readonly AccountId[]): string[] =>
    ids.filter((id) => !known.has(id)).map((id) => `${who} names account ${id}, which is not in the organization`);
  return [
    ...desiredState.waves.flatMap((wave) => notesOn(`wave ${wave.name}`, wave.accounts)),
    ...notesOn('exclude', desiredState.exclude.accounts),
    ...notesOn(
      'an exception',
      desiredState.exceptions.map(({ account }) => account),
    ),
  ];
}

const holdsOn = (grant: ExceptionGrant, day: string): boolean => day <= grant.expires;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function excludedAs(reason: ExclusionReason, because: string): Place {
  return { kind: 'excluded', reason, because };
}
