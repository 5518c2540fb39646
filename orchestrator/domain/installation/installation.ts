/** Everything of an installation that follows from strongroom.yaml: names, ARNs, who may enter, and the parameters of every stack. */
import type { AccountId, OrganizationId, Region } from '../model/brand';
import type { DesiredState } from '../model/desired-state';
import type { InstallationSpec } from '../model/installation';
import { isOptIn, type Partition, partitionOf } from '../model/partition';
import type { Entry } from '../model/release';
import { type CiCallers, orchestratorRoles } from '../policies/ci-policy';
import { isLike } from '../policies/policy';
import type { InstalledStack, StackName, StackParameters } from './stack-parameters';

/** The name of the role in the management account that lists the organization; no stack depends on the other for it. */
export const directoryRoleName = 'strongroom-directory';

/** What only AWS knows, and what the config leaves to it. */
export interface Found {
  readonly organization: OrganizationId;
  readonly managementAccount: AccountId;
  readonly deploymentsAccount: AccountId;
  /** Ids of the roots, which are the targets of the bootstrap where the config names no others. */
  readonly roots: readonly string[];
}

export interface Installation {
  readonly partition: Partition;
  readonly home: Region;
  /** Regions that the Deployments account must have enabled, like every other account. */
  readonly optInRegions: readonly Region[];
  readonly administrationRole: string;
  /** By which the organization is listed; undefined while the config does not name the management account. */
  readonly directoryRoleArn: string | undefined;
  /** Who enters by the CI role, as far as it is known without AWS. */
  readonly entry: Entry;
  /** The callers that the bootstrap's trust policy names. */
  readonly callers: (found: Found) => CiCallers;
  /** The service principals that assume the administration role. */
  readonly stackSetServices: readonly string[];
  /** In the order in which they are deployed. */
  readonly stacks: (found: Found) => readonly InstalledStack[];
}

type Described = Pick<DesiredState, 'installation' | 'regions' | 'modules'>;

export function installationOf(desiredState: Described): Installation {
  const { installation: spec, regions } = desiredState;
  const partition = partitionOf(regions.home);
  const optInRegions = [...new Set([regions.home, ...regions.governed])].filter(isOptIn).toSorted();
  const stackSetServices = [
    'cloudformation.amazonaws.com',
    ...optInRegions.map((region) => `cloudformation.${region}.amazonaws.com`),
  ];
  const management = spec.management?.account;
  return {
    partition,
    home: regions.home,
    optInRegions,
    administrationRole: spec.administrationRole,
    directoryRoleArn: management === undefined ? undefined : roleArn(partition, management, directoryRoleName),
    entry: entryOf(spec),
    callers: (found) => ({
      organization: found.organization,
      orchestratorAccount: found.deploymentsAccount,
      administrationRole: spec.administrationRole,
      orchestratorRoles,
      people: spec.people,
      externalId: spec.externalId,
    }),
    stackSetServices,
    stacks: (found) => stacksOf(desiredState, partition, stackSetServices, found),
  };
}

const roleArn = ({ id }: Partition, account: string, name: string): string => `arn:${id}:iam::${account}:role/${name}`;

const entryOf = (spec: InstallationSpec): Entry => ({
  externalId: spec.externalId,
  administrationRole: { name: spec.administrationRole, account: spec.deployments?.account },
  orchestratorRoles,
  people: spec.people,
  gitHubSubject: spec.gitHubSubject,
});

function stacksOf(
  { installation: spec, regions, modules }: Described,
  partition: Partition,
  services: readonly string[],
  found: Found,
): readonly InstalledStack[] {
  const { home } = regions;
  const common = { OrganizationId: found.organization };
  const events = { OrchestratorAccountId: found.deploymentsAccount, OrchestratorRegion: home };
  const { logArchiveBucket } = modules['audit-logging'];
  const securityAccount = modules.alerts.enabled ? spec.security?.account : undefined;
  const targets = spec.targets.length > 0 ? spec.targets : found.roots;
  return [
    ...(logArchiveBucket === undefined || spec.logArchive === undefined
      ? []
      : [stack('StrongroomLogArchive', 'logArchive', home, { ...common, BucketName: logArchiveBucket })]),
    ...(securityAccount === undefined
      ? []
      : [
          stack('StrongroomSecurity', 'security', home, {
            ...common,
            OrchestratorAccountId: found.deploymentsAccount,
            AlertEmail: modules.alerts.email ?? '',
          }),
        ]),
    stack('StrongroomManagement', 'management', partition.organizationsRegion, {
      ...common,
      ...events,
      TargetIds: targets.join(','),
      CiRoleName: spec.ciRole,
      ReaderRoleName: spec.readerRole,
      OperatorRoleName: spec.operatorRole,
      AdministrationRole: spec.administrationRole,
      ExternalId: spec.externalId,
      PeopleRoleArns: spec.people.map((name) => roleArn(partition, found.deploymentsAccount, name)).join(','),
      GitHubSubject: spec.gitHubSubject ?? '',
    }),
    ...(spec.controlTowerRegion === undefined
      ? []
      : [stack('StrongroomControlTower', 'management', spec.controlTowerRegion, events)]),
    stack('StrongroomOrchestrator', 'deployments', home, {
      ...common,
      ManagementAccountId: found.managementAccount,
      CiRoleName: spec.ciRole,
      ReaderRoleName: spec.readerRole,
      AdministrationRole: spec.administrationRole,
      StackSetServices: services.join(','),
      SecurityAccountId: securityAccount ?? '',
    }),
    ...(spec.dashboard === undefined
      ? []
      : [stack('StrongroomDashboard', 'deployments', home, dashboardParameters(spec.dashboard))]),
  ];
}

const dashboardParameters = (
  signIn: NonNullable<InstallationSpec['dashboard']>,
): StackParameters['StrongroomDashboard'] => ({
  Issuer: signIn.issuer,
  ClientId: signIn.clientId,
  TokenOrigin: signIn.tokenOrigin,
  Scope: signIn.scope,
  RoleClaim: signIn.roleClaim,
  OperatorValue: signIn.operatorValue,
  ViewerValue: signIn.viewerValue,
  NameClaim: signIn.nameClaim,
});

const withAssets: readonly StackName[] = ['StrongroomOrchestrator', 'StrongroomDashboard'];

const stack = <Name extends StackName>(
  name: Name,
  account: InstalledStack['in'],
  region: string,
  parameters: StackParameters[Name],
): InstalledStack => ({
  stack: name,
  in: account,
  region,
  parameters: { ...parameters },
  hasAssets: withAssets.includes(name),
});

/**
 * Whether the reader roles let a caller in, by the ARN that STS gives it. That ARN of a session has no path, so only the names of the roles
 * are compared; an administrator of the account can make a role of any name.
 */
export function mayEnter({ entry }: Pick<Installation, 'entry'>, callerArn: string): boolean {
  const parts = callerArn.split('/');
  const role = callerArn.includes(':assumed-role/') ? parts[1] : parts.at(-1);
  if (role === undefined || !/:(assumed-)?role\//.test(callerArn)) return false;
  return [...entry.orchestratorRoles.reader, ...entry.people].some((pattern) =>
    isLike(role, pattern.split('/').at(-1) ?? pattern),
  );
}

/** Arguments of the CDK command: only this stack, not those that it depends on, and parameters that are only its own. */
export const deployArguments = ({ stack: name, parameters }: InstalledStack): readonly string[] => [
  name,
  '--exclusively',
  ...Object.entries(parameters).flatMap(([key, value]) => ['--parameters', `${name}:${key}=${value}`]),
];
