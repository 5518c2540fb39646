import {
  GetAdministratorAccountCommand,
  ListTagsForResourceCommand,
  paginateGetEnabledStandards,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { messageOf } from '../../domain/errors';
import type { HubFacts } from '../../domain/health/facts';
import { calling, finding, isAws } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';

/** The list of standards also shows whether there is a hub, so DescribeHub is not needed. */
export async function readHub(session: Session, region: string): Promise<HubFacts | undefined> {
  const client = session.clients.in(SecurityHubClient, region);
  const standards = await ifSubscribed(() =>
    everyItem(
      `securityhub:GetEnabledStandards in ${region}`,
      paginateGetEnabledStandards({ client }, {}),
      (page) => page.StandardsSubscriptions,
    ),
  );
  return (
    standards && {
      standards: standards.map(({ StandardsArn: arn = '', StandardsStatus: status = '' }) => ({ arn, status })),
    }
  );
}

/** undefined if there is no hub. */
export function findHubAdministrator({ clients }: Session, region: string) {
  return ifSubscribed(async () => {
    const { Administrator: administrator } = await calling(`securityhub:GetAdministratorAccount in ${region}`, () =>
      clients.in(SecurityHubClient, region).send(new GetAdministratorAccountCommand({})),
    );
    const isAtWork = administrator?.MemberStatus?.toLowerCase() === 'enabled';
    return isAtWork && administrator?.AccountId ? { administrator: administrator.AccountId } : {};
  });
}

/** undefined if there is no hub; an existing hub without tags looks the same. */
export function findHubTags({ account, clients, partition }: Session, region: string) {
  const ResourceArn = `arn:${partition}:securityhub:${region}:${account}:hub/default`;
  return ifSubscribed(async () => {
    const found = await finding(`securityhub:ListTagsForResource in ${region}`, ['ResourceNotFound'], () =>
      clients.in(SecurityHubClient, region).send(new ListTagsForResourceCommand({ ResourceArn })),
    );
    return found && (found.Tags ?? {});
  });
}

/** One error has two meanings, told apart by the words only: Security Hub is off, or the caller may not ask [aws-behavior 5.9]. */
async function ifSubscribed<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (isAws(error, 'InvalidAccess') && /not subscribed/i.test(messageOf(error))) return undefined;
    throw error;
  }
}
