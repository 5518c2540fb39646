import { CloudTrailClient, DescribeTrailsCommand, GetTrailStatusCommand, type Trail } from '@aws-sdk/client-cloudtrail';
import type { TrailFacts } from '../../domain/health/facts';
import { calling } from '../failures';
import type { Session } from '../sessions';
import { isOurName } from './ours';

/** The trails of the home region, and the shadows there of all that reach it: multi-region ones and the organization's. */
export async function describeTrails({ clients, home }: Session): Promise<readonly Trail[]> {
  const { trailList = [] } = await calling(`cloudtrail:DescribeTrails in ${home}`, () =>
    clients.in(CloudTrailClient, home).send(new DescribeTrailsCommand({ includeShadowTrails: true })),
  );
  return trailList;
}

/**
 * A region has five trails at most, and each status is a call. An account that is in order has one trail, or two while the
 * organization's takes over from its own: no check asks for more than the best of them.
 */
const statusesMax = 2;

export async function readTrails(session: Session): Promise<readonly TrailFacts[]> {
  const trails = await likelyTrails(session);
  return Promise.all(trails.map((trail) => withStatus(session, trail)));
}

/** The most likely first. */
export const likelyTrails = async (session: Session): Promise<readonly Trail[]> =>
  (await describeTrails(session)).toSorted((a, b) => promise(b) - promise(a)).slice(0, statusesMax);

/** How likely this is the relevant trail; equal trails keep the order of AWS. */
const promise = (trail: Trail): number =>
  [isOurName(trail.Name), trail.IsOrganizationTrail, trail.IsMultiRegionTrail, trail.LogFileValidationEnabled]
    .map((isTrue) => (isTrue ? 1 : 0))
    .reduce<number>((sum, bit) => 2 * sum + bit, 0);

/** By ARN, since a shadow has no status under its name; in its home region, whose status is the fullest [bc:cloudtrail:GetTrailStatus]. */
export async function withStatus({ clients, home }: Session, trail: Trail): Promise<TrailFacts> {
  const { Name: name = '', HomeRegion: homeRegion = home, KmsKeyId: kmsKeyArn } = trail;
  const status = await calling(`cloudtrail:GetTrailStatus of ${name} in ${homeRegion}`, () =>
    clients.in(CloudTrailClient, homeRegion).send(new GetTrailStatusCommand({ Name: trail.TrailARN })),
  );
  const deliveryError = [status.LatestDeliveryError, status.LatestDigestDeliveryError].filter(Boolean).join(', ');
  return {
    name,
    homeRegion,
    multiRegion: trail.IsMultiRegionTrail ?? false,
    organizationTrail: trail.IsOrganizationTrail ?? false,
    logFileValidation: trail.LogFileValidationEnabled ?? false,
    bucket: trail.S3BucketName ?? '',
    ...(kmsKeyArn && { kmsKeyArn }),
    logging: status.IsLogging ?? false,
    ...(deliveryError && { deliveryError }),
    ...(status.LatestDeliveryTime && { deliveredAt: status.LatestDeliveryTime.toISOString() }),
    ...(status.LatestDigestDeliveryTime && { digestDeliveredAt: status.LatestDigestDeliveryTime.toISOString() }),
  };
}
