import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Call, requestOf } from '../../../../orchestrator/domain/policies/calls/request-of';
import { accountOf } from '../../../../orchestrator/domain/policies/evaluation/request';

interface Sample {
  readonly name: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly principalArn: string | null;
    readonly account: string | null;
    readonly action: string | null;
    readonly region: string;
    readonly resources: readonly string[];
    readonly scpExempt: false | string;
    readonly undetermined: readonly string[];
    readonly skip?: string;
    readonly denial?: { readonly by: string; readonly kind: string; readonly policyArn: string | null };
  };
}

const samples: readonly Sample[] = JSON.parse(
  readFileSync(join(__dirname, '../../../scenarios/policy-evaluation/cloudtrail-samples.json'), 'utf8'),
);

const callOf = (record: unknown): Call => {
  const call = requestOf(record);
  if ('skipped' in call) throw new Error(call.skipped);
  return call;
};

/** The words of the samples, which were written for no program. */
const exemptions = {
  'service-linked role': 'service-linked role',
  'AWS service': 'AWS service principal',
  'management account': '',
};
const deniers: Readonly<Record<string, string>> = { serviceControl: 'scp', resourceControl: 'rcp' };
const lostOf = ({ lost }: Call) => [
  ...(lost.includes('principal') ? ['principalArn'] : []),
  ...(lost.includes('resource') ? ['resources'] : []),
];

describe('sample records', () => {
  const calls = samples.filter(({ expect: { skip } }) => skip === undefined);

  test.each(calls)('$name', ({ record, expect: expected }) => {
    const call = callOf(record);

    expect({
      principalArn: 'arn' in call.caller ? call.caller.arn : null,
      account: accountOf(call.caller) ?? null,
      action: call.actions.join(),
      region: call.region,
      resources: call.resources.length === 0 ? ['*'] : call.resources,
      scpExempt: call.exempt === undefined ? false : exemptions[call.exempt],
      undetermined: lostOf(call),
      ...(call.denial && {
        denial: {
          by: deniers[call.denial.by] ?? call.denial.by,
          kind: call.denial.kind,
          policyArn: call.denial.policyArn ?? null,
          ...(call.denial.policyId && { policyId: call.denial.policyId }),
        },
      }),
    }).toEqual(expected);
  });

  test.each(samples.filter(({ expect: { skip } }) => skip !== undefined))('$name is skipped', ({ record }) => {
    expect(requestOf(record)).toHaveProperty('skipped');
  });
});
