/**
 * Settings of one account: reads them, applies the desired state, and restores earlier values. Each setting is read first and not
 * written if it is already right: where an organization policy enforces it, the write would be denied although nothing is wrong
 * [aws-behavior 5.2], [aws-behavior 5.4].
 */
import {
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ModifyInstanceMetadataDefaultsCommand,
  ResetEbsDefaultKmsKeyIdCommand,
} from '@aws-sdk/client-ec2';
import { DeleteAccountPasswordPolicyCommand, IAMClient, UpdateAccountPasswordPolicyCommand } from '@aws-sdk/client-iam';
import { DeletePublicAccessBlockCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3-control';
import pLimit from 'p-limit';
import type { Region } from '../domain/model/brand';
import { canonicalJson } from '../domain/model/release';
import type {
  DesiredSettings,
  ImdsDefaults,
  PasswordPolicy,
  PreviousSettings,
  PublicAccessBlock,
} from '../domain/model/settings';
import { readEbsEncryption, readImdsDefaults } from './facts/ec2';
import { readPasswordPolicy } from './facts/iam';
import { describeKey, readChosenEbsKey } from './facts/kms';
import { readPublicAccessBlock, S3ControlHere } from './facts/s3-control';
import { calling, finding } from './failures';
import type { Session } from './sessions';

export async function readSettings(
  session: Session,
  desired: DesiredSettings,
  regions: readonly Region[],
): Promise<PreviousSettings> {
  const [passwordPolicy, s3PublicAccessBlock, ebsEncryption, imdsDefaults, ebsDefaultKey] = await Promise.all([
    desired.passwordPolicy && readPasswordPolicy(session).then(orNull),
    desired.s3PublicAccessBlock && readPublicAccessBlock(session).then(orNull),
    desired.ebsEncryption &&
      inEach(regions, async (region) => (await readEbsEncryption(session, region)).enabled).then(Object.fromEntries),
    desired.imdsDefaults && inEach(regions, (region) => readImdsDefaults(session, region)).then(Object.fromEntries),
    desired.ebsDefaultKey &&
      inEach(regions, (region) => readChosenEbsKey(session, region).then(orNull)).then(Object.fromEntries),
  ]);
  return { passwordPolicy, s3PublicAccessBlock, ebsEncryption, imdsDefaults, ebsDefaultKey };
}

export async function applySettings(
  session: Session,
  { passwordPolicy, s3PublicAccessBlock, ebsEncryption, imdsDefaults, ebsDefaultKey }: DesiredSettings,
  regions: readonly Region[],
): Promise<void> {
  if (passwordPolicy) await bringPasswordPolicy(session, passwordPolicy);
  if (s3PublicAccessBlock) await bringPublicAccessBlock(session, s3PublicAccessBlock);
  if (ebsEncryption) await inEach(regions, (region) => bringEbsEncryption(session, region, ebsEncryption.enabled));
  if (imdsDefaults)
    await inEach(regions, async (region) => {
      const current = await readImdsDefaults(session, region);
      // A setting that the config does not name stays as it is.
      await modifyImdsDefaults(session, region, current, {
        httpTokens: imdsDefaults.httpTokens ?? current.httpTokens,
        httpPutResponseHopLimit: imdsDefaults.httpPutResponseHopLimit ?? current.httpPutResponseHopLimit,
      });
    });
  if (ebsDefaultKey) await inEach(regions, (region) => bringEbsKey(session, region, ebsDefaultKey.alias));
}

export async function putBackSettings(session: Session, previous: PreviousSettings): Promise<void> {
  const { passwordPolicy, s3PublicAccessBlock, ebsEncryption = {}, imdsDefaults = {}, ebsDefaultKey = {} } = previous;
  if (passwordPolicy !== undefined) await bringPasswordPolicy(session, passwordPolicy);
  if (s3PublicAccessBlock !== undefined) await bringPublicAccessBlock(session, s3PublicAccessBlock);
  await inEach(Object.entries(ebsEncryption), ([region, enabled]) => bringEbsEncryption(session, region, enabled));
  await inEach(Object.entries(imdsDefaults), async ([region, wanted]) => {
    const current = await readImdsDefaults(session, region);
    // A declarative policy has taken over since: our value is not in effect, and the API would reject a change.
    if (current.managedBy !== 'declarative-policy') await modifyImdsDefaults(session, region, current, wanted);
  });
  await inEach(Object.entries(ebsDefaultKey), ([region, wanted]) => putBackEbsKey(session, region, wanted));
}

/**
 * EC2 accepts a key before it validates it, and an instance with an invalid key does not launch [bc:ec2:ModifyEbsDefaultKmsKeyId].
 * The alias is therefore resolved first, and KMS reports a missing key.
 */
async function bringEbsKey(session: Session, region: string, alias: string): Promise<void> {
  const [current, key] = await Promise.all([readChosenEbsKey(session, region), describeKey(session, region, alias)]);
  if (key?.Arn !== undefined && key.Arn !== current) await chooseEbsKey(session, region, key.Arn);
}

/** @param wanted an ARN, or null for the AWS managed key. */
async function putBackEbsKey(session: Session, region: string, wanted: string | null): Promise<void> {
  if (isSame(await readChosenEbsKey(session, region), wanted)) return;
  if (wanted !== null) await chooseEbsKey(session, region, wanted);
  else
    await calling(`ec2:ResetEbsDefaultKmsKeyId in ${region}`, () =>
      session.clients.in(EC2Client, region).send(new ResetEbsDefaultKmsKeyIdCommand({})),
    );
}

const chooseEbsKey = (session: Session, region: string, arn: string) =>
  calling(`ec2:ModifyEbsDefaultKmsKeyId in ${region}`, () =>
    session.clients.in(EC2Client, region).send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: arn })),
  );

async function bringPasswordPolicy(session: Session, wanted: PasswordPolicy | null): Promise<void> {
  if (isSame(await readPasswordPolicy(session), wanted)) return;
  const iam = session.clients.in(IAMClient, session.home);
  if (wanted === null) {
    await finding('iam:DeleteAccountPasswordPolicy', ['NoSuchEntity'], () =>
      iam.send(new DeleteAccountPasswordPolicyCommand({})),
    );
    return;
  }
  await calling('iam:UpdateAccountPasswordPolicy', () =>
    iam.send(
      new UpdateAccountPasswordPolicyCommand({
        MinimumPasswordLength: wanted.minimumLength,
        RequireSymbols: wanted.requireSymbols,
        RequireNumbers: wanted.requireNumbers,
        RequireUppercaseCharacters: wanted.requireUppercase,
        RequireLowercaseCharacters: wanted.requireLowercase,
        AllowUsersToChangePassword: wanted.allowUsersToChange,
        HardExpiry: wanted.hardExpiry,
        // The minimum of both is 1; omitting them means none [bc:iam:UpdateAccountPasswordPolicy].
        ...(wanted.maxAgeDays > 0 && { MaxPasswordAge: wanted.maxAgeDays }),
        ...(wanted.reusePrevention > 0 && { PasswordReusePrevention: wanted.reusePrevention }),
      }),
    ),
  );
}

async function bringPublicAccessBlock(session: Session, wanted: PublicAccessBlock | null): Promise<void> {
  if (isSame(await readPublicAccessBlock(session), wanted)) return;
  const s3 = session.clients.in(S3ControlHere, session.home);
  if (wanted === null) {
    await calling('s3:PutAccountPublicAccessBlock', () =>
      s3.send(new DeletePublicAccessBlockCommand({ AccountId: session.account })),
    );
    return;
  }
  await calling('s3:PutAccountPublicAccessBlock', () =>
    s3.send(
      new PutPublicAccessBlockCommand({
        AccountId: session.account,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: wanted.blockPublicAcls,
          IgnorePublicAcls: wanted.ignorePublicAcls,
          BlockPublicPolicy: wanted.blockPublicPolicy,
          RestrictPublicBuckets: wanted.restrictPublicBuckets,
        },
      }),
    ),
  );
}

async function bringEbsEncryption(session: Session, region: string, wanted: boolean): Promise<void> {
  if ((await readEbsEncryption(session, region)).enabled === wanted) return;
  const ec2 = session.clients.in(EC2Client, region);
  if (wanted)
    await calling(`ec2:EnableEbsEncryptionByDefault in ${region}`, () =>
      ec2.send(new EnableEbsEncryptionByDefaultCommand({})),
    );
  else
    await calling(`ec2:DisableEbsEncryptionByDefault in ${region}`, () =>
      ec2.send(new DisableEbsEncryptionByDefaultCommand({})),
    );
}

async function modifyImdsDefaults(session: Session, region: string, current: ImdsDefaults, wanted: ImdsDefaults) {
  const { httpTokens, httpPutResponseHopLimit } = wanted;
  if (httpTokens === current.httpTokens && httpPutResponseHopLimit === current.httpPutResponseHopLimit) return;
  await calling(`ec2:ModifyInstanceMetadataDefaults in ${region}`, () =>
    session.clients.in(EC2Client, region).send(
      new ModifyInstanceMetadataDefaultsCommand({
        // These two values mean that nothing is set [bc:ec2:ModifyInstanceMetadataDefaults].
        HttpTokens: httpTokens ?? 'no-preference',
        HttpPutResponseHopLimit: httpPutResponseHopLimit ?? -1,
      }),
    ),
  );
}

/** Per account; a shard visits several accounts at once. */
const regionsAtOnce = 6;

/** Waits for every region even after a failure, so that no write is in progress when the caller gets the error. */
async function inEach<Item, T>(
  items: readonly Item[],
  run: (item: Item) => Promise<T>,
): Promise<readonly (readonly [Item, T])[]> {
  const limit = pLimit(regionsAtOnce);
  const settled = await Promise.allSettled(items.map((item) => limit(async () => [item, await run(item)] as const)));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

const orNull = <T>(found: T | undefined): T | null => found ?? null;
const isSame = <T>(found: T | undefined, wanted: T | null): boolean =>
  canonicalJson(found ?? null) === canonicalJson(wanted);
