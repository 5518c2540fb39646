/**
 * Settings of one account: read what is there, bring it to what is wanted, put it back. Each is read first, and one that already
 * holds is left alone: where an organization policy holds it the writing call is refused, though nothing is wrong
 * [aws-control-plane 5, rows 2 and 4].
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
      // What is not named is not governed, and stays.
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
    // A declarative policy that came since holds the value now; ours is no longer in effect, and the API would refuse.
    if (current.managedBy !== 'declarative-policy') await modifyImdsDefaults(session, region, current, wanted);
  });
  await inEach(Object.entries(ebsDefaultKey), ([region, wanted]) => putBackEbsKey(session, region, wanted));
}

/**
 * EC2 authenticates a key later than it takes it, and an instance that then finds none does not launch
 * [bc:ec2:ModifyEbsDefaultKmsKeyId]; so the alias is resolved first, and KMS says if there is no such key.
 */
async function bringEbsKey(session: Session, region: string, alias: string): Promise<void> {
  const [current, key] = await Promise.all([readChosenEbsKey(session, region), describeKey(session, region, alias)]);
  if (key?.Arn !== undefined && key.Arn !== current) await chooseEbsKey(session, region, key.Arn);
}

/** @param wanted an ARN; null for the key that AWS manages. */
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
        // Both begin at 1: "none" is said by leaving them out [bc:iam:UpdateAccountPasswordPolicy].
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
        // Both are how "nothing set" is written [bc:ec2:ModifyInstanceMetadataDefaults].
        HttpTokens: httpTokens ?? 'no-preference',
        HttpPutResponseHopLimit: httpPutResponseHopLimit ?? -1,
      }),
    ),
  );
}

/** Of one account; a shard visits several accounts at once. */
const regionsAtOnce = 6;

/** Waits for every region, also after a failure, so that nothing is still being written once the caller knows of it. */
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
