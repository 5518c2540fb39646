/** Who may act in an account: the root user, and the roles that the bootstrap, AWS's services and people have made. */

import { ciBoundaryArn, readerPolicyArn } from '../domain/health/checks/bootstrap';
import type { CiRoleFacts, ListedRole, RoleFacts, RootFacts } from '../domain/health/facts';
import type { AccountId } from '../domain/model/brand';
import { installationDefaults } from '../domain/model/installation';
import { ciTrust, orchestratorRoles, readerTrust } from '../domain/policies/ci-policy';
import { linkedRolePath } from '../domain/policies/linked-roles';
import type { PolicyDocument } from '../domain/policies/policy';
import { simulatedCiRole, simulatedExternalId, simulatedReaderRole } from './config';
import type { OutOfBandChange } from './out-of-band-changes';

export interface Identities {
  root: RootFacts;
  ciRole: CiRoleFacts;
  readerRole: CiRoleFacts;
  /** AWS services that have their service-linked role there, but for those that stacks made. */
  readonly linkedServices: Set<string>;
  /** Trust by name, of roles that people have made. */
  readonly rolesByHand: Map<string, PolicyDocument>;
  /** Users by name, with how many active keys each has. */
  readonly users: Map<string, number>;
}

/** Names are ours. */
const callers = {
  organization: 'o-simulated0',
  orchestratorAccount: '000000000000',
  administrationRole: installationDefaults.administrationRole,
  orchestratorRoles,
  externalId: simulatedExternalId,
};

/** AWS makes it in every account that the organization creates [controls 003-34]. */
const organizationRole: ListedRole = {
  name: 'OrganizationAccountAccessRole',
  path: '/',
  trust: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000001:root' }, Action: 'sts:AssumeRole' }],
  },
};

/** As the bootstrap leaves an account before Strongroom comes. */
export const bootstrapped = (account: AccountId, root: RootFacts): Identities => ({
  root,
  ciRole: { trust: ciTrust('aws', callers), boundaryArn: ciBoundaryArn('aws', account) },
  readerRole: { trust: readerTrust('aws', callers), boundaryArn: readerPolicyArn('aws', account) },
  linkedServices: new Set(),
  rolesByHand: new Map(),
  users: new Map(),
});

/** Whether the deed was one of these. */
export function doToIdentities(identities: Identities, change: OutOfBandChange): boolean {
  switch (change.kind) {
    case 'makeRootKey':
      identities.root = { ...identities.root, accessKeys: true };
      return true;
    case 'detachBoundary':
      if (change.role === simulatedReaderRole) identities.readerRole = { trust: identities.readerRole.trust };
      else identities.ciRole = { trust: identities.ciRole.trust };
      return true;
    case 'changeTrust':
      if (change.role === simulatedReaderRole)
        identities.readerRole = { ...identities.readerRole, trust: change.trust };
      else if (change.role === simulatedCiRole) identities.ciRole = { ...identities.ciRole, trust: change.trust };
      else return false;
      return true;
    case 'makeRole':
      identities.rolesByHand.set(change.role, change.trust);
      return true;
    case 'makeUser':
      identities.users.set(change.user, change.activeKeys);
      return true;
    case 'deleteLinkedRole':
      identities.linkedServices.delete(change.service);
      return true;
    default:
      return false;
  }
}

/** @param made by stacks: roles by name, and services with a service-linked role. */
export const rolesIn = (
  { ciRole, readerRole, linkedServices, rolesByHand }: Identities,
  made: { readonly roles: readonly (readonly [name: string, role: RoleFacts])[]; readonly linked: readonly string[] },
): readonly ListedRole[] => [
  organizationRole,
  { name: simulatedCiRole, path: '/', trust: ciRole.trust },
  { name: simulatedReaderRole, path: '/', trust: readerRole.trust },
  ...made.roles.map(([name, { trust }]) => ({ name, path: '/', trust })),
  ...[...rolesByHand].map(([name, trust]) => ({ name, path: '/', trust })),
  ...[...linkedServices, ...made.linked].map(linkedRole),
];

/** The service chooses the name; ours says no more than the path. */
const linkedRole = (service: string): ListedRole => ({
  name: `AWSServiceRoleFor-${service.split('.', 1)[0]}`,
  path: linkedRolePath(service),
  trust: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  },
});
