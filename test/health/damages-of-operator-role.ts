/** What people do to the operator role by hand. */
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { operatorCarveOuts } from '../../orchestrator/domain/model/policy-carve-outs';
import { regionDeny, regionDenyName, selfProtectName } from '../../orchestrator/domain/policies/operator-policy';
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { selfProtect } from '../../orchestrator/domain/policies/self-protect';
import { simulatedCiRole } from '../../orchestrator/simulated/config';
import type { OutOfBandChange } from '../../orchestrator/simulated/out-of-band-changes';
import { home, other } from '../simulated/small-world';
import type { Damage } from './damages-of-identities';

export const damagesOfOperatorRole: readonly Damage[] = [
  [
    'the operator role may do nothing',
    'operator-role',
    { kind: 'change', of: 'roles', name: 'InfraAdmin', to: { attached: [] } },
    ['operator-role-has-only-administrator-access'],
  ],
  [
    'anybody may enter it',
    'operator-role',
    { kind: 'changeTrust', role: 'InfraAdmin', trust: { Statement: [{ Effect: 'Allow', Principal: '*' }] } },
    ['operator-role-trusts-only-own-account', 'operator-role-requires-mfa', 'operator-role-requires-recent-mfa'],
  ],
  [
    'its stack is given other parameters',
    'operator-role',
    {
      kind: 'changeParameters',
      stackSet: 'strongroom-wave-operator-role',
      region: home,
      parameters: { MfaMaxAgeSeconds: '99999' },
    },
    [`operator-role-stack-parameters-match-release ${home}`],
  ],
  [
    'its sessions last',
    'operator-role',
    { kind: 'change', of: 'roles', name: 'InfraAdmin', to: { maxSessionSeconds: 43_200 } },
    ['operator-role-limits-session-duration'],
  ],
  [
    'its region deny policy is gone',
    'operator-role',
    inline(undefined),
    [
      'region-deny-policy-only-denies',
      'region-deny-policy-matches-governed-regions',
      'region-deny-policy-has-released-exemptions',
    ],
  ],
  [
    'its region deny policy allows one region more',
    'operator-role',
    inline(regionDeny([home, other, 'sa-east-1'])),
    ['region-deny-policy-matches-governed-regions'],
  ],
  [
    'its region deny policy exempts a service',
    'operator-role',
    inline(
      regionDeny([home, other], {
        ...operatorCarveOuts,
        anywhere: [...operatorCarveOuts.anywhere, 's3:*'],
      }),
    ),
    ['region-deny-policy-has-released-exemptions'],
  ],
  [
    'its region deny policy locks out of IAM',
    'operator-role',
    inline(
      regionDeny([home, other], {
        ...operatorCarveOuts,
        anywhere: operatorCarveOuts.anywhere.filter((actions) => actions !== 'iam:*'),
      }),
    ),
    ['region-deny-policy-has-released-exemptions', 'region-deny-policy-allows-global-services'],
  ],
  [
    'it may change its own permissions',
    'operator-role',
    {
      kind: 'change',
      of: 'roles',
      name: 'InfraAdmin',
      to: { inline: { [regionDenyName]: regionDeny([home, other]) } },
    },
    ['operator-role-cannot-change-itself'],
  ],
];

/** The operator role's policies, with another region deny policy or none; what protects them stays as it is. */
function inline(denying: PolicyDocument | undefined): (account: AccountId) => OutOfBandChange {
  return (account) => {
    const roles = ['InfraAdmin', simulatedCiRole];
    const protecting = { [selfProtectName]: selfProtect({ partition: 'aws', account, roles }) };
    return {
      kind: 'change',
      of: 'roles',
      name: 'InfraAdmin',
      to: { inline: denying === undefined ? protecting : { ...protecting, [regionDenyName]: denying } },
    };
  };
}
