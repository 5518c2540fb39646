/** One condition a row, in an Allow of the caller and in a Deny of the organization: both must come out of the same truth. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Truth } from '../../../../orchestrator/domain/policies/evaluation/truth';
import { expectationOf, judge, type Row } from './rows';

interface ConditionRow {
  readonly id: string;
  readonly kind: 'benign' | 'hostile';
  readonly name: string;
  readonly condition: unknown;
  readonly context: Row['request']['context'];
  readonly otherKeys?: 'notKnown';
  readonly holds: Truth;
  readonly missing?: readonly string[];
  /** 2012-10-17 unless the row says otherwise; `null` for a policy without one. */
  readonly version?: string | null;
  readonly source: string;
}

const rows: readonly ConditionRow[] = JSON.parse(
  readFileSync(join(__dirname, '../../../scenarios/policy-evaluation/conditions.json'), 'utf8'),
);

const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

function judged(
  { condition, context, otherKeys, version = '2012-10-17', ...row }: ConditionRow,
  effect: 'Allow' | 'Deny',
) {
  const statement = { Effect: effect, Action: '*', Resource: '*', Condition: condition };
  const policy = { ...(version !== null && { Version: version }), Statement: statement };
  return judge({
    ...row,
    policies: effect === 'Allow' ? { identity: [policy] } : { identity: [everything], scp: [[everything, policy]] },
    request: {
      principal: 'arn:aws:iam::111122223333:role/app',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/key',
      context,
      ...(otherKeys && { otherKeys }),
    },
    expect: 'allow',
  });
}

const allowed = { true: 'allow', false: 'implicitDeny', unknown: 'undetermined' } as const;
const denied = { true: 'explicitDeny', false: 'allow', unknown: 'undetermined' } as const;

test.each(rows)('$id $name: $holds', (row) => {
  const allow = judged(row, 'Allow');
  const deny = judged(row, 'Deny');

  expect({ allow: expectationOf(allow), deny: expectationOf(deny) }).toEqual({
    allow: allowed[`${row.holds}`],
    deny: denied[`${row.holds}`],
  });
  expect(deny.missing).toEqual((row.missing ?? []).toSorted());
  expect(allow.missing).toEqual(deny.missing);
});

test('odd and hostile rows outnumber benign ones', () => {
  const hostile = rows.filter(({ kind }) => kind === 'hostile');

  expect(hostile.length).toBeGreaterThan(rows.length / 2);
});

test('every row has an id of its own', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});
