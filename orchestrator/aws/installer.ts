/** The accounts of an installation, each reached with its own profile or role. */
import {
  ActivateOrganizationsAccessCommand,
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackSets,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  OrganizationsClient,
  paginateListAWSServiceAccessForOrganization,
  paginateListRoots,
} from '@aws-sdk/client-organizations';
import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { errors } from '../domain/errors';
import type { InstalledAccount } from '../domain/model/installation';
import { stackSetPrefix } from '../domain/model/module';
import type { Installer, ManagementAccount } from '../ports/installer';
import { createAdministeredAccount } from './administered-account';
import { assumedRole } from './assumed-role';
import type { Cdk } from './cdk';
import { type Clients, type CredentialSource, type Credentials, createClients } from './clients';
import { calling, finding, isAws } from './failures';
import { everyItem } from './pages';

export interface InstallerOptions {
  readonly cdk: Cdk;
  readonly home: string;
  readonly organizationsRegion: string;
  readonly askCode: ((serial: string) => Promise<string>) | undefined;
}

export function createInstaller({ cdk, home, organizationsRegion, askCode }: InstallerOptions): Installer {
  const clients = createClients();
  const sources = new Map<string, CredentialSource | undefined>();
  /** One source for each way in, so that a code for MFA is asked for once. */
  const sourceOf = (account: InstalledAccount): CredentialSource | undefined => {
    const key = JSON.stringify([account.profile, account.role]);
    if (!sources.has(key)) sources.set(key, credentialsOf(account, { clients, home, askCode }));
    return sources.get(key);
  };
  const clientsOf = (account: InstalledAccount): Pick<Clients, 'in'> => {
    const source = sourceOf(account);
    return source === undefined ? clients : clients.as(source);
  };
  return {
    account: (account) => {
      const source = sourceOf(account);
      const credentials = async (): Promise<Credentials | undefined> => source?.();
      return createAdministeredAccount({ clients: clientsOf(account), credentials, cdk, home });
    },
    management: (account) => managementAccount(clientsOf(account), organizationsRegion),
    deployments: (account) => ({
      runningRollouts: (stack, region) => runningRollouts(clientsOf(account), stack, region),
      stackSets: async (region) => {
        const client = clientsOf(account).in(CloudFormationClient, region);
        const pages = paginateListStackSets({ client }, { Status: 'ACTIVE' });
        const sets = await everyItem('cloudformation:ListStackSets', pages, (page) => page.Summaries);
        return sets.flatMap(({ StackSetName = '' }) => (StackSetName.startsWith(stackSetPrefix) ? [StackSetName] : []));
      },
    }),
    credentials: async (account) => sourceOf(account)?.(),
    close: clients.destroy,
  };
}

interface Ways {
  readonly clients: Pick<Clients, 'in' | 'as'>;
  readonly home: string;
  readonly askCode: ((serial: string) => Promise<string>) | undefined;
}

/** A role is assumed with the credentials of the profile, if there is one, and otherwise with those of the caller. */
function credentialsOf({ profile, role }: InstalledAccount, { clients, home, askCode }: Ways) {
  const own = profile === undefined ? undefined : ofProfile(profile, home, askCode);
  if (role === undefined) return own;
  const sts = (own === undefined ? clients : clients.as(own)).in(STSClient, home);
  return kept(assumedRole(sts, role));
}

function ofProfile(profile: string, home: string, askCode: Ways['askCode']): CredentialSource {
  const provider = fromIni({ profile, clientConfig: { region: home }, ...(askCode && { mfaCodeProvider: askCode }) });
  return kept(async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await calling(`profile ${profile}`, () =>
      provider(),
    );
    const base = { accessKeyId, secretAccessKey, expiration: expiration ?? new Date(Date.now() + longMs) };
    return sessionToken === undefined ? base : { ...base, sessionToken };
  });
}

const longMs = 12 * 3_600_000;
/** A stack may take so long, and it must not lose its credentials halfway. */
const validForMs = 20 * 60_000;

function kept(source: CredentialSource): CredentialSource {
  let current: ReturnType<CredentialSource> | undefined;
  return async () => {
    const had = await current?.catch(() => undefined);
    if (had !== undefined && had.expiration.getTime() - Date.now() > validForMs) return had;
    current = source();
    return current;
  };
}

function managementAccount(clients: Pick<Clients, 'in'>, organizationsRegion: string): ManagementAccount {
  const client = clients.in(OrganizationsClient, organizationsRegion);
  return {
    organization: async (members) => {
      const { Organization: found } = await calling('organizations:DescribeOrganization', () =>
        client.send(new DescribeOrganizationCommand({})),
      );
      if (!found?.Id || !found.MasterAccountId)
        throw errors.incompleteAnswer('organizations:DescribeOrganization', 'the id of the organization');
      const roots = await everyItem('organizations:ListRoots', paginateListRoots({ client }, {}), (page) => page.Roots);
      const outside: string[] = [];
      for (const member of members) if (!(await isActive(client, member))) outside.push(member);
      return {
        id: found.Id,
        managementAccount: found.MasterAccountId,
        roots: roots.flatMap(({ Id }) => (Id === undefined ? [] : [Id])),
        outside,
      };
    },
    trustedServices: async () => {
      const services = await everyItem(
        'organizations:ListAWSServiceAccessForOrganization',
        paginateListAWSServiceAccessForOrganization({ client }, {}),
        (page) => page.EnabledServicePrincipals,
      );
      return services.map(({ ServicePrincipal = '' }) => ServicePrincipal);
    },
    trustStackSets: async (region) => {
      await calling('cloudformation:ActivateOrganizationsAccess', () =>
        clients.in(CloudFormationClient, region).send(new ActivateOrganizationsAccessCommand({})),
      );
    },
  };
}

async function isActive(client: OrganizationsClient, id: string): Promise<boolean> {
  const found = await finding(`organizations:DescribeAccount ${id}`, ['AccountNotFound'], () =>
    client.send(new DescribeAccountCommand({ AccountId: id })),
  );
  return found?.Account?.Status === 'ACTIVE';
}

async function runningRollouts(
  clients: Pick<Clients, 'in'>,
  stack: string,
  region: string,
): Promise<readonly string[]> {
  const cloudformation = clients.in(CloudFormationClient, region);
  const found = await calling(`cloudformation:DescribeStacks ${stack}`, () =>
    cloudformation.send(new DescribeStacksCommand({ StackName: stack })),
  ).catch((error: unknown) => {
    if (isAws(error, 'ValidationError')) return undefined;
    throw error;
  });
  const alias = found?.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'StateMachineAlias')?.OutputValue;
  if (alias === undefined) return [];
  // The alias ends in its name; the executions are those of the machine.
  const stateMachineArn = alias.split(':').slice(0, 7).join(':');
  const client = clients.in(SFNClient, region);
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' });
  const executions = await everyItem('states:ListExecutions', pages, (page) => page.executions);
  return executions.map(({ name = '' }) => name);
}
