import {
  GetAdministratorAccountCommand,
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import { calling, isAws } from '../failures';
import type { Session } from '../sessions';

/** A region has one detector at most. */
export async function findDetector(session: Session, region: string) {
  const { DetectorIds: [id] = [] } = await calling(`guardduty:ListDetectors in ${region}`, () =>
    session.clients.in(GuardDutyClient, region).send(new ListDetectorsCommand({})),
  );
  return id === undefined ? undefined : describeDetector(session, region, id);
}

async function describeDetector({ clients }: Session, region: string, id: string) {
  const { Status: status, Tags: tags = {} } = await calling(`guardduty:GetDetector in ${region}`, () =>
    clients.in(GuardDutyClient, region).send(new GetDetectorCommand({ DetectorId: id })),
  );
  return { id, enabled: status === 'ENABLED', tags };
}

/** Our stack's detector, or another one if that does not exist any more. GuardDuty calls an unknown id a bad request. */
export async function knownOrFound(session: Session, region: string, known: string | undefined) {
  if (known === undefined) return findDetector(session, region);
  try {
    return await describeDetector(session, region, known);
  } catch (error) {
    if (isAws(error, 'BadRequest')) return findDetector(session, region);
    throw error;
  }
}

/** Only an enabled relationship counts, not an invitation or a former one. */
export async function detectorAdministrator({ clients }: Session, region: string, id: string) {
  const { Administrator: administrator } = await calling(`guardduty:GetAdministratorAccount in ${region}`, () =>
    clients.in(GuardDutyClient, region).send(new GetAdministratorAccountCommand({ DetectorId: id })),
  );
  return administrator?.RelationshipStatus?.toLowerCase() === 'enabled' ? administrator.AccountId : undefined;
}
