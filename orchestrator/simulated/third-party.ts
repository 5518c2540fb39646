/** What others run in an account, as a visitor sees it. Deeds do not reach it: it is guarded, or nobody's business here. */

import type { AnalyzerFacts, RecorderFacts, TrailFacts } from '../domain/health/facts';
import type { Region } from '../domain/model/brand';
import type { Made } from './resource-kinds';

/** The bucket and the account in which the organization keeps its logs; names are ours. */
const organizationBucket = 'organization-log-archive';

/** What an organization's declarative policy makes of the sharing of snapshots. */
export const snapshotPolicy: Made['snapshotBlocks'] = { state: 'block-new-sharing', managedBy: 'declarative-policy' };

/** Named as the console proposes; the suffix is ours. */
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

/** A trail of the management account, of which every member has a shadow that it can see and not change. */
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
