import {
  GetAccountPasswordPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import type { CiRoleFacts, ListedRole, RoleFacts } from '../../domain/health/facts';
import type { PasswordPolicy } from '../../domain/model/settings';
import type { PolicyDocument } from '../../domain/policies/policy';
import { calling, finding } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';
import { parseDocument } from './reading';

/** NoSuchEntity means that none is set. */
export async function readPasswordPolicy({ clients, home }: Session): Promise<PasswordPolicy | undefined> {
  const found = await finding('iam:GetAccountPasswordPolicy', ['NoSuchEntity'], () =>
    clients.in(IAMClient, home).send(new GetAccountPasswordPolicyCommand({})),
  );
  const policy = found?.PasswordPolicy;
  return (
    policy && {
      minimumLength: policy.MinimumPasswordLength ?? 6,
      requireSymbols: policy.RequireSymbols ?? false,
      requireNumbers: policy.RequireNumbers ?? false,
      requireUppercase: policy.RequireUppercaseCharacters ?? false,
      requireLowercase: policy.RequireLowercaseCharacters ?? false,
      allowUsersToChange: policy.AllowUsersToChangePassword ?? false,
      maxAgeDays: policy.MaxPasswordAge ?? 0,
      reusePrevention: policy.PasswordReusePrevention ?? 0,
      hardExpiry: policy.HardExpiry ?? false,
    }
  );
}

export async function readCiRole({ clients, home }: Session, name: string): Promise<CiRoleFacts | undefined> {
  const found = await finding('iam:GetRole', ['NoSuchEntity'], () =>
    clients.in(IAMClient, home).send(new GetRoleCommand({ RoleName: name })),
  );
  const role = found?.Role;
  if (role === undefined) return undefined;
  const boundaryArn = role.PermissionsBoundary?.PermissionsBoundaryArn;
  return { trust: parseIamDocument(role.AssumeRolePolicyDocument), ...(boundaryArn && { boundaryArn }) };
}

/** An account has room for 5,000 at most [doc:IAM/reference_iam-quotas]; most have a few dozen, in one page. */
const rolesPerPage = 500;
const rolePagesMax = 10;

export async function readRoles({ clients, home }: Session): Promise<readonly ListedRole[]> {
  const client = clients.in(IAMClient, home);
  // Each page is reduced before the next one is read.
  return everyItem(
    'iam:ListRoles',
    paginateListRoles({ client, pageSize: rolesPerPage }, {}),
    ({ Roles = [] }) =>
      Roles.map(({ RoleName: name = '', Path: path = '', AssumeRolePolicyDocument: trust }) => ({
        name,
        path,
        trust: parseIamDocument(trust),
      })),
    rolePagesMax,
  );
}

export async function readRole({ clients, home }: Session, name: string): Promise<RoleFacts | undefined> {
  const iam = clients.in(IAMClient, home);
  const found = await finding('iam:GetRole', ['NoSuchEntity'], () => iam.send(new GetRoleCommand({ RoleName: name })));
  const role = found?.Role;
  if (role === undefined) return undefined;
  const [attached, inlineNames] = await Promise.all([
    everyItem(
      'iam:ListAttachedRolePolicies',
      paginateListAttachedRolePolicies({ client: iam }, { RoleName: name }),
      (page) => page.AttachedPolicies,
    ),
    everyItem(
      'iam:ListRolePolicies',
      paginateListRolePolicies({ client: iam }, { RoleName: name }),
      (page) => page.PolicyNames,
    ),
  ]);
  const inline = await Promise.all(
    inlineNames.map(async (policy) => [policy, await readInlinePolicy(iam, name, policy)] as const),
  );
  return {
    trust: parseIamDocument(role.AssumeRolePolicyDocument),
    maxSessionSeconds: role.MaxSessionDuration ?? 3_600,
    attached: attached.flatMap((policy) => policy.PolicyArn ?? []),
    inline: Object.fromEntries(inline),
    ...(role.PermissionsBoundary?.PermissionsBoundaryArn !== undefined && {
      boundaryArn: role.PermissionsBoundary.PermissionsBoundaryArn,
    }),
  };
}

const readInlinePolicy = async (iam: IAMClient, role: string, policy: string): Promise<PolicyDocument> => {
  const { PolicyDocument: text } = await calling('iam:GetRolePolicy', () =>
    iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: policy })),
  );
  return parseIamDocument(text);
};

/** IAM sends documents URL-encoded [bc:iam:GetRole]. */
const parseIamDocument = (text: string | undefined): PolicyDocument => parseDocument(decodeURIComponent(text ?? ''));
