/** Searches the log archive for the record of a call, in what CloudTrail delivered recently for one account and region. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Trail } from '@aws-sdk/client-cloudtrail';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { errors } from '../../domain/errors';
import type { TrailLook } from '../../domain/health/probe';
import type { OrganizationId } from '../../domain/model/brand';
import type { Clients } from '../clients';
import { likelyTrails, withStatus } from '../facts/cloudtrail';
import { calling, field } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';

interface Wanted {
  readonly marker: string;
  readonly organization: OrganizationId;
  readonly since: Date;
}

/** A busy region delivers dozens of objects in the minutes between two searches. */
const objectsMax = 500;
const objectsAtOnce = 10;
/** A log file has a few megabytes when decompressed; more is not read into memory. */
const unpackedBytesMax = 256 * 1024 * 1024;

/** @param callers clients that can read the log archive, which the session in the account cannot. */
export async function lookForMarker(
  session: Session,
  callers: Pick<Clients, 'in'>,
  wanted: Wanted,
  now: Date,
): Promise<TrailLook | undefined> {
  const [trail] = await likelyTrails(session);
  if (trail?.S3BucketName === undefined) return undefined;
  const { logging, deliveryError } = await withStatus(session, trail);
  const s3 = callers.in(S3Client, session.home);
  const keys = await deliveredSince(s3, trail.S3BucketName, foldersOf(session, trail, wanted, now), wanted.since);
  const found = await search(s3, trail.S3BucketName, keys, wanted.marker);
  return {
    logging,
    ...(deliveryError && { deliveryError }),
    objects: keys.length,
    ...(found !== undefined && { foundIn: `s3://${trail.S3BucketName}/${found}` }),
  };
}

/** One folder per day in UTC, and also the previous day if the call was made before midnight [doc:awscloudtrail/get-and-view-cloudtrail-log-files]. */
function foldersOf(
  { account, home }: Session,
  { IsOrganizationTrail, S3KeyPrefix }: Trail,
  { organization, since }: Wanted,
  now: Date,
): readonly string[] {
  const parts = [S3KeyPrefix, 'AWSLogs', IsOrganizationTrail && organization, account, 'CloudTrail', home];
  const days = new Set([since, now].map((day) => day.toISOString().slice(0, 10).replaceAll('-', '/')));
  return [...days].map((day) => `${[...parts, day].filter(Boolean).join('/')}/`);
}

async function deliveredSince(
  s3: S3Client,
  bucket: string,
  folders: readonly string[],
  since: Date,
): Promise<readonly string[]> {
  const call = `s3:ListBucket of ${bucket}`;
  const listed = await Promise.all(
    folders.map((Prefix) =>
      everyItem(call, paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix }), (page) => page.Contents),
    ),
  );
  const keys = listed
    .flat()
    .filter(({ LastModified }) => LastModified !== undefined && LastModified >= since)
    .flatMap(({ Key }) => Key ?? []);
  if (keys.length > objectsMax) throw errors.limitExceeded(`the list of objects in ${bucket}`, `${objectsMax} objects`);
  return keys;
}

async function search(
  s3: S3Client,
  bucket: string,
  keys: readonly string[],
  marker: string,
): Promise<string | undefined> {
  const hits = await pLimit(objectsAtOnce).map(keys, async (key) =>
    (await hasMarker(s3, bucket, key, marker)) ? key : undefined,
  );
  return hits.find((key) => key !== undefined);
}

const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/** The session name is the last part of the caller ARN. The same text elsewhere in a record does not show that our call was delivered. */
async function hasMarker(s3: S3Client, bucket: string, key: string, marker: string): Promise<boolean> {
  const packed = await calling(`s3:GetObject of ${bucket}`, async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body?.transformToByteArray();
  });
  if (packed === undefined) return false;
  const text = (await unpack(packed, { maxOutputLength: unpackedBytesMax })).toString('utf8');
  if (!text.includes(marker)) return false;
  const log: unknown = JSON.parse(text);
  const records = field(log, 'Records');
  return Array.isArray(records) && records.some((record) => callerOf(record).endsWith(`/${marker}`));
}

const callerOf = (record: unknown): string => String(field(field(record, 'userIdentity'), 'arn') ?? '');
