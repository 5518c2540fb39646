/** Decides for resources that can exist only once per account and region: deploy them, or keep the existing one, which is never overwritten. */
import type { Region } from '../model/brand';
import type { Preflight, SeenTrail, Singletons } from '../model/lookups';
import type { ModuleId } from '../model/module';
import type { Release } from '../model/release';
import { skipsOf } from './preflight';

type Treatment =
  | { readonly kind: 'deploy' }
  /** The existing resource stays. The checks judge its effective state. */
  | { readonly kind: 'leave'; readonly because: string }
  /** A person has to choose; `next` names the options. */
  | { readonly kind: 'conflict'; readonly because: string; readonly next: string }
  /** It is not known what exists, so nothing is done there. */
  | { readonly kind: 'skip'; readonly because: string; readonly activating?: boolean };

export type Decision = { readonly module: ModuleId; readonly region: Region } & Treatment;

/** Modules whose resources CloudFormation cannot, or should not, create next to existing ones [controls 0.1.2]. */
const singular: readonly {
  readonly module: ModuleId;
  readonly treat: (here: Singletons) => Treatment;
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

/** A region that refuses the account gets no decision. */
export function decideAdoption(
  release: Pick<Release, 'modules' | 'settings' | 'regions' | 'expectations'>,
  { singletons, unanswered }: Pick<Preflight, 'singletons' | 'unanswered'>,
): readonly Decision[] {
  const { modules, regions, expectations } = release;
  const organizationManaged = new Set(expectations.organizationManaged);
  const skips = skipsOf(release, unanswered);
  const decided = singular.flatMap(({ module, treat }): readonly Decision[] => {
    if (organizationManaged.has(module)) {
      const verified = module === 'audit-logging' ? [regions.home] : regions.governed;
      const left = leave('the config sets managedBy: organization');
      return verified.map((region) => ({ module, region, ...left }));
    }
    const wanted = modules.find((m) => m.module === module)?.regions ?? [];
    return singletons
      .filter(({ region }) => wanted.includes(region))
      .filter(({ region }) => !skips.some((skip) => skip.module === module && skip.region === region))
      .map((here) => ({ module, region: here.region, ...treat(here) }));
  });
  return [...decided, ...skips.map((skip) => ({ kind: 'skip' as const, ...skip }))];
}

/**
 * EC2 refuses every change to a setting that a declarative policy enforces, even to the same value
 * [doc:organizations/orgs_manage_policies_declarative]. A stack would fail although the setting is correct.
 */
function snapshotsIn({ snapshotsHeld }: Singletons): Treatment {
  if (snapshotsHeld === undefined) return deploy;
  const { state } = snapshotsHeld;
  if (state.startsWith('block-')) return leave(`a declarative policy sets snapshot block public access to ${state}`);
  return conflict(
    `a declarative policy sets snapshot block public access to ${state}`,
    'change the policy, or set modules.account-hardening.snapshotBlockPublicAccess to false',
  );
}

/** CloudTrail's hard limit per region; trails of other regions that cover it count too [doc:awscloudtrail/WhatIsCloudTrail-Limits]. */
const trailsMax = 5;

/** A trail created by hand does not replace ours, because it can disappear. An organization trail does: a second copy of its events costs money. */
function trailIn({ region, trails = [] }: Singletons): Treatment {
  if (trails.some(({ ours }) => ours)) return deploy;
  const covering = trails.find(({ organization, multiRegion }: SeenTrail) => organization && multiRegion);
  if (covering !== undefined)
    return leave(`organization trail ${covering.name} covers the account, and a second copy of its events costs extra`);
  if (trails.length < trailsMax) return deploy;
  return conflict(
    `${region} has ${trails.length} trails and CloudTrail allows ${trailsMax}: ${trails.map(({ name }) => name).join(', ')}`,
    'delete a trail that is not needed',
  );
}

/** The prefix of Control Tower's recorders, which its guardrails protect from changes [doc:controltower/existing-config-resources]. */
const controlTowerPrefix = 'aws-controltower-';

/** A recorder created by hand has its own role, channel and resource types and rarely fits the baseline, so a person chooses. */
function recorderIn({ recorder }: Singletons): Treatment {
  if (recorder === undefined || recorder.ours) return deploy;
  if (recorder.name.startsWith(controlTowerPrefix)) return leave(`Control Tower manages recorder ${recorder.name}`);
  return conflict(
    `recorder ${recorder.name} already exists and is not managed by Strongroom; a region allows one`,
    'delete it with its delivery channel, or set modules.aws-config.managedBy to organization',
  );
}

type Owner = 'nobody' | 'us' | 'administrator' | 'other';

/**
 * One template creates the detector and the hub, and CloudFormation creates both or neither:
 *
 * | detector and hub                  | decision | because                                                               |
 * |-----------------------------------|----------|-----------------------------------------------------------------------|
 * | each ours or absent               | deploy   | nothing is in the way                                                 |
 * | at least one has an administrator | leave    | the organization manages it, and may enable the other one soon        |
 * | both enabled by another team      | leave    | both exist; the checks judge them                                     |
 * | one enabled by another team       | conflict | our template cannot create only the other one. If it were skipped,   |
 * |                                   |          | the account would fail its checks and hold its wave forever           |
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
    const missing = owned('nobody').map((what) => `; ${what} is not enabled yet`);
    return leave(`administered by account ${[...new Set(administrators)].join(' and ')}${missing.join('')}`);
  }
  if (owned('other').length === 2) return leave('GuardDuty and Security Hub are enabled and not managed by Strongroom');
  const [theirs = '', other = ''] = [...owned('other'), ...owned('nobody', 'us')];
  return conflict(
    `${theirs} is enabled and not managed by Strongroom, and the template that enables ${other} enables both`,
    `disable ${theirs}, or enable both by hand, or set modules.threat-detection.managedBy to organization`,
  );
}

/** Our own detector stays ours when the organization makes the account a member, because the stack still contains it. */
function ownerOf(singleton: Singletons['detector'] | Singletons['hub']): Owner {
  if (singleton === undefined) return 'nobody';
  if (singleton.ours) return 'us';
  return singleton.administrator === undefined ? 'other' : 'administrator';
}

/** A region of an account allows one, and this quota is fixed [doc:IAM/access-analyzer-quotas]. */
function analyzerIn({ analyzer }: Singletons): Treatment {
  if (analyzer === undefined || analyzer.ours) return deploy;
  const { name, status } = analyzer;
  if (status === 'ACTIVE' || status === 'CREATING')
    return leave(`analyzer ${name} exists and is not managed by Strongroom`);
  return conflict(
    `analyzer ${name} is ${status} and not managed by Strongroom; a region allows one`,
    'delete it, or ask its owner to bring it back to ACTIVE',
  );
}
