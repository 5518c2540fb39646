/** The schema of strongroom.yaml. It parses to exactly the desired state of the domain. */
import { z } from 'zod';
import { type Catalog, catalog, type ModuleChoices, type Toggle } from '../domain/model/catalog';
import { togglesOf } from '../domain/model/module';
import { standardForm, standardsMax } from '../domain/model/standards';
import {
  accountId,
  accountsMax,
  action,
  date,
  email,
  flag,
  listOf,
  map,
  moment,
  oneOf,
  ou,
  prose,
  region,
  roleName,
  share,
  shareAtLeast,
  tags,
  text,
  waveName,
  whole,
} from './fields';
import { installation } from './installation';

const wavesMax = 100;
const exemptActionsMax = 60;
const ousMax = 200;
const exceptionsMax = 1_000;
const regionsMax = 50;
/** 30 days: a longer soak would keep a rollout open too long. */
const soakMinutesMax = 43_200;

const regions = map('of home and governed', {
  home: region.describe('Region for account-wide resources like IAM roles. It is changed first.'),
  governed: listOf(region, regionsMax, 'regions').describe(
    'Regions where the baseline applies. They must include the home region.',
  ),
});

// Off by default: an upgrade with a new module must not deploy it to every account.
const enabled = flag.prefault(false).describe('Whether the module is rolled out.');
const held = flag.prefault(true);
const managedBy = oneOf('strongroom', 'organization')
  .prefault('strongroom')
  .describe('Who manages this: strongroom deploys it, or the organization does and Strongroom only verifies it.');

const standard = text('a standard like aws-foundational-security-best-practices/v/1.0.0', standardForm);

/** The options of a module besides `enabled` and `managedBy`. */
type OwnOptions = {
  readonly [Id in Toggle as keyof Own<Id> extends never ? never : Id]: {
    readonly [Name in keyof Own<Id>]-?: z.ZodType<Own<Id>[Name]>;
  };
};
type Own<Id extends Toggle> = Omit<ModuleChoices[Id], 'enabled' | 'managedBy'>;

const ownOptions: OwnOptions = {
  'account-hardening': {
    passwordPolicy: held.describe('Set the password policy of IAM users.'),
    s3PublicAccessBlock: held.describe('Block public access to S3 for the whole account.'),
    ebsEncryption: held.describe('Encrypt new EBS volumes by default, in every governed region.'),
    imdsDefaults: held.describe('Require IMDSv2 by default for new instances, in every governed region.'),
    snapshotBlockPublicAccess: held.describe('Block public sharing of EBS snapshots, in every governed region.'),
  },
  'audit-logging': {
    logArchiveBucket: text('an S3 bucket name', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .optional()
      .describe('S3 bucket of the log archive account for the trail and for AWS Config.'),
    logArchiveKeyArn: text('the ARN of a KMS key', /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]{1,64}$/)
      .optional()
      .describe('KMS key of the log archive that encrypts log files. Default: the encryption of the bucket.'),
  },
  'threat-detection': {
    standards: listOf(standard, standardsMax, 'standards')
      .prefault([])
      .describe(
        'Security Hub standards to enable, like aws-foundational-security-best-practices/v/1.0.0. Each standard costs extra.',
      ),
  },
  alerts: {
    email: email
      .optional()
      .describe(
        'Email address for the alerts of all accounts. It must confirm one subscription, of the topic in the security account.',
      ),
  },
  'operator-role': {
    mfaMaxAgeSeconds: whole(900, 14_400).prefault(3_600).describe('Maximum age of the MFA sign-in, in seconds.'),
    exemptActions: listOf(action, exemptActionsMax, 'actions')
      .prefault([])
      .describe('Actions that the operator role may also call outside the governed regions, like devicefarm:*.'),
    exemptActionsInUsEast1: listOf(action, exemptActionsMax, 'actions')
      .prefault([])
      .describe(
        'Actions that the operator role may also call in us-east-1, for global services, like lambda:CreateFunction.',
      ),
  },
};

/** @param of the catalog of modules; only tests pass another. */
export const modulesSchema = (of: Catalog = catalog) => {
  const own: Readonly<Record<string, z.ZodRawShape>> = ownOptions;
  const fields = togglesOf(of).map((id): readonly [Toggle, z.ZodType] => {
    const { title, description, mayBeManaged } = of[id];
    const shape = { enabled, ...(mayBeManaged && { managedBy }), ...own[id] };
    return [id, map('of settings', shape).prefault({}).meta({ title, description })];
  });
  // The fields are those of the catalog, and their options those of ModuleChoices.
  return map('of modules', Object.fromEntries(fields) as ModuleFields);
};
type ModuleFields = { readonly [Id in Toggle]: z.ZodPrefault<z.ZodType<ModuleChoices[Id], object>> };

/** Deployments take effect within minutes; a soak is for longer waits. */
const settleMinutesMax = 120;
const outageWaitMinutesMax = 720;
const settlesMax = 10;

/** 14 days: the state machine waits no longer for a decision. */
const approvalHoursMax = 336;
const freezesMax = 100;

const wave = map('of one wave', {
  name: waveName.describe(
    'Name of the wave, part of its StackSet names. Renaming a wave moves its stacks to new StackSets.',
  ),
  ous: listOf(ou, ousMax, 'OUs')
    .prefault([])
    .describe('OU paths like Workloads/Dev, or OU ids. An OU includes its child OUs.'),
  accounts: listOf(accountId, accountsMax, 'account ids').prefault([]).describe('Account ids, in quotes.'),
  tags: tags.prefault({}).describe('Selects the accounts that carry one of these tags with this value.'),
  percent: z
    .number({ error: 'must be more than 0 and at most 100' })
    .gt(0)
    .lte(100)
    .prefault(100)
    .describe(
      'Percentage of the selected accounts, by a stable hash of the account id. A later wave can select the rest.',
    ),
  maxConcurrent: shareAtLeast(1)
    .prefault('10%, at least 10')
    .describe(
      'How many accounts change at once: a count like 5, a percentage of the wave like 10%, or one like "10%, at least 10".',
    ),
  failureTolerance: share(0)
    .prefault(0)
    .describe('How many accounts can fail before the wave is held: a count like 2, or a percentage like 5%.'),
  slowStart: flag.prefault(true).describe('Start with one account, then four, 16, and so on up to maxConcurrent.'),
  strict: flag
    .prefault(false)
    .describe('Change at most failureTolerance + 1 accounts at once. Safer, but much slower.'),
  soakMinutes: whole(0, soakMinutesMax)
    .prefault(1_440)
    .describe('Minutes to wait before a healthy wave is checked again.'),
  approval: oneOf('automatic', 'manual')
    .prefault('automatic')
    .describe('Whether a person must approve the wave before it starts.'),
  probe: flag
    .prefault(false)
    .describe('Allow `verify --probe` in these accounts. It creates a sample finding and a temporary queue.'),
  approvalHours: whole(1, approvalHoursMax)
    .prefault(72)
    .describe('Hours in which a wave can be approved, and in which an approved wave must start.'),
});

const freeze = map('of from, to and reason', {
  from: moment('start').describe(
    'Start: a time with its zone like 2026-12-18T18:00Z, or a day, which begins at 00:00 UTC.',
  ),
  to: moment('end').describe('End: a time with its zone, or the last day, which ends at 24:00 UTC.'),
  reason: prose(500).describe('Reason for the freeze, shown in plans and while a rollout waits.'),
  waves: listOf(waveName, wavesMax, 'waves').min(1).optional().describe('Only these waves. Default: all waves.'),
});

const exception = map('of account, reason, owner and expires', {
  account: accountId.describe('Account id, in quotes.'),
  reason: prose(500).describe('Reason for the exception.'),
  owner: prose(200).describe('Owner of the exception.'),
  expires: date.describe('Last day of the exception, like 2027-01-31. After it, the account is targeted again.'),
});

export const configSchema = map('of at least regions, modules and waves', {
  installation,
  regions: regions.meta({ title: 'Regions', description: 'Regions where the baseline applies.' }),
  modules: modulesSchema()
    .prefault({})
    .meta({ title: 'Modules', description: 'The parts of the baseline. At least one must be enabled.' }),
  waves: listOf(wave, wavesMax, 'waves').min(1, { error: 'must contain at least one wave' }).meta({
    title: 'Waves',
    description: 'Groups of accounts, in rollout order. An account belongs to the first wave that selects it.',
  }),
  exclude: map('of ous and accounts', {
    ous: listOf(ou, ousMax, 'OUs').prefault([]).describe('Excluded OUs, with their child OUs.'),
    accounts: listOf(accountId, accountsMax, 'account ids').prefault([]).describe('Excluded account ids, in quotes.'),
  })
    .prefault({})
    .meta({
      title: 'Exclude',
      description: 'Accounts and OUs that Strongroom never changes, even if a wave selects them.',
    }),
  exceptions: listOf(exception, exceptionsMax, 'exceptions')
    .prefault([])
    .meta({ title: 'Exceptions', description: 'Accounts that are exempt until a date, each with an owner.' }),
  freezes: listOf(freeze, freezesMax, 'freezes').prefault([]).meta({
    title: 'Freezes',
    description: 'Times in which no wave or stage starts. Work in progress is completed.',
  }),
  checks: map('of settleMinutes', {
    settleMinutes: listOf(whole(0, settleMinutesMax), settlesMax, 'pauses')
      .prefault([1, 2, 5])
      .describe(
        'Minutes before each retry of failing checks, before their result counts. What AWS has not completed is waited for longer. Empty: no retries.',
      ),
  })
    .prefault({})
    .meta({ title: 'Checks', description: 'How the health checks of a wave are evaluated.' }),
  probes: map('of operatorProbe', {
    operatorProbe: roleName
      .optional()
      .describe(
        'Role that trusts Strongroom and can assume the operator role, in the accounts of waves with `probe`. It probes whether the operator role denies access without MFA.',
      ),
  })
    .prefault({})
    .meta({ title: 'Probes', description: 'Settings of `verify --probe`.' }),
  onFailure: oneOf('hold', 'rollBack')
    .prefault('hold')
    .describe('Action after a failed gate: hold the wave for a decision, or roll it back to its last good release.'),
  outageWaitMinutes: whole(0, outageWaitMinutesMax)
    .prefault(60)
    .describe(
      'Minutes to wait for an outage of AWS, the network or your credentials to end. After that the rollout is parked until you run `strongroom resume`. No account is changed by an outage.',
    ),
  notifications: map('of topicArn', {
    topicArn: text(
      'the ARN of a standard SNS topic',
      /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    ).describe(
      'SNS topic for notices: approval required; rollout held, failed or rolled back; new account ready; keys at risk.',
    ),
  })
    .optional()
    .meta({ title: 'Notifications', description: 'Notices by SNS, as text for people and as JSON for machines.' }),
}).meta({ title: 'strongroom.yaml', description: 'How Strongroom rolls out the security baseline.' });

/** JSON Schema of the config, for editors. The YAML language server supports draft 7 best. */
export const configJsonSchema = (): z.core.JSONSchema.BaseSchema =>
  z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
