/** Reads that only `doctor` needs: the caller, the clock, and the prerequisites of a rollout. */
import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { EC2Client } from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  OrganizationsClient,
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedServicesForAccount,
} from '@aws-sdk/client-organizations';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { quotaCodes, stackSetQuotasDefault } from '../domain/health/quotas';
import { partitionOf } from '../domain/model/partition';
import type { Surroundings } from '../ports/ports';
import { type Clients, createClients } from './clients';
import { closedRegions } from './closed-regions';
import { calling, finding } from './failures';
import { createGuardrails } from './guardrails';
import { everyItem } from './pages';

export function createSurroundings(clients: Clients, home: string): Surroundings {
  const sts = clients.in(STSClient, home);
  const whoAmI = () => calling('sts:GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
  const organizations = () => clients.in(OrganizationsClient, partitionOf(home).organizationsRegion);
  /** AWS may omit a quota that was never raised. */
  const quota = async (code: string, otherwise: number): Promise<number> => {
    const command = new GetServiceQuotaCommand({ ServiceCode: 'cloudformation', QuotaCode: code });
    const found = await finding(`servicequotas:GetServiceQuota ${code}`, ['NoSuchResource'], () =>
      clients.in(ServiceQuotasClient, home).send(command),
    );
    return found?.Quota?.Value ?? otherwise;
  };
  return {
    ...createGuardrails(clients, home),
    caller: async () => {
      const { Account = '', Arn = '' } = await whoAmI();
      return { account: Account, arn: Arn };
    },
    clockOffByMs: async () => {
      await whoAmI();
      return clients.clockOffByMs();
    },
    trustedServices: async () => {
      const client = organizations();
      const services = await everyItem(
        'organizations:ListAWSServiceAccessForOrganization',
        paginateListAWSServiceAccessForOrganization({ client }, {}),
        (page) => page.EnabledServicePrincipals,
      );
      return services.map(({ ServicePrincipal = '' }) => ServicePrincipal);
    },
    delegatedServices: async (account) => {
      const call = `organizations:ListDelegatedServicesForAccount ${account}`;
      const pages = paginateListDelegatedServicesForAccount({ client: organizations() }, { AccountId: account });
      const services = await finding(call, ['AccountNotRegistered'], () =>
        everyItem(call, pages, (page) => page.DelegatedServices),
      );
      return (services ?? []).map(({ ServicePrincipal = '' }) => ServicePrincipal);
    },
    stackSetQuotas: async () => ({
      stackSets: await quota(quotaCodes.stackSets, stackSetQuotasDefault.stackSets),
      instancesPerStackSet: await quota(quotaCodes.instancesPerStackSet, stackSetQuotasDefault.instancesPerStackSet),
      instancesAtOnce: await quota(quotaCodes.instancesAtOnce, stackSetQuotasDefault.instancesAtOnce),
    }),
    hasRole: async (name) => {
      const command = new GetRoleCommand({ RoleName: name });
      return (
        (await finding(`iam:GetRole ${name}`, ['NoSuchEntity'], () => clients.in(IAMClient, home).send(command))) !==
        undefined
      );
    },
    closedRegions: (regions) => closedRegions(clients.in(EC2Client, home), regions),
    organizationTrail: async () => {
      // Members see the trail of the organization as a shadow trail [bc:cloudtrail:CreateTrail.IsOrganizationTrail].
      const { organizationsRegion } = partitionOf(home);
      const { trailList = [] } = await calling('cloudtrail:DescribeTrails', () =>
        clients.in(CloudTrailClient, organizationsRegion).send(new DescribeTrailsCommand({})),
      );
      return trailList.some(({ IsOrganizationTrail }) => IsOrganizationTrail === true);
    },
    definitionProblems: async (definition) => {
      const command = new ValidateStateMachineDefinitionCommand({ definition, severity: 'ERROR' });
      const { diagnostics = [] } = await calling('states:ValidateStateMachineDefinition', () =>
        clients.in(SFNClient, home).send(command),
      );
      return diagnostics.map(
        ({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ''}`,
      );
    },
  };
}

/** Opens its own connections and closes them afterwards. */
export async function withSurroundings<T>(home: string, ask: (surroundings: Surroundings) => Promise<T>): Promise<T> {
  const clients = createClients();
  try {
    return await ask(createSurroundings(clients, home));
  } finally {
    clients.destroy();
  }
}
