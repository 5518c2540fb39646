/** The bootstrap that a management account's StackSet would bring: the CI role in every member, from the template that is shipped. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import pLimit from 'p-limit';
import { type Moto, memberClients, motoAccount, motoClients, motoRegion } from '../emulator/moto';
import type { Seeded } from '../emulator/seed';

const template = join(__dirname, '..', '..', 'dist', 'bootstrap', 'ci-role.json');

export async function bootstrap(moto: Pick<Moto, 'endpoint'>, { organizationId, accounts }: Seeded): Promise<void> {
  const TemplateBody = await readFile(template, 'utf8');
  const clients = motoClients(moto);
  await pLimit(4).map(Object.values(accounts), async (account) => {
    const member = await memberClients(clients, account);
    await member.in(CloudFormationClient, motoRegion).send(
      new CreateStackCommand({
        StackName: 'strongroom-bootstrap',
        TemplateBody,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: [
          { ParameterKey: 'OrganizationId', ParameterValue: organizationId },
          { ParameterKey: 'OrchestratorAccountId', ParameterValue: motoAccount },
        ],
      }),
    );
  });
  clients.destroy();
}
