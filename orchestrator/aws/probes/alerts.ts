/** Follows a sample finding to the security account, whose function writes down which samples it has published. */
import {
  ArchiveFindingsCommand,
  CreateSampleFindingsCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  paginateListFindings,
} from '@aws-sdk/client-guardduty';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { sampleTypes } from '../../domain/health/probe';
import { alertRecordsOf, publishedSampleKey } from '../../domain/model/resource-names';
import type { Probes, Sample } from '../../ports/ports';
import type { Clients } from '../clients';
import { calling } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';

type Step<K extends keyof Probes> = Awaited<ReturnType<Probes[K]>>;

export async function raiseSample(session: Session, region: Sample['region']): Promise<Step<'raiseSample'>> {
  const detector = await detectorIn(session, region);
  if (detector === undefined) return undefined;
  const known = await Promise.all(
    sampleTypes.map(async (type) => ({ type, ids: await findingsOf(session, region, detector, type) })),
  );
  const fresh = known.find(({ ids }) => ids.length === 0);
  const findingType = fresh?.type ?? sampleTypes[0];
  await calling(`guardduty:CreateSampleFindings in ${region}`, () =>
    session.clients
      .in(GuardDutyClient, region)
      .send(new CreateSampleFindingsCommand({ DetectorId: detector, FindingTypes: [findingType] })),
  );
  return { region, findingType, isNew: fresh !== undefined };
}

async function detectorIn({ clients }: Session, region: string): Promise<string | undefined> {
  const { DetectorIds: [detector] = [] } = await calling(`guardduty:ListDetectors in ${region}`, () =>
    clients.in(GuardDutyClient, region).send(new ListDetectorsCommand({})),
  );
  return detector;
}

/** Includes archived findings, because a repeated sample increments the count of the first. */
const findingsOf = (
  { clients }: Session,
  region: string,
  DetectorId: string,
  type: string,
): Promise<readonly string[]> =>
  everyItem(
    `guardduty:ListFindings in ${region}`,
    paginateListFindings(
      { client: clients.in(GuardDutyClient, region) },
      { DetectorId, FindingCriteria: { Criterion: { type: { Equals: [type] } } } },
    ),
    (page) => page.FindingIds,
  );

/** [bc:guardduty:GetFindings]. */
const findingsAtOnceMax = 50;
/** Sample findings, recognized by their title [doc:guardduty/sample_findings]; real findings are never touched. */
async function samplesOf(session: Session, { region, findingType }: Sample, DetectorId: string) {
  const ids = await findingsOf(session, region, DetectorId, findingType);
  if (ids.length === 0) return [];
  const { Findings = [] } = await calling(`guardduty:GetFindings in ${region}`, () =>
    session.clients
      .in(GuardDutyClient, region)
      .send(new GetFindingsCommand({ DetectorId, FindingIds: ids.slice(0, findingsAtOnceMax) })),
  );
  return Findings.filter(({ Title }) => Title?.startsWith('[SAMPLE]')).flatMap(({ Id }) => Id ?? []);
}

export async function lookForSample(
  session: Session,
  own: Clients,
  sample: Sample,
  bus: string,
): Promise<Step<'lookForSample'>> {
  const detector = await detectorIn(session, sample.region);
  const ids = detector === undefined ? [] : await samplesOf(session, sample, detector);
  const arrived = await Promise.all(ids.map((id) => isPublished(own, bus, id)));
  return { isMade: ids.length > 0, hasArrived: arrived.includes(true) };
}

/** Listed and not read: without the permission to list, S3 refuses to say that an object is not there [doc:AmazonS3/API_GetObject]. */
async function isPublished(own: Clients, bus: string, finding: string): Promise<boolean> {
  const { bucket, region } = alertRecordsOf(bus);
  const { KeyCount = 0 } = await calling(`s3:ListBucket ${bucket}`, () =>
    own
      .in(S3Client, region)
      .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: publishedSampleKey(finding), MaxKeys: 1 })),
  );
  return KeyCount > 0;
}

/** With an administrator account, only that account can archive [doc:guardduty/administrator_member_relationships]. */
export async function archive(session: Session, sample: Sample): Promise<void> {
  if (!sample.isNew) return;
  const { region } = sample;
  const DetectorId = await detectorIn(session, region);
  if (DetectorId === undefined) return;
  const FindingIds = await samplesOf(session, sample, DetectorId);
  if (FindingIds.length === 0) return;
  await calling(`guardduty:ArchiveFindings in ${region}`, () =>
    session.clients.in(GuardDutyClient, region).send(new ArchiveFindingsCommand({ DetectorId, FindingIds })),
  );
}
