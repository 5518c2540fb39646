/** Places every account of the organization in exactly one wave or excludes it, always with a reason that a person can read. */

import { errors } from '../errors';
import type { AccountId, OuId, WaveName } from '../model/brand';
import type { DesiredState, ExceptionGrant, WaveSpec } from '../model/desired-state';
import { freezeNotes } from '../model/freeze';
import { type Account, displayOu, type OrgAccountState, type Organization, type OuNames } from '../model/organization';
import { partitionOf } from '../model/partition';
import type { ExcludedAccount, ExclusionReason, Placed } from '../model/plan';
import { stableHash } from './stable-hash';

export interface Targeting {
  /** All waves in the order of the config, including empty ones. Accounts are in the order in which they are visited. */
  readonly waves: readonly { readonly name: WaveName; readonly accounts: readonly Placed[] }[];
  readonly excluded: readonly ExcludedAccount[];
  /** Points to notice. */
  readonly notes: readonly string[];
}

type Place =
  | { readonly kind: 'wave'; readonly wave: number; readonly because: string }
  | { readonly kind: 'excluded'; readonly reason: ExclusionReason; readonly because: string };

/** Returns the place of an account, or undefined if the rule does not apply. */
type Rule = (account: Account) => Place | undefined;

/** @param today the UTC date decides which exceptions have expired. */
export function target(organization: Organization, desiredState: DesiredState, today: Date): Targeting {
  const { ous } = organization;
  const day = today.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const waves = desiredState.waves.map((spec) => ({ spec, selects: selectorOf(spec, ous) }));
  // The first rule that applies decides.
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
    const place = firstPlace(rules, account);
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
      ...partitionNotes(desiredState),
      ...placedWaves.filter((wave) => wave.accounts.length === 0).map((wave) => `wave ${wave.name} selects no account`),
      ...expiryNotes(desiredState.exceptions, day, organization),
      ...strangerNotes(desiredState, organization),
      ...freezeNotes(desiredState.freezes, today),
    ],
  };
}

/** The place of one account. */
export type Seat =
  | { readonly wave: WaveName; readonly placed: Placed }
  | { readonly wave?: undefined; readonly placed: ExcludedAccount };

/** Places of all accounts of the organization. */
export const seatsOf = ({ waves, excluded }: Targeting): ReadonlyMap<AccountId, Seat> =>
  new Map([
    ...waves.flatMap(({ name: wave, accounts }) =>
      accounts.map((placed): [AccountId, Seat] => [placed.id, { wave, placed }]),
    ),
    ...excluded.map((placed): [AccountId, Seat] => [placed.id, { placed }]),
  ]);

function firstPlace(rules: readonly Rule[], account: Account): Place {
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
  // The account still works [aws-behavior 3.2], but a deployment would be closed with it or fail halfway.
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
      // If there are several, the one that lasts longest applies.
      .toSorted((a, b) => byText(a.expires, b.expires))
      .map((grant) => [grant.account, grant]),
  );
  return ({ id }) => {
    const grant = grants.get(id);
    if (grant === undefined) return undefined;
    return excludedAs('exempt', `${grant.reason} (owner ${grant.owner}, expires after ${grant.expires})`);
  };
}

const isInWave =
  (spec: WaveSpec, wave: number, selects: Selector): Rule =>
  (account) => {
    const why = selects(account);
    if (why === undefined || !isInSlice(account, spec)) return undefined;
    return { kind: 'wave', wave, because: spec.percent < 100 ? `${why}, in ${sliceOf(spec)}` : why };
  };

/** An account that no wave selects is excluded. The reason names waves that select it but whose percentage does not include it. */
const isUnplaced =
  (waves: readonly { readonly spec: WaveSpec; readonly selects: Selector }[], ous: OuNames): Rule =>
  (account) => {
    const missed = waves.filter(({ selects }) => selects(account) !== undefined).map(({ spec }) => spec);
    const where = displayOu(account, ous);
    const because =
      missed.length > 0
        ? missed.map((spec) => `wave ${spec.name} includes only ${sliceOf(spec)}`).join('; ')
        : `no wave selects ${where === '' ? 'accounts directly in the root' : `OU ${where}`}`;
    return excludedAs('unplaced', because);
  };

/** Returns which selector of a wave selects the account, before any percentage. */
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
 * The first of the named OUs that contains the account, at any depth. An unresolved name must not count as an OU without accounts,
 * because an exclusion would silently not apply.
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
 * All waves use the same hash, so percentages are cumulative: 10 and then 20 of one OU are its first and its second tenth, and a higher
 * percentage only adds accounts.
 */
const isInSlice = ({ id }: Account, spec: WaveSpec): boolean => stableHash(id) * 100 < spec.percent;
const sliceOf = (spec: WaveSpec): string => `the first ${spec.percent}% by stable hash`;

/** Ordered by hash, so that a slow start begins with accounts from all over the wave, and a new account does not reorder the others. */
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
        `the exception for account ${account} (owner ${owner}) expired after ${expires}; the account is targeted again`,
    );
}

/** Accounts in the config that are not in the organization: a typing error, or an account that has left. */
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

const partitionNotes = ({ regions }: DesiredState): readonly string[] => {
  const { id, lacks } = partitionOf(regions.home);
  return lacks.map(({ what, so }) => `partition ${id} does not have ${what}: ${so}`);
};
