/** How Strongroom is installed, as strongroom.yaml says it. Everything else of an installation is derived from it: `domain/installation/`. */
import type { AccountId, Region } from './brand';

/** One of the accounts of the installation, and how an administrator reaches it. */
export interface InstalledAccount {
  readonly account: AccountId;
  /** An AWS profile of the person who installs. */
  readonly profile?: string | undefined;
  /** The ARN of a role that this person can assume. */
  readonly role?: string | undefined;
}

/** How people sign in to the dashboard, and which claims of their tokens give them a role. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly tokenOrigin: string;
  readonly scope: string;
  readonly roleClaim: string;
  readonly operatorValue: string;
  readonly viewerValue: string;
  readonly nameClaim: string;
}

export interface InstallationSpec {
  readonly management?: InstalledAccount | undefined;
  readonly deployments?: InstalledAccount | undefined;
  readonly logArchive?: InstalledAccount | undefined;
  readonly security?: InstalledAccount | undefined;
  /** The role in every account by which Strongroom deploys. */
  readonly ciRole: string;
  /** The role in every account by which Strongroom looks at it. */
  readonly readerRole: string;
  /** Which the trust policies of both roles ask for. */
  readonly externalId: string;
  /** The role in the Deployments account by which StackSets enters the accounts. */
  readonly administrationRole: string;
  /** The role of each account that its people assume. */
  readonly operatorRole: string;
  /** Roles of the Deployments account by which people use Strongroom, with their path; a name may contain wildcards. */
  readonly people: readonly string[];
  /** Root and OUs whose accounts get the CI role; empty, the root. */
  readonly targets: readonly string[];
  /** Where Control Tower is at home, if the organization uses it. */
  readonly controlTowerRegion?: Region | undefined;
  /** A workflow that may enter the accounts. */
  readonly gitHubSubject?: string | undefined;
  readonly dashboard?: SignIn | undefined;
}

/** Names that nobody has to choose. */
export const installationDefaults = {
  ciRole: 'BaselineCi',
  readerRole: 'BaselineReader',
  externalId: 'strongroom',
  /** Not the name that AWS suggests: an account that ever used self-managed StackSets has a role of that name. */
  administrationRole: 'StrongroomStackSetAdministration',
  operatorRole: 'InfraAdmin',
} as const;

/** Of STS it is 1,224, which alone would fill most of a trust policy of 2,048 characters [bc:sts:AssumeRole]. */
export const externalIdLengthMax = 256;

/** More would not fit into a trust policy [doc:IAM/reference_iam-quotas]. */
export const peopleMax = 3;
