/** From the source and the name of an event to the actions that IAM decided on. */

/** Event sources that are not the prefix of their service's actions. */
const prefixes: Readonly<Record<string, string>> = {
  // "eventSource … is monitoring.amazonaws.com" for CloudWatch [doc:awscloudtrail/cloudtrail-event-reference-record-contents].
  monitoring: 'cloudwatch',
  email: 'ses',
  tagging: 'tag',
  // Endpoint and signing name differ in the service models; that the event source is the endpoint is assumed.
  pinpoint: 'mobiletargeting',
  appstream2: 'appstream',
  'memory-db': 'memorydb',
  'bedrock-runtime': 'bedrock',
  'bedrock-agent': 'bedrock',
  'bedrock-agent-runtime': 'bedrock',
  'portal.sso': 'sso',
  oidc: 'sso-oauth',
  'models.lex': 'lex',
  'runtime.lex': 'lex',
  'streams.dynamodb': 'dynamodb',
  cloudcontrolapi: 'cloudformation',
};

/** The service prefix of actions; undefined if the source has none. */
export function prefixOf(eventSource: string): string | undefined {
  const [, source = ''] = /^([a-z\d.-]+)\.amazonaws\.com(?:\.cn)?$/.exec(eventSource) ?? [];
  if (source === '' || source === 'signin') return undefined;
  if (source.endsWith('.marketplace')) return 'aws-marketplace';
  if (/^(?:ingest\.|query\.)?timestream(?:\.|$)/.test(source)) return 'timestream';
  return prefixes[source] ?? source.replace(/^api\./, '');
}

const put = (names: string, action: string): readonly (readonly [string, readonly string[]])[] =>
  names.split(' ').map((name) => [name, action.split(' ')] as const);

/** S3's API names differ from its actions [doc:AmazonS3/using-with-s3-policy-actions]. */
const s3 = new Map([
  ...put('ListObjects ListObjectsV2 HeadBucket', 'ListBucket'),
  ...put('ListObjectVersions', 'ListBucketVersions'),
  ...put('ListMultipartUploads', 'ListBucketMultipartUploads'),
  ...put('ListParts', 'ListMultipartUploadParts'),
  ...put('ListBuckets', 'ListAllMyBuckets'),
  ...put('HeadObject SelectObjectContent', 'GetObject'),
  ...put('CreateMultipartUpload UploadPart CompleteMultipartUpload PostObject', 'PutObject'),
  ...put('CopyObject UploadPartCopy', 'GetObject PutObject'),
  ...put('DeleteObjects', 'DeleteObject'),
  ...put('GetBucketEncryption', 'GetEncryptionConfiguration'),
  ...put('PutBucketEncryption DeleteBucketEncryption', 'PutEncryptionConfiguration'),
  ...put('GetBucketCors', 'GetBucketCORS'),
  ...put('PutBucketCors DeleteBucketCors', 'PutBucketCORS'),
  ...put('GetBucketLifecycle GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration'),
  ...put('PutBucketLifecycle PutBucketLifecycleConfiguration DeleteBucketLifecycle', 'PutLifecycleConfiguration'),
  ...put('DeleteBucketTagging', 'PutBucketTagging'),
  ...put('GetBucketReplication', 'GetReplicationConfiguration'),
  ...put('PutBucketReplication DeleteBucketReplication', 'PutReplicationConfiguration'),
  ...put('GetBucketAccelerateConfiguration', 'GetAccelerateConfiguration'),
  ...put('PutBucketAccelerateConfiguration', 'PutAccelerateConfiguration'),
  ...put('GetBucketAnalyticsConfiguration ListBucketAnalyticsConfigurations', 'GetAnalyticsConfiguration'),
  ...put('PutBucketAnalyticsConfiguration DeleteBucketAnalyticsConfiguration', 'PutAnalyticsConfiguration'),
  ...put('GetBucketInventoryConfiguration ListBucketInventoryConfigurations', 'GetInventoryConfiguration'),
  ...put('PutBucketInventoryConfiguration DeleteBucketInventoryConfiguration', 'PutInventoryConfiguration'),
  ...put('GetBucketMetricsConfiguration ListBucketMetricsConfigurations', 'GetMetricsConfiguration'),
  ...put('PutBucketMetricsConfiguration DeleteBucketMetricsConfiguration', 'PutMetricsConfiguration'),
  ...put('GetBucketNotificationConfiguration', 'GetBucketNotification'),
  ...put('PutBucketNotificationConfiguration', 'PutBucketNotification'),
  ...put('GetObjectLockConfiguration', 'GetBucketObjectLockConfiguration'),
  ...put('PutObjectLockConfiguration', 'PutBucketObjectLockConfiguration'),
  ...put('GetPublicAccessBlock', 'GetBucketPublicAccessBlock'),
  ...put('PutPublicAccessBlock DeletePublicAccessBlock DeleteBucketPublicAccessBlock', 'PutBucketPublicAccessBlock'),
  ...put('DeleteAccountPublicAccessBlock', 'PutAccountPublicAccessBlock'),
  ...put('DeleteBucketOwnershipControls', 'PutBucketOwnershipControls'),
]);

/** Other services whose API and actions differ. */
const others: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map([
  ['s3', s3],
  ['lambda', new Map(put('Invoke InvokeWithResponseStream', 'InvokeFunction'))],
  ['kms', new Map(put('ReEncrypt', 'ReEncryptFrom ReEncryptTo'))],
  [
    'sqs',
    new Map([
      ...put('SendMessageBatch', 'SendMessage'),
      ...put('DeleteMessageBatch', 'DeleteMessage'),
      ...put('ChangeMessageVisibilityBatch', 'ChangeMessageVisibility'),
    ]),
  ],
  ['sns', new Map(put('PublishBatch', 'Publish'))],
]);

/** Names that carry the date of their API's version: `ListFunctions20150331`, `GetFunction20150331v2`, `CreateDistribution2020_05_31`. */
const dated = /(?:\d{8}(?:v\d+)?|\d{4}_\d{2}_\d{2})$/;

/** @returns one action, or several that must all be allowed; none if the source has no actions */
export function actionsOf(eventSource: string, eventName: string): readonly string[] {
  const prefix = prefixOf(eventSource);
  if (prefix === undefined || eventName === '') return [];
  const name = eventName.replace(dated, '');
  return (others.get(prefix)?.get(name) ?? [name]).map((action) => `${prefix}:${action}`);
}
