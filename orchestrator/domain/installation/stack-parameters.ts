/** The parameters of every stack, by name. `test/infrastructure` compares them with the synthesized templates. */

/** The parameters of the CI role's template, which StrongroomManagement passes on. */
export interface CiRoleParameters {
  readonly OrganizationId: string;
  readonly OrchestratorAccountId: string;
  readonly CiRoleName: string;
  readonly ReaderRoleName: string;
  readonly OperatorRoleName: string;
  readonly AdministrationRole: string;
  readonly ExternalId: string;
  /** ARNs with commas between them. */
  readonly PeopleRoleArns: string;
  readonly GitHubSubject: string;
}

export interface StackParameters {
  readonly StrongroomLogArchive: { readonly OrganizationId: string; readonly BucketName: string };
  readonly StrongroomManagement: CiRoleParameters & {
    readonly OrchestratorRegion: string;
    /** Ids with commas between them. */
    readonly TargetIds: string;
  };
  readonly StrongroomSecurity: {
    readonly OrganizationId: string;
    readonly OrchestratorAccountId: string;
    readonly AlertEmail: string;
  };
  readonly StrongroomControlTower: { readonly OrchestratorAccountId: string; readonly OrchestratorRegion: string };
  readonly StrongroomOrchestrator: {
    readonly OrganizationId: string;
    readonly ManagementAccountId: string;
    readonly CiRoleName: string;
    readonly ReaderRoleName: string;
    readonly AdministrationRole: string;
    /** Service principals with commas between them. */
    readonly StackSetServices: string;
    /** Empty without alerts. */
    readonly SecurityAccountId: string;
  };
  readonly StrongroomDashboard: {
    readonly Issuer: string;
    readonly ClientId: string;
    readonly TokenOrigin: string;
    readonly Scope: string;
    readonly RoleClaim: string;
    readonly OperatorValue: string;
    readonly ViewerValue: string;
    readonly NameClaim: string;
  };
}

export type StackName = keyof StackParameters;

/** A stack of the installation: where it belongs, and its parameters. */
export interface InstalledStack {
  readonly stack: StackName;
  readonly in: 'logArchive' | 'security' | 'management' | 'deployments';
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The code of its functions is in the bucket of `cdk bootstrap`, which the account and region must have. */
  readonly hasAssets: boolean;
}
