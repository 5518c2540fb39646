/** The form of strongroom.yaml. What it parses to is exactly the domain's Intent. */
import { z } from 'zod';
import { type Catalog, catalog, type ModuleChoices, type Toggle } from '../domain/model/catalog';
import { togglesOf } from '../domain/model/module';
import { standardForm, standardsMax } from '../domain/model/standards';
import {
  accountId,
  accountsMax,
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
  tags,
  text,
  waveName,
  whole,
} from './fields';

const wavesMax = 100;
const ousMax = 200;
const exceptionsMax = 1_000;
const regionsMax = 50;
/** 30 days: a rollout that soaks longer is forgotten before it ends. */
const soakMinutesMax = 43_200;

const roleArn = text('the ARN of an IAM role', /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/);

const organization = map('of ciRole and externalId', {
  ciRole: roleName
    .prefault('BaselineCi')
    .describe('Role that the bootstrap made in every account; Strongroom enters an account only through it.'),
  externalId: text('2 to 1224 letters, digits or any of +=,.@:/-_', /^[\w+=,.@:/-]{2,1224}$/)
    .prefault('strongroom')
    .describe('External id that the trust of the CI role asks for.'),
  administrationRoleArn: roleArn
    .optional()
    .describe(
      "Role that CloudFormation uses in the orchestrator's account to enter the members. AWS's default name when absent.",
    ),
  directoryRoleArn: roleArn
    .optional()
    .describe(
      "Role of the management account by which the organization is listed. The caller's own credentials when absent.",
    ),
});

const regions = map('of home and governed', {
  home: region.describe('Region for what exists once per account, like IAM roles. It is the first to be changed.'),
  governed: listOf(region, regionsMax, 'regions').describe(
    'Regions where the baseline holds. The home region must be one of them.',
  ),
});

// Off unless asked for: an upgrade that brings a new module must not put it into every account.
const enabled = flag.prefault(false).describe('Whether the module is rolled out.');
const held = flag.prefault(true);
const managedBy = oneOf('strongroom', 'organization')
  .prefault('strongroom')
  .describe('Who makes it: strongroom, or the organization already does and it is only verified.');

const standard = text('a standard like aws-foundational-security-best-practices/v/1.0.0', standardForm);

/** What a module can be told besides whether it is enabled and who manages it. */
type OwnOptions = {
  readonly [Id in Toggle as keyof Own<Id> extends never ? never : Id]: {
    readonly [Name in keyof Own<Id>]-?: z.ZodType<Own<Id>[Name]>;
  };
};
type Own<Id extends Toggle> = Omit<ModuleChoices[Id], 'enabled' | 'managedBy'>;

const ownOptions: OwnOptions = {
  'account-hardening': {
    passwordPolicy: held.describe('Hold the password policy of IAM users.'),
    s3PublicAccessBlock: held.describe('Block public access to S3 for the whole account.'),
    ebsEncryption: held.describe('Encrypt new EBS volumes by default, in every governed region.'),
    imdsDefaults: held.describe('Require IMDSv2 by default for new instances, in every governed region.'),
    snapshotBlockPublicAccess: held.describe('Block public sharing of EBS snapshots, in every governed region.'),
  },
  'audit-logging': {
    logArchiveBucket: text('an S3 bucket name', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .optional()
      .describe('Bucket of the log archive account that receives the trail, and what AWS Config records.'),
    logArchiveKeyArn: text('the ARN of a KMS key', /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]{1,64}$/)
      .optional()
      .describe('Key of the log archive that log files are encrypted with. What the bucket itself uses when absent.'),
  },
  'threat-detection': {
    standards: listOf(standard, standardsMax, 'standards')
      .prefault([])
      .describe(
        'Security Hub standards to turn on, like aws-foundational-security-best-practices/v/1.0.0. Each costs.',
      ),
  },
  alerts: {
    email: email
      .optional()
      .describe('Who is told of findings and root sign-ins. Each account asks it to confirm once.'),
  },
  'operator-role': {
    roleName: roleName.prefault('InfraAdmin').describe('Name of the role that operators assume with MFA.'),
    mfaMaxAgeSeconds: whole(900, 14_400).prefault(3_600).describe('How old the MFA sign-in may be, in seconds.'),
  },
};

/** @param of the modules that exist; only tests have others than ours. */
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

/** What was just deployed is seen within minutes; who wants to wait for hours wants a soak. */
const settleMinutesMax = 120;
const settlesMax = 10;

/** 14 days, as long as the state machine waits for a person at all. */
const approvalHoursMax = 336;
const freezesMax = 100;

const wave = map('of one wave', {
  name: waveName.describe('Names the wave and its StackSets. Renaming a wave re-homes its stacks.'),
  ous: listOf(ou, ousMax, 'OUs')
    .prefault([])
    .describe('OU paths like Workloads/Dev, or OU ids. An OU selects its descendants too.'),
  accounts: listOf(accountId, accountsMax, 'account ids').prefault([]).describe('Account ids, in quotes.'),
  tags: tags.prefault({}).describe('Selects the accounts that carry one of these tags with this value.'),
  percent: z
    .number({ error: 'must be over 0 and at most 100' })
    .gt(0)
    .lte(100)
    .prefault(100)
    .describe('Share of what the wave selects, by a stable hash of the account id; a later wave may take the rest.'),
  maxConcurrent: share(1)
    .prefault('10%')
    .describe('Accounts that are changed at once: a count like 5, or a percentage of the wave like 10%.'),
  failureTolerance: share(0)
    .prefault(0)
    .describe('Accounts that may fail before nothing new starts: a count like 2, or a percentage like 5%.'),
  slowStart: flag.prefault(true).describe('Begin with one account, then two, four, and so on up to maxConcurrent.'),
  strict: flag
    .prefault(false)
    .describe('Never more accounts at once than the tolerance plus one. Safer, and much slower.'),
  soakMinutes: whole(0, soakMinutesMax)
    .prefault(1_440)
    .describe('Minutes that a healthy wave is left alone before it is checked again.'),
  approval: oneOf('automatic', 'manual')
    .prefault('automatic')
    .describe('Whether a person must approve before the wave starts.'),
  probe: flag
    .prefault(false)
    .describe('Let `verify --probe` make its experiments in these accounts: a sample finding, a short-lived queue.'),
  approvalHours: whole(1, approvalHoursMax)
    .prefault(72)
    .describe('Hours in which an approval may be given, and in which a wave that was approved must have started.'),
});

const freeze = map('of from, to and reason', {
  from: moment('start').describe('A time with its zone, like 2026-12-18T18:00Z, or a day, which begins at 00:00 UTC.'),
  to: moment('end').describe('A time with its zone, or the last day, which ends at 24:00 UTC.'),
  reason: prose(500).describe('Why nothing new may start. It is shown in plans and while a rollout waits.'),
  waves: listOf(waveName, wavesMax, 'waves').min(1).optional().describe('Only these waves. All of them when absent.'),
});

const exception = map('of account, reason, owner and expires', {
  account: accountId.describe('Account id, in quotes.'),
  reason: prose(500).describe('Why the account is left alone.'),
  owner: prose(200).describe('Who answers for it.'),
  expires: date.describe('Last day on which the exception holds, like 2027-01-31. Then the account is targeted again.'),
});

export const configSchema = map('of at least regions, modules and waves', {
  organization: organization
    .prefault({})
    .meta({ title: 'Organization', description: 'How Strongroom enters the accounts of the organization.' }),
  regions: regions.meta({ title: 'Regions', description: 'Where the baseline holds.' }),
  modules: modulesSchema()
    .prefault({})
    .meta({ title: 'Modules', description: 'The parts of the baseline. At least one must be enabled.' }),
  waves: listOf(wave, wavesMax, 'waves').min(1, { error: 'must name at least one wave' }).meta({
    title: 'Waves',
    description: 'Groups of accounts, in order. An account belongs to the first wave that selects it.',
  }),
  exclude: map('of ous and accounts', {
    ous: listOf(ou, ousMax, 'OUs').prefault([]).describe('OUs that are never touched, with their descendants.'),
    accounts: listOf(accountId, accountsMax, 'account ids')
      .prefault([])
      .describe('Accounts that are never touched: ids, in quotes.'),
  })
    .prefault({})
    .meta({ title: 'Exclude', description: 'What is never touched, whichever wave selects it.' }),
  exceptions: listOf(exception, exceptionsMax, 'exceptions')
    .prefault([])
    .meta({ title: 'Exceptions', description: 'Accounts that are left alone for a while, each with an owner.' }),
  freezes: listOf(freeze, freezesMax, 'freezes').prefault([]).meta({
    title: 'Freezes',
    description: 'Times in which no wave opens and no stage starts. What runs is finished.',
  }),
  checks: map('of settleMinutes', {
    settleMinutes: listOf(whole(0, settleMinutesMax), settlesMax, 'pauses')
      .prefault([1, 2, 5])
      .describe('Pauses after which checks that did not pass are asked again, before they count. Empty: at once.'),
  })
    .prefault({})
    .meta({ title: 'Checks', description: 'How the health checks of a wave are judged.' }),
  probes: map('of operatorProbe', {
    operatorProbe: roleName
      .optional()
      .describe(
        'Role in the accounts of waves with `probe` that may assume the operator role, and that trusts Strongroom. With it is tried whether the operator role refuses who comes without MFA.',
      ),
  })
    .prefault({})
    .meta({ title: 'Proofs', description: 'What `verify --probe` needs for its experiments.' }),
  onFailure: oneOf('hold', 'rollBack')
    .prefault('hold')
    .describe('What a failed gate leads to: hold for a person, or roll the wave back to its last good release.'),
  notifications: map('of topicArn', {
    topicArn: text(
      'the ARN of a standard SNS topic',
      /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    ).describe('SNS topic that is told when a rollout is held, wants an approval or fails, and when keys are at risk.'),
  })
    .optional()
    .meta({ title: 'Notifications', description: 'Who is told. People subscribe to the topic, and so do machines.' }),
}).meta({ title: 'strongroom.yaml', description: 'How Strongroom rolls the security baseline out.' });

/** JSON Schema of what a person writes, for editors. Draft 7 is what the YAML language server knows best. */
export const configJsonSchema = (): z.core.JSONSchema.BaseSchema =>
  z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
