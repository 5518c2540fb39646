/** Of what an account can have only one: what preflight will do where somebody else was there first. Nothing is deployed over them. */
import type { Region } from '../model/brand';
import type { ModuleId } from '../model/module';
import type { Release } from '../model/release';
import type { Singletons } from '../model/singletons';

type Treatment =
  | { readonly kind: 'deploy' }
  /** It is theirs: adopted as managed by the organization, and judged by its effective state. */
  | { readonly kind: 'leave'; readonly because: string }
  /** A person has to choose; `next` says between what. */
  | { readonly kind: 'conflict'; readonly because: string; readonly next: string };

export type Decision = { readonly module: ModuleId; readonly region: Region } & Treatment;

/** Modules whose resources CloudFormation cannot make beside somebody else's, or should not [controls 0.1.2]. */
const singular: readonly {
  readonly module: ModuleId;
  readonly treat: (here: Singletons, everywhere: readonly Singletons[]) => Treatment;
}[] = [
  { module: 'account-hardening', treat: snapshotsIn },
  { module: 'audit-logging', treat: trailIn },
  { module: 'aws-config', treat: recorderIn },
  { module: 'threat-detection', treat: threatsIn },
  { module: 'access-analyzer', treat: analyzerIn },
];

const deploy: Treatment = { kind: 'deploy' };
const leave = (because: string): Treatment => ({ kind: 'leave', because });
const conflict = (because: string, next: string): Treatment => ({ kind: 'conflict', because, next });

/** @param everywhere one entry per region that answered; of the others nothing is decided. */
export function decideAdoption(
  { modules, regions, expectations }: Pick<Release, 'modules' | 'regions' | 'expectations'>,
  everywhere: readonly Singletons[],
): readonly Decision[] {
  const organizationManaged = new Set(expectations.organizationManaged);
  return singular.flatMap(({ module, treat }) => {
    const isLeft = organizationManaged.has(module);
    const verified = module === 'audit-logging' ? [regions.home] : regions.governed;
    const wanted = isLeft ? verified : (modules.find((m) => m.module === module)?.regions ?? []);
    return everywhere
      .filter(({ region }) => wanted.includes(region))
      .map((here) => ({
        module,
        region: here.region,
        ...(isLeft ? leave('the config leaves it to the organization') : treat(here, everywhere)),
      }));
  });
}

/**
 * Under a declarative policy EC2 refuses every change of what the policy holds, also the one to the same value
 * [doc:organizations/orgs_manage_policies_declarative]: a stack would fail over what is as it should be.
 */
function snapshotsIn({ snapshotsHeld }: Singletons): Treatment {
  if (snapshotsHeld === undefined) return deploy;
  const { state } = snapshotsHeld;
  if (state.startsWith('block-')) return leave(`a declarative policy holds the sharing of snapshots at ${state}`);
  return conflict(
    `a declarative policy holds the sharing of snapshots at ${state}`,
    'change the policy, or set modules.account-hardening.snapshotBlockPublicAccess to false',
  );
}

/** CloudTrail's hard limit per region; trails that only reach into it count too [doc:awscloudtrail/WhatIsCloudTrail-Limits]. */
const trailsMax = 5;

/** A trail by hand is no substitute: nothing says that it stays. An organization's is, and a second copy of its events is paid. */
function trailIn({ region, trails }: Singletons, everywhere: readonly Singletons[]): Treatment {
  if (trails.some(({ ours }) => ours)) return deploy;
  const covering = trails.find(({ organization, multiRegion }) => organization && multiRegion);
  if (covering !== undefined)
    return leave(`organization trail ${covering.name} covers the account; a second copy of its events would be paid`);
  const reaching = new Set([
    ...trails.map(({ name }) => name),
    ...everywhere.flatMap((other) => other.trails.filter(({ multiRegion }) => multiRegion).map(({ name }) => name)),
  ]);
  if (reaching.size < trailsMax) return deploy;
  return conflict(
    `${reaching.size} trails reach ${region} and CloudTrail allows ${trailsMax}: ${[...reaching].join(', ')}`,
    'delete one that nobody needs',
  );
}

/** Control Tower names its recorders so, and its guardrails refuse changes to them [doc:controltower/existing-config-resources]. */
const controlTowerPrefix = 'aws-controltower-';

/** A recorder by hand has its own role, channel and types: it would pass for ours only by chance, so a person chooses. */
function recorderIn({ recorder }: Singletons): Treatment {
  if (recorder === undefined || recorder.ours) return deploy;
  if (recorder.name.startsWith(controlTowerPrefix)) return leave(`Control Tower runs recorder ${recorder.name}`);
  return conflict(
    `recorder ${recorder.name} was made by somebody else, and a region has room for one`,
    'delete it with its delivery channel, or set modules.aws-config.managedBy to organization',
  );
}

type Owner = 'nobody' | 'us' | 'administrator' | 'somebody';

/**
 * One template makes the detector and the hub, and CloudFormation makes all of it or nothing:
 *
 * | detector and hub                | then     | because                                                                  |
 * |---------------------------------|----------|--------------------------------------------------------------------------|
 * | each ours or not there          | deploy   | nothing is in the way                                                    |
 * | one with an administrator       | leave    | the organization is at work, and may be about to bring the other         |
 * | both of somebody, by hand       | leave    | everything is there already; the checks say whether it is good           |
 * | one of somebody, the other not  | conflict | we cannot add the other beside it, and nobody else will: left alone, the |
 * |                                 |          | account would be deployed to, and its wave held for it for ever          |
 */
function threatsIn({ detector, hub }: Singletons): Treatment {
  const owners = { GuardDuty: ownerOf(detector), 'Security Hub': ownerOf(hub) };
  const owned = (...by: Owner[]): string[] =>
    Object.entries(owners)
      .filter(([, owner]) => by.includes(owner))
      .map(([what]) => what);

  if (owned('nobody', 'us').length === 2) return deploy;
  if (owned('administrator').length > 0) {
    const administrators = [detector?.administrator, hub?.administrator].filter((id) => id !== undefined);
    const missing = owned('nobody').map((what) => `; ${what} is not there yet`);
    return leave(`administered by account ${[...new Set(administrators)].join(' and ')}${missing.join('')}`);
  }
  if (owned('somebody').length === 2) return leave('GuardDuty and Security Hub were both enabled by somebody else');
  const [theirs = '', other = ''] = [...owned('somebody'), ...owned('nobody', 'us')];
  return conflict(
    `${theirs} was enabled by somebody else, and the template that would bring ${other} brings both`,
    `disable ${theirs}, or enable both by hand, or set modules.threat-detection.managedBy to organization`,
  );
}

/** Our own detector stays ours when the organization makes the account a member: the stack still holds it. */
function ownerOf(singleton: Singletons['detector'] | Singletons['hub']): Owner {
  if (singleton === undefined) return 'nobody';
  if (singleton.ours) return 'us';
  return singleton.administrator === undefined ? 'somebody' : 'administrator';
}

/** An account has room for one in a region, and nobody can raise that [doc:IAM/access-analyzer-quotas]. */
function analyzerIn({ analyzer }: Singletons): Treatment {
  if (analyzer === undefined || analyzer.ours) return deploy;
  const { name, status } = analyzer;
  if (status === 'ACTIVE' || status === 'CREATING') return leave(`analyzer ${name} was made by somebody else`);
  return conflict(
    `analyzer ${name} was made by somebody else and is ${status}, and a region has room for one`,
    'delete it, or have whoever made it bring it back to ACTIVE',
  );
}
