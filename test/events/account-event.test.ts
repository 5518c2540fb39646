import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseAccountEvent } from '../../orchestrator/events/account-event';

type Json = Readonly<Record<string, unknown>> & { readonly detail: Readonly<Record<string, unknown>> };
const sample = (name: string): Json =>
  JSON.parse(readFileSync(join(__dirname, '..', 'scenarios', 'account-events', `${name}.json`), 'utf8'));
const account = '210987654321';

describe('an event as it is documented', () => {
  test.each([
    { name: 'create-account-result', says: { kind: 'appeared', account } },
    { name: 'accept-handshake', says: { kind: 'appeared', account } },
    { name: 'account-joined-organization', says: { kind: 'appeared', account } },
    { name: 'create-managed-account', says: { kind: 'appeared', account } },
    { name: 'update-managed-account', says: { kind: 'moved', account } },
    { name: 'move-account', says: { kind: 'moved', account } },
    { name: 'close-account-result', says: { kind: 'closed', account } },
    { name: 'account-departed-organization', says: { kind: 'left', account } },
    { name: 'create-account-result-failed', says: { because: 'CreateAccountResult ended as "FAILED"' } },
    { name: 'move-account-denied', says: { because: 'MoveAccount failed with "AccessDenied"' } },
  ])('$name says $says', ({ name, says }) => {
    expect(parseAccountEvent(sample(name))).toMatchObject(says);
  });

  test.each([
    'create-account-result',
    'accept-handshake',
    'account-joined-organization',
    'account-departed-organization',
    'create-managed-account',
    'move-account',
    'close-account-result',
  ])('%s is understood under either detail-type', (name) => {
    const event = sample(name);

    for (const type of ['AWS Service Event via CloudTrail', 'AWS API Call via CloudTrail'])
      expect(parseAccountEvent({ ...event, 'detail-type': type })).toEqual(parseAccountEvent(event));
  });
});

describe('fields that are missing', () => {
  const joined = sample('account-joined-organization');
  const move = sample('move-account');
  test.each([
    { where: 'requestParameters', detail: { requestParameters: { accountId: account } } },
    { where: 'responseElements', detail: { responseElements: { accountId: account } } },
    { where: 'the account', detail: { serviceEventDetails: { account: { accountId: account } } } },
    { where: 'the event', detail: { serviceEventDetails: { accountJoinedOrganization: { accountId: account } } } },
  ])('an account that joined is found in $where too', ({ detail }) => {
    const event = { ...joined, detail: { eventName: 'AccountJoinedOrganization', ...detail } };

    expect(parseAccountEvent(event)).toEqual({ kind: 'appeared', account });
  });

  test('an account that accepted an invitation is known by who called, where the answer is missing', () => {
    const { responseElements: _missing, ...detail } = sample('accept-handshake').detail;

    expect(parseAccountEvent({ ...joined, detail })).toEqual({ kind: 'appeared', account });
  });

  test('a result without a state counts, since a failure says so', () => {
    const detail = {
      eventName: 'CloseAccountResult',
      serviceEventDetails: { closeAccountStatus: { accountId: account } },
    };

    expect(parseAccountEvent({ ...joined, detail })).toEqual({ kind: 'closed', account });
  });

  test('a move is distinguished from the next by its id in CloudTrail, by that of the delivery, or by time and place', () => {
    const { eventID: _id, ...nameless } = move.detail;
    const moves = [
      move,
      { ...move, detail: { ...move.detail, eventID: 'another' } },
      { ...move, detail: nameless },
      { ...move, id: undefined, detail: nameless },
      { ...move, id: undefined, detail: { ...nameless, eventTime: '2026-11-23T00:00:00Z' } },
    ].map((event) => parseAccountEvent(event));

    expect(new Set(moves.map((said) => (said.kind === 'moved' ? said.move : said.kind))).size).toBe(moves.length);
    expect(parseAccountEvent({ ...move, id: 'delivered again' })).toEqual(moves[0]);
  });
});

describe('what is not understood is ignored, and why', () => {
  const event = sample('move-account');
  test.each([
    { raw: undefined, because: 'source nothing is not listened to' },
    { raw: 'MoveAccount', because: 'source nothing is not listened to' },
    { raw: [event], because: 'source nothing is not listened to' },
    { raw: { ...event, source: 'aws.ec2' }, because: 'source "aws.ec2" is not listened to' },
    { raw: { ...event, source: { $ne: '' } }, because: 'source an object is not listened to' },
    {
      raw: { ...event, 'detail-type': 'Scheduled Event' },
      because: 'detail-type "Scheduled Event" is not listened to',
    },
    { raw: { ...event, detail: null }, because: 'event nothing is not listened to' },
    { raw: { ...event, detail: { eventName: 'TagResource' } }, because: 'event "TagResource" is not listened to' },
    { raw: { ...event, detail: { eventName: 'constructor' } }, because: 'event "constructor" is not listened to' },
    { raw: { ...event, detail: { eventName: 'MoveAccount' } }, because: 'MoveAccount names no account, but nothing' },
    {
      raw: { ...event, detail: { eventName: 'MoveAccount', requestParameters: { accountId: 210987654321 } } },
      because: 'MoveAccount names no account, but 210987654321',
    },
    {
      raw: { ...event, detail: { eventName: 'MoveAccount', requestParameters: { accountId: '../../rollouts' } } },
      because: 'MoveAccount names no account, but "../../rollouts"',
    },
    {
      raw: {
        ...event,
        detail: { eventName: 'AcceptHandshake', responseElements: { handshake: { action: 'ENABLE_ALL_FEATURES' } } },
      },
      because: 'AcceptHandshake is about "ENABLE_ALL_FEATURES"',
    },
    {
      raw: { ...event, detail: { eventName: 'x'.repeat(10_000) } },
      because: `event "${'x'.repeat(80)}…" is not listened to`,
    },
  ])('$because', ({ raw, because }) => {
    expect(parseAccountEvent(raw)).toEqual({ kind: 'ignored', because });
  });

  test('nesting deeper than any stack is no matter', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(7000)}${']'.repeat(7000)}`);
    const endless: Record<string, unknown> = {};
    endless['accountId'] = endless;

    for (const requestParameters of [{ accountId: { deep } }, endless])
      expect(parseAccountEvent({ ...event, detail: { ...event.detail, requestParameters } })).toEqual({
        kind: 'ignored',
        because: 'MoveAccount names no account, but an object',
      });
  });

  test('whatever arrives, nothing is thrown', () => {
    const names = [
      'CreateAccountResult',
      'AcceptHandshake',
      'MoveAccount',
      'UpdateManagedAccount',
      'AccountJoinedOrganization',
    ];
    const detail = fc.record(
      {
        eventName: fc.constantFrom(...names),
        errorCode: fc.jsonValue(),
        eventID: fc.jsonValue(),
        requestParameters: fc.jsonValue(),
        responseElements: fc.oneof(fc.jsonValue(), fc.record({ handshake: fc.record({ parties: fc.jsonValue() }) })),
        serviceEventDetails: fc.oneof(fc.jsonValue(), fc.record({ createAccountStatus: fc.jsonValue() })),
      },
      { requiredKeys: ['eventName'] },
    );
    fc.assert(
      fc.property(detail, (hostile) => {
        expect(['ignored', 'appeared', 'moved', 'closed']).toContain(
          parseAccountEvent({ ...event, detail: hostile }).kind,
        );
      }),
    );
  });
});
