/** The organization that rollouts on moto run over: nested OUs, 60 accounts, one closed, one in the root, two excluded. */

import { installationDefaults } from '../../orchestrator/domain/model/installation';
import { type CiCallers, ciTrust, orchestratorRoles, readerTrust } from '../../orchestrator/domain/policies/ci-policy';
import type { Gaps } from './moto-gaps';
import { type FirstInstance, named } from './seed';

export const sixtyAccounts: FirstInstance = {
  root: {
    accounts: ['stray'],
    ous: {
      Sandbox: { accounts: named('sandbox', 20) },
      Workloads: {
        ous: {
          Dev: { accounts: named('dev', 20), ous: { TeamA: { accounts: named('team-a', 5) } } },
          Production: { accounts: named('prod', 12) },
        },
      },
      Suspended: { accounts: named('leaver', 2) },
    },
  },
  suspended: ['sandbox-20'],
};

/** The same shape in small, for what is walked twice. */
export const sixAccounts: FirstInstance = {
  root: {
    accounts: ['stray'],
    ous: { Sandbox: { accounts: named('sandbox', 2) }, Workloads: { ous: { Dev: { accounts: named('dev', 3) } } } },
  },
};

/** Without soaks and settling, since these rollouts run in real time. */
export const configOnMoto = (waves: readonly string[]): string => `
installation: { security: { account: "333344445555" } }
regions: { home: us-east-1, governed: [us-east-1, us-west-2] }
modules:
  account-hardening: { enabled: true }
  alerts: { enabled: true }
  operator-role: { enabled: true }
checks: { settleMinutes: [] }
waves:
${waves.map((wave) => `  - { ${wave}, soakMinutes: 0, maxConcurrent: 50% }`).join('\n')}
exclude: { ous: [${waves.length > 2 ? 'Suspended' : ''}] }
`;

export const threeWaves = [
  'name: sandbox, ous: [Sandbox]',
  'name: dev, ous: [Workloads/Dev]',
  'name: production, ous: [Workloads/Production]',
];
export const twoWaves = ['name: sandbox, ous: [Sandbox]', 'name: dev, ous: [Workloads/Dev]'];

/** The roles that the bootstrap makes, for these callers. */
export const bootstrapRolesFor = (
  found: Pick<CiCallers, 'organization' | 'orchestratorAccount'>,
): NonNullable<Gaps['bootstrapRoles']> => {
  const { administrationRole, ciRole, externalId, readerRole } = installationDefaults;
  const callers = { ...found, administrationRole, orchestratorRoles, externalId };
  const boundary = (name: string) => (account: string) => `arn:aws:iam::${account}:policy/baseline/${name}`;
  return [
    { name: ciRole, boundaryArn: boundary('BaselineCiBoundary'), trust: ciTrust('aws', callers) },
    { name: readerRole, boundaryArn: boundary('BaselineReader'), trust: readerTrust('aws', callers) },
  ];
};

/** What moto's CloudFormation leaves out of these templates and AWS does not; all else that the checks read is moto's own. */
export const leftOut: Gaps = {
  // The bootstrap that makes the role is not part of these rollouts.
  bootstrapRoles: bootstrapRolesFor({ organization: 'o-abcde12345', orchestratorAccount: '777788889999' }),
  snapshotBlock: 'block-all-sharing',
  attached: { InfraAdmin: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
};
