/** What people do to the root user and to the roles of an account. */

import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { ModuleId } from '../../orchestrator/domain/model/module';
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { simulatedCiRole, simulatedReaderRole } from '../../orchestrator/simulated/config';
import type { OutOfBandChange } from '../../orchestrator/simulated/out-of-band-changes';

/** What somebody does, of which module, and the checks that fail for it. */
export type Damage = readonly [
  what: string,
  of: ModuleId | 'bootstrap',
  change: OutOfBandChange | ((account: AccountId) => OutOfBandChange),
  failing: readonly string[],
];

const openTrust: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
};

const lentTrust: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'sts:AssumeRole' }],
};

export const damagesOfIdentities: readonly Damage[] = [
  [
    'the boundary is taken off the CI role',
    'bootstrap',
    { kind: 'detachBoundary', role: simulatedCiRole },
    ['ci-role-has-permissions-boundary'],
  ],
  [
    'the CI role lets anybody in',
    'bootstrap',
    { kind: 'changeTrust', role: simulatedCiRole, trust: openTrust },
    ['ci-role-trust-matches-bootstrap'],
  ],
  [
    'the reader role lets anybody in',
    'bootstrap',
    { kind: 'changeTrust', role: simulatedReaderRole, trust: openTrust },
    ['reader-role-trust-matches-bootstrap'],
  ],
  [
    'the boundary is taken off the reader role',
    'bootstrap',
    { kind: 'detachBoundary', role: simulatedReaderRole },
    ['reader-role-has-permissions-boundary'],
  ],
  [
    'a role lets in any identity of another account',
    'bootstrap',
    { kind: 'makeRole', role: 'lent', trust: lentTrust },
    ['iam-roles-restrict-trust'],
  ],
  [
    'the role of Config is deleted',
    'aws-config',
    { kind: 'deleteLinkedRole', service: 'config.amazonaws.com' },
    ['aws-config-service-linked-role-exists'],
  ],
  [
    'the role of Auto Scaling is deleted',
    'kms-default',
    { kind: 'deleteLinkedRole', service: 'autoscaling.amazonaws.com' },
    ['kms-default-service-linked-role-exists'],
  ],
  [
    'a user gets a key',
    'bootstrap',
    { kind: 'makeUser', user: 'jo', activeKeys: 1 },
    ['iam-users-have-no-access-keys'],
  ],
  ['the root user gets a key', 'bootstrap', { kind: 'makeRootKey' }, ['root-user-has-no-access-key']],
];
