import fc from 'fast-check';
import { requestOf } from '../../../../orchestrator/domain/policies/calls/request-of';
import { type PolicyType, readPolicy } from '../../../../orchestrator/domain/policies/evaluation/document';
import { evaluate, type Policies, type Verdict } from '../../../../orchestrator/domain/policies/evaluation/evaluate';
import {
  isKnown,
  type KeyValue,
  type Principal,
  type Request,
} from '../../../../orchestrator/domain/policies/evaluation/request';
import {
  actions,
  context,
  principals,
  resources,
  type StatementDocument,
  statement,
  type World,
  worlds,
} from './arbitrary';
import { policyOf } from './rows';

type Documents = readonly (readonly StatementDocument[])[];
type Write = (statements: readonly StatementDocument[]) => unknown;

const asWritten = (Statement: readonly Readonly<Record<string, unknown>>[]): unknown => ({
  Version: '2012-10-17',
  Statement,
});

function policiesOf({ scp, rcp, identity, boundary, session, resource }: World, write: Write = asWritten): Policies {
  const read = (type: PolicyType, found: Documents) => found.map((one) => policyOf(type, write(one)));
  return {
    ...(scp && { serviceControl: scp.map((level) => read('serviceControl', level)) }),
    ...(rcp && { resourceControl: rcp.map((level) => read('resourceControl', level)) }),
    ...(identity && { identity: read('identity', identity) }),
    ...(boundary && { boundary: read('boundary', boundary) }),
    ...(session && { session: read('session', session) }),
    ...(resource && { resource: resource === 'none' ? resource : policyOf('resource', write(resource)) }),
  };
}

const requests: fc.Arbitrary<Request> = fc
  .record({
    principal: principals,
    action: actions,
    resource: resources,
    resourceAccount: fc.constantFrom('111122223333', '444455556666'),
    keys: context,
  })
  .map((request) => ({ ...request, otherKeys: 'absent' as const }));

const rank = ({ outcome }: Verdict): number => ['denied', 'undetermined', 'allowed'].indexOf(outcome);
const decided = ({ outcome, denial }: Verdict) => ({ outcome, denial });

/** Hides a part of a request; a key that was there may be known to have been there. */
type Hidden = 'known' | 'value' | 'presence';
const hiding = fc.record({
  keys: fc.array(fc.constantFrom<Hidden>('known', 'value', 'presence'), { minLength: 4, maxLength: 4 }),
  resource: fc.boolean(),
  resourceAccount: fc.boolean(),
  principal: fc.constantFrom('known', 'account', 'nothing'),
});

function hide(value: KeyValue, how: Hidden | undefined): KeyValue {
  if (how === 'presence' || (how === 'value' && isKnown(value) && value.length === 0)) return { notKnown: 'presence' };
  return how === 'value' && isKnown(value) && value.length > 0
    ? { notKnown: 'value', includes: value.slice(1) }
    : value;
}

function hidden(request: Request, how: typeof hiding extends fc.Arbitrary<infer T> ? T : never): Request {
  const { resource, principal } = request;
  const someone: Principal =
    how.principal === 'account' && 'account' in principal
      ? { kind: 'someone', account: principal.account }
      : { kind: 'unknown' };
  return {
    ...request,
    principal: how.principal === 'known' ? principal : someone,
    ...(how.resourceAccount && { resourceAccount: 'notKnown' }),
    keys: new Map([...request.keys].map(([key, value], at) => [key, hide(value, how.keys[at])] as const)),
    ...(resource !== undefined && !how.resource && { resource }),
  };
}

const withoutResource = ({ resource: _, ...request }: Request): Omit<Request, 'resource'> => request;

test('what is certain is so for whatever the missing parts are', () => {
  let certain = 0;
  fc.assert(
    fc.property(worlds, requests, hiding, (world, request, how) => {
      const policies = policiesOf(world);
      const partial = hidden(request, how);
      const verdict = evaluate(policies, how.resource ? { ...withoutResource(partial) } : partial);
      const whole = evaluate(policies, request);

      if (verdict.outcome === 'undetermined') {
        expect(verdict.missing).not.toEqual([]);
        return;
      }
      certain++;
      expect(verdict.outcome).toBe(whole.outcome);
      if (verdict.denial !== 'either' && whole.denial !== 'either') expect(verdict.denial).toBe(whole.denial);
    }),
    { numRuns: 1000 },
  );
  expect(certain).toBeGreaterThan(100);
});

test('a request that is known whole is undetermined only by what AWS does not say', () => {
  fc.assert(
    fc.property(worlds, requests, (world, request) => {
      const { missing } = evaluate(policiesOf(world), request);

      expect(missing.filter((one) => !/^(?:whether|how) /.test(one))).toEqual([]);
    }),
    { numRuns: 250 },
  );
});

test('another Deny never allows more', () => {
  fc.assert(
    fc.property(worlds, requests, hiding, statement(false, fc.constant('Deny')), (world, request, how, deny) => {
      const partial = hidden(request, how);
      const before = evaluate(policiesOf(world), partial);
      const after = evaluate(policiesOf({ ...world, identity: [...(world.identity ?? []), [deny]] }), partial);

      expect(rank(after)).toBeLessThanOrEqual(world.identity === undefined ? 2 : rank(before));
      if (before.denial === 'explicit' && world.identity !== undefined) expect(after.denial).toBe('explicit');
    }),
    { numRuns: 250 },
  );
});

test('another Allow of an identity policy never allows less', () => {
  fc.assert(
    fc.property(worlds, requests, hiding, statement(false, fc.constant('Allow')), (world, request, how, allow) => {
      const partial = hidden(request, how);
      const identity = world.identity ?? [];
      const before = evaluate(policiesOf({ ...world, identity }), partial);
      const after = evaluate(policiesOf({ ...world, identity: [...identity, [allow]] }), partial);

      expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
    }),
    { numRuns: 250 },
  );
});

test('a boundary, a session policy and a level of the organization never allow more', () => {
  fc.assert(
    fc.property(worlds, requests, hiding, (world, request, how) => {
      const partial = hidden(request, how);
      const limited = rank(evaluate(policiesOf(world), partial));

      const { boundary: _, ...unbounded } = world;
      const { session: __, ...anytime } = world;
      const { scp: ___, ...alone } = world;
      // A Deny with NotPrincipal depends on whether there is a boundary at all.
      expect(rank(evaluate(policiesOf({ ...unbounded, boundary: undefined }), partial))).toBeGreaterThanOrEqual(
        limited,
      );
      expect(rank(evaluate(policiesOf({ ...anytime, session: undefined }), partial))).toBeGreaterThanOrEqual(limited);
      expect(rank(evaluate(policiesOf({ ...alone, scp: undefined }), partial))).toBeGreaterThanOrEqual(limited);
    }),
    { numRuns: 250 },
  );
});

describe('the same policy in another form decides the same', () => {
  const capitals = (text: unknown): unknown => (typeof text === 'string' ? text.toUpperCase() : text);
  const each = (value: unknown, change: (one: unknown) => unknown): unknown =>
    Array.isArray(value) ? value.map(change) : change(value);
  const listed = (value: unknown): unknown => (Array.isArray(value) ? value : [value]);
  const changed =
    (change: (one: StatementDocument) => Readonly<Record<string, unknown>>): Write =>
    (statements) =>
      asWritten(statements.map(change));
  const conditionsOf = (
    fields: StatementDocument,
    change: (key: string, value: unknown) => readonly [string, unknown],
  ) => {
    const block = (fields['Condition'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    return Object.fromEntries(
      Object.entries(block).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, value]) => change(key, value))),
      ]),
    );
  };

  test.each<{ form: string; write: Write }>([
    { form: 'statements in reverse order', write: (statements) => asWritten(statements.toReversed()) },
    { form: 'every statement twice', write: (statements) => asWritten([...statements, ...statements]) },
    { form: 'as JSON', write: (statements) => JSON.stringify(asWritten(statements)) },
    {
      form: 'a statement without its list',
      write: (statements) =>
        statements.length === 1 ? { Version: '2012-10-17', Statement: statements[0] } : asWritten(statements),
    },
    {
      form: 'lists instead of single values',
      write: changed(({ Action, Resource, ...fields }) => ({
        ...fields,
        ...(Action !== undefined && { Action: listed(Action) }),
        ...(Resource !== undefined && { Resource: listed(Resource) }),
        Condition: conditionsOf(fields, (key, value) => [key, listed(value)]),
      })),
    },
    {
      form: 'actions in capitals',
      write: changed(({ Action, ...fields }) => ({
        ...fields,
        ...(Action !== undefined && { Action: each(Action, capitals) }),
      })),
    },
    {
      form: 'condition keys in capitals',
      write: changed((fields) => ({
        ...fields,
        Condition: conditionsOf(fields, (key, value) => [key.toUpperCase(), value]),
      })),
    },
    {
      form: 'principals in their other spelling',
      write: (statements) =>
        JSON.parse(
          JSON.stringify(asWritten(statements))
            .replaceAll('rincipal":"*"', 'rincipal":{"AWS":"*"}')
            .replaceAll('{"AWS":"111122223333"}', '{"AWS":"arn:aws:iam::111122223333:root"}'),
        ),
    },
  ])('$form', ({ write }) => {
    fc.assert(
      fc.property(worlds, requests, hiding, (world, request, how) => {
        const partial = hidden(request, how);

        const verdict = evaluate(policiesOf(world, write), partial);

        expect(decided(verdict)).toEqual(decided(evaluate(policiesOf(world), partial)));
      }),
      { numRuns: 80 },
    );
  });

  test('policies in another order', () => {
    fc.assert(
      fc.property(worlds, requests, (world, request) => {
        const { identity, scp } = world;
        const turned = {
          ...world,
          ...(identity && { identity: identity.toReversed() }),
          ...(scp && { scp: scp.map((level) => level.toReversed()).toReversed() }),
        };

        expect(decided(evaluate(policiesOf(turned), request))).toEqual(decided(evaluate(policiesOf(world), request)));
      }),
      { numRuns: 80 },
    );
  });
});

describe('no input breaks it', () => {
  const types: readonly PolicyType[] = ['serviceControl', 'resourceControl', 'identity', 'resource', 'trust'];

  test('a document of any shape is read or refused, with the place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.oneof(fc.jsonValue(), fc.string()), (type, value) => {
        const { policy, problems } = readPolicy(type, 'any', value);

        expect(policy !== undefined || problems.length > 0).toBe(true);
        expect(problems.every(({ place, problem }) => place !== '' && problem !== '')).toBe(true);
      }),
      { numRuns: 250 },
    );
  });

  test('a record of any shape is a call or is skipped', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom('s3.amazonaws.com', 'AssumedRole', 'GetObject', ''));
    const names = [
      'eventSource',
      'eventName',
      'userIdentity',
      'requestParameters',
      'resources',
      'awsRegion',
      'tlsDetails',
    ];
    const records = fc.dictionary(fc.constantFrom(...names), field);
    fc.assert(
      fc.property(fc.oneof(records, fc.anything()), (record) => {
        const call = requestOf(record);

        expect('skipped' in call ? call.skipped : call.actions[0]).toBeTruthy();
      }),
      { numRuns: 250 },
    );
  });
});
