import {
  GetAdministratorAccountCommand,
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import type { DetectorFacts } from '../../domain/facts';
import { calling } from '../failures';
import type { Session } from '../sessions';

/** A region has one detector at most. */
export async function findDetector({ clients }: Session, region: string) {
  const guardDuty = clients.in(GuardDutyClient, region);
  const { DetectorIds: [id] = [] } = await calling(`guardduty:ListDetectors in ${region}`, () =>
    guardDuty.send(new ListDetectorsCommand({})),
  );
  if (id === undefined) return undefined;
  const { Status: status, Tags: tags = {} } = await calling(`guardduty:GetDetector in ${region}`, () =>
    guardDuty.send(new GetDetectorCommand({ DetectorId: id })),
  );
  return { id, enabled: status === 'ENABLED', tags };
}

/** An administrator that invited the account, or that it has left, does not count. */
export async function detectorAdministrator({ clients }: Session, region: string, id: string) {
  const { Administrator: administrator } = await calling(`guardduty:GetAdministratorAccount in ${region}`, () =>
    clients.in(GuardDutyClient, region).send(new GetAdministratorAccountCommand({ DetectorId: id })),
  );
  return administrator?.RelationshipStatus?.toLowerCase() === 'enabled' ? administrator.AccountId : undefined;
}

export async function readDetector(
  session: Session,
  region: string,
  asksForAdministrator: boolean,
): Promise<DetectorFacts | undefined> {
  const detector = await findDetector(session, region);
  if (detector === undefined) return undefined;
  const { id, enabled } = detector;
  const administrator = asksForAdministrator && (await detectorAdministrator(session, region, id));
  return { id, enabled, ...(administrator && { administrator }) };
}
