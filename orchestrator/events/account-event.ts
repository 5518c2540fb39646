/**
 * Parses an event of Organizations or Control Tower about an account. Events come from CloudTrail, as best effort, under two detail-types, and
 * not every field is documented [aws-behavior 3.4]. So an event that is not understood is ignored with the reason, and no input throws. A
 * sweep discovers what is missed.
 */

import { type AccountId, parseAccountId } from '../domain/model/brand';
import { sha256 } from '../records/documents';

export type AccountEvent =
  | { readonly kind: 'appeared'; readonly account: AccountId }
  /** `move` distinguishes moves: an account may go to the same place twice. */
  | { readonly kind: 'moved'; readonly account: AccountId; readonly move: string }
  | { readonly kind: 'closed' | 'left'; readonly account: AccountId }
  | { readonly kind: 'ignored'; readonly because: string };

const sources = ['aws.organizations', 'aws.controltower'];
const detailTypes = ['AWS Service Event via CloudTrail', 'AWS API Call via CloudTrail'];

type Path = readonly string[];

interface Reading {
  readonly says: 'appeared' | 'moved' | 'closed' | 'left';
  /** Where the account's id may be; the first that is there counts. */
  readonly account: readonly Path[];
  /** Where the outcome is, if the event has one: SUCCEEDED, or absent, counts. */
  readonly state?: Path;
}

const statusIn = (name: string): Path => ['serviceEventDetails', name];
const result = (says: Reading['says'], status: string): Reading => ({
  says,
  account: [[...statusIn(status), 'accountId']],
  state: [...statusIn(status), 'state'],
});
/** A retry of Control Tower to create an account is announced as an update, and so is a move [doc:controltower/lifecycle-events]. */
const managed = (says: Reading['says'], status: string): Reading => ({
  says,
  account: [[...statusIn(status), 'account', 'accountId']],
  state: [...statusIn(status), 'state'],
});

/** It is not documented where these have the id, so every place that other events use is tried. */
const undocumented = (says: Reading['says'], name: string): Reading => ({
  says,
  account: [
    ['serviceEventDetails', 'accountId'],
    ['serviceEventDetails', 'account', 'accountId'],
    ['serviceEventDetails', name, 'accountId'],
    ['requestParameters', 'accountId'],
    ['responseElements', 'accountId'],
  ],
});

const readings: Readonly<Record<string, Reading>> = {
  CreateAccountResult: result('appeared', 'createAccountStatus'),
  CloseAccountResult: result('closed', 'closeAccountStatus'),
  CreateManagedAccount: managed('appeared', 'createManagedAccountStatus'),
  UpdateManagedAccount: managed('moved', 'updateManagedAccountStatus'),
  MoveAccount: { says: 'moved', account: [['requestParameters', 'accountId']] },
  // The party that accepts is the account itself [bc:organizations:HandshakeParty].
  AcceptHandshake: {
    says: 'appeared',
    account: [
      ['responseElements', 'handshake', 'parties'],
      ['userIdentity', 'accountId'],
    ],
  },
  AccountJoinedOrganization: undocumented('appeared', 'accountJoinedOrganization'),
  // It does not matter whether it left by itself or was removed.
  AccountDepartedOrganization: undocumented('left', 'accountDepartedOrganization'),
};

export function parseAccountEvent(raw: unknown): AccountEvent {
  const [source, detailType, name] = [['source'], ['detail-type'], ['detail', 'eventName']].map((path) =>
    at(raw, path),
  );
  if (typeof source !== 'string' || !sources.includes(source))
    return ignored(`source ${shown(source)} is not listened to`);
  if (typeof detailType !== 'string' || !detailTypes.includes(detailType))
    return ignored(`detail-type ${shown(detailType)} is not listened to`);
  if (typeof name !== 'string' || !Object.hasOwn(readings, name))
    return ignored(`event ${shown(name)} is not listened to`);
  const reading = readings[name];
  return reading === undefined ? ignored(`event ${shown(name)} is not listened to`) : read(raw, name, reading);
}

function read(raw: unknown, name: string, { says, account: places, state: outcome }: Reading): AccountEvent {
  const detail = at(raw, ['detail']);
  const error = at(detail, ['errorCode']);
  if (error !== undefined && error !== null) return ignored(`${name} failed with ${shown(error)}`);
  const state = outcome && at(detail, outcome);
  if (state !== undefined && state !== 'SUCCEEDED') return ignored(`${name} ended as ${shown(state)}`);
  const action = at(detail, ['responseElements', 'handshake', 'action']);
  if (action !== undefined && action !== 'INVITE') return ignored(`${name} is about ${shown(action)}`);

  const found = places.map((place) => accountIn(at(detail, place))).find((id) => id !== undefined && id !== null);
  if (typeof found !== 'string' || !parseAccountId.form.test(found))
    return ignored(`${name} names no account, but ${shown(found)}`);
  const account = parseAccountId(found);
  return says === 'moved' ? { kind: says, account, move: moveOf(raw) } : { kind: says, account };
}

/** The account among the parties of a handshake. */
const accountIn = (found: unknown): unknown =>
  Array.isArray(found)
    ? at(
        found.find((party) => at(party, ['type']) === 'ACCOUNT'),
        ['id'],
      )
    : found;

/** CloudTrail's own id of the event is the same in every delivery; where it is missing, time and destination are all there is. */
function moveOf(raw: unknown): string {
  const detail = at(raw, ['detail']);
  const id = at(detail, ['eventID']) ?? at(raw, ['id']);
  const time = at(detail, ['eventTime']) ?? at(raw, ['time']);
  const destination = at(detail, ['requestParameters', 'destinationParentId']);
  return sha256((typeof id === 'string' ? [id] : [time, destination]).map(shown).join(' ')).slice(0, 12);
}

const ignored = (because: string): AccountEvent => ({ kind: 'ignored', because });

/** Own properties only, nothing inherited. */
function at(value: unknown, path: Path): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[name];
  }
  return here;
}

const shownMax = 80;
/** Only the kind of a value that is no text: it may be nested deeper than a stack can follow. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value !== 'string') return typeof value === 'object' ? 'an object' : String(value);
  return value.length > shownMax ? `"${value.slice(0, shownMax)}…"` : `"${value}"`;
}
