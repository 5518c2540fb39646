/** What third parties run in an account, as a visit sees it. Out-of-band changes do not affect it: it is protected, or out of scope here. */

import type { AnalyzerFacts, RecorderFacts, TrailFacts } from '../domain/health/facts';
import type { Region } from '../domain/model/brand';
import type { Made } from './resource-kinds';

/** The bucket and the account in which the organization keeps its logs; names are ours. */
const organizationBucket = 'organization-log-archive';

/** How an organization's declarative policy sets the sharing of snapshots. */
export const snapshotPolicy: Made['snapshotBlocks'] = { state: 'block-new-sharing', managedBy: 'declarative-policy' };

/** Named as the console suggests; the suffix is ours. */
export const analyzerByHand: AnalyzerFacts = { name: 'ConsoleAnalyzer-by-hand', type: 'ACCOUNT', status: 'ACTIVE' };

export const controlTower = {
  /** The names are Control Tower's own [doc:controltower/existing-config-resources]. */
  recorder: (account: string, region: Region, home: Region): RecorderFacts => ({
    name: 'aws-controltower-BaselineConfigRecorder',
    recording: true,
    lastStatus: 'Success',
    allSupported: true,
    globalTypes: region === home,
    roleArn: `arn:aws:iam::${account}:role/aws-controltower-ConfigRecorderRole`,
  }),
  channel: { bucket: organizationBucket, failing: false } satisfies Made['channels'],
} as const;

/** A trail of the management account. Every member has a shadow of it that it can see but not change. */
export const organizationTrail = (home: Region): Omit<TrailFacts, 'deliveredAt' | 'digestDeliveredAt'> => ({
  name: 'organization-trail',
  homeRegion: home,
  multiRegion: true,
  organizationTrail: true,
  logFileValidation: true,
  bucket: organizationBucket,
  kmsKeyArn: `arn:aws:kms:${home}:000000000001:key/organization-trail`,
  logging: true,
});
