/** Service-linked roles. They are created once per account, by Strongroom or by anyone before it. */
import { CreateServiceLinkedRoleCommand, IAMClient, paginateListRoles } from '@aws-sdk/client-iam';
import { linkedRolePath } from '../domain/policies/linked-roles';
import { calling } from './failures';
import { everyItem } from './pages';
import type { Session } from './sessions';

export async function ensureLinkedRoles(session: Session, services: readonly string[]): Promise<void> {
  for (const service of services) await ensureLinkedRole(session, service);
}

async function ensureLinkedRole({ clients, home }: Session, service: string): Promise<void> {
  const client = clients.in(IAMClient, home);
  const PathPrefix = linkedRolePath(service);
  const isThere = async (): Promise<boolean> => {
    const roles = await everyItem('iam:ListRoles', paginateListRoles({ client }, { PathPrefix }), (page) => page.Roles);
    return roles.length > 0;
  };
  if (await isThere()) return;
  try {
    await calling(`iam:CreateServiceLinkedRole of ${service}`, () =>
      client.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service })),
    );
  } catch (error) {
    // If the role was created in the meantime, IAM reports InvalidInput, as for any other mistake [bc:iam:CreateServiceLinkedRole].
    if (!(await isThere())) throw error;
  }
}
