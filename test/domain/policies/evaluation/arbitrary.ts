/** Small worlds of policies and requests, so that random statements meet random requests often. */
import fc from 'fast-check';
import type { KeyValue, Principal } from '../../../../orchestrator/domain/policies/evaluation/request';

export interface StatementDocument {
  readonly Effect: 'Allow' | 'Deny';
  readonly [element: string]: unknown;
}
export interface World {
  readonly scp: readonly (readonly (readonly StatementDocument[])[])[] | undefined;
  readonly rcp: readonly (readonly (readonly StatementDocument[])[])[] | undefined;
  readonly identity: readonly (readonly StatementDocument[])[] | undefined;
  readonly boundary: readonly (readonly StatementDocument[])[] | undefined;
  readonly session: readonly (readonly StatementDocument[])[] | undefined;
  readonly resource: readonly StatementDocument[] | 'none' | undefined;
}

const [home, other] = ['111122223333', '444455556666'];
const role = `arn:aws:iam::${home}:role/app`;
const session = `arn:aws:sts::${home}:assumed-role/app/s1`;
const user = `arn:aws:iam::${home}:user/ann`;

export const principals = fc.constantFrom<Principal>(
  { kind: 'role', arn: role, account: home, session },
  { kind: 'role', arn: `arn:aws:iam::${home}:role/aws-service-role/x.amazonaws.com/R`, account: home },
  { kind: 'user', arn: user, account: home },
  { kind: 'root', arn: `arn:aws:iam::${home}:root`, account: home },
  { kind: 'service', service: 'config.amazonaws.com' },
  { kind: 'anonymous' },
);

export const actions = fc.constantFrom('s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'ec2:RunInstances');
export const resources = fc.constantFrom('arn:aws:s3:::b/k', 'arn:aws:s3:::b/a/k', 'arn:aws:s3:::c', '*');

const words = fc.constantFrom('a', 'b', 'A', 'ab', '');
/** Keys with one value each, one with several, and one that a variable may stand for. */
export const singleKeys = ['svc:one', 'svc:two', 'svc:name'] as const;
export const multiKey = 'svc:many';

export const context: fc.Arbitrary<ReadonlyMap<string, KeyValue>> = fc
  .record({
    'svc:one': fc.option(words, { nil: undefined }),
    'svc:two': fc.option(words, { nil: undefined }),
    'svc:name': fc.option(words, { nil: undefined }),
    'svc:many': fc.option(fc.array(words, { maxLength: 3 }), { nil: undefined }),
  })
  .map((values) => {
    const entries = Object.entries(values).map(([key, value]): readonly [string, KeyValue] => {
      if (value === undefined) return [key, 'absent'];
      return [key, typeof value === 'string' ? [value] : value];
    });
    return new Map(entries);
  });

// biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables are written so.
const wanted = fc.constantFrom('a', 'b', 'A', '', 'a*', '?', '*b', '${svc:name}', "${svc:name, 'b'}", 'a${*}');
const lists = fc.oneof(wanted, fc.array(wanted, { minLength: 1, maxLength: 3 }));
const plain = fc.constantFrom(
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'StringEqualsIfExists',
  'StringNotLikeIfExists',
);
const condition = fc.oneof(
  fc
    .tuple(plain, fc.constantFrom(...singleKeys), lists)
    .map(([operator, key, list]) => ({ [operator]: { [key]: list } })),
  fc
    .tuple(fc.constantFrom('ForAllValues:', 'ForAnyValue:'), plain, lists)
    .map(([set, operator, list]) => ({ [`${set}${operator}`]: { [multiKey]: list } })),
  fc
    .tuple(fc.constantFrom(...singleKeys, multiKey), fc.constantFrom('true', 'false'))
    .map(([key, value]) => ({ Null: { [key]: value } })),
);

const isUsually = <T>(value: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others });

const named = fc.constantFrom<unknown>(
  '*',
  { AWS: home },
  { AWS: other },
  { AWS: role },
  { AWS: session },
  { AWS: [user, role] },
  { Service: 'config.amazonaws.com' },
);

export const statement = (
  hasPrincipal: boolean,
  effects = fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Deny'),
) =>
  fc
    .record({
      Effect: effects,
      action: isUsually(
        { Action: '*' } as Readonly<Record<string, unknown>>,
        fc.constantFrom<Readonly<Record<string, unknown>>>(
          { Action: 's3:*' },
          { Action: ['s3:GetObject'] },
          { NotAction: 's3:Get*' },
        ),
      ),
      resource: isUsually(
        { Resource: '*' } as Readonly<Record<string, unknown>>,
        fc.constantFrom<Readonly<Record<string, unknown>>>(
          { Resource: 'arn:aws:s3:::b/*' },
          { NotResource: ['arn:aws:s3:::b/k'] },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables are written so.
          { Resource: 'arn:aws:s3:::b/${svc:name}/k' },
        ),
      ),
      condition: fc.option(condition, { nil: undefined }),
      principal: hasPrincipal
        ? fc.oneof(
            named.map((Principal) => ({ Principal })),
            named.map((NotPrincipal) => ({ NotPrincipal })),
          )
        : fc.constant({}),
    })
    .map(
      ({ Effect, action, resource, principal, condition: found }): StatementDocument => ({
        Effect,
        ...action,
        ...resource,
        ...principal,
        ...(found && { Condition: found }),
      }),
    );

const document = (hasPrincipal: boolean) => fc.array(statement(hasPrincipal), { minLength: 1, maxLength: 3 });
const documents = (hasPrincipal: boolean) => fc.array(document(hasPrincipal), { maxLength: 2 });
const everything = (hasPrincipal: boolean): StatementDocument => ({
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  ...(hasPrincipal && { Principal: '*' }),
});
const levels = (hasPrincipal: boolean) =>
  fc.array(
    documents(hasPrincipal).map((found) => [[everything(hasPrincipal)], ...found]),
    { minLength: 1, maxLength: 2 },
  );
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

export const worlds: fc.Arbitrary<World> = fc.record({
  scp: perhaps(levels(false)),
  rcp: perhaps(levels(true)),
  identity: perhaps(documents(false)),
  boundary: perhaps(documents(false)),
  session: perhaps(documents(false)),
  resource: fc.oneof(fc.constant('none' as const), document(true), fc.constant(undefined)),
});
