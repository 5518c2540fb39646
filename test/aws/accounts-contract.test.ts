/** What both worlds promise of accounts and StackSets, asked of AWS's adapters over moto. */

import { createAccounts } from '../../orchestrator/aws/accounts';
import { createStackSets } from '../../orchestrator/aws/stack-sets';
import { parseAccountId, parseRegion, parseRolloutId } from '../../orchestrator/domain/model/brand';
import { installationDefaults } from '../../orchestrator/domain/model/installation';
import { type AccountsWorld, accountsContract } from '../contracts/accounts.contract';
import { stackSetsContract } from '../contracts/stack-sets.contract';
import { type Gateway, startGateway } from '../emulator/gateway';
import { motoClients, motoRegion, resetMoto } from '../emulator/moto';
import { fillGaps } from '../emulator/moto-gaps';
import { warmUp } from '../emulator/moto-visits';

let gateway: Gateway;
let accountsUsed = 0;
const freshAccount = () => parseAccountId(String(333300000000 + accountsUsed++));

beforeAll(async () => {
  const attached = { ContractGuard: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] };
  gateway = await startGateway({ intercept: fillGaps({ attached }) });
  const world = await emptyWorld();
  await world.ports.stackSets.describe('strongroom-warm-up');
  await warmUp(world.ports.accounts, {
    account: freshAccount(),
    roles: { reader: installationDefaults.readerRole, ci: world.executionRoleName },
    externalId: world.externalId,
    rollout: parseRolloutId('ro-20261122-150405-ab12'),
  });
  await world.cleanup();
});
afterAll(() => gateway.stop());

async function emptyWorld(): Promise<AccountsWorld> {
  await resetMoto(gateway);
  const clients = motoClients(gateway);
  return {
    ports: {
      accounts: createAccounts({ clients, home: motoRegion, now: () => new Date() }),
      stackSets: createStackSets({
        clients,
        home: motoRegion,
        administration: async () => 'arn:aws:iam::123456789012:role/Administration',
      }),
    },
    accounts: [freshAccount(), freshAccount(), freshAccount()],
    home: parseRegion(motoRegion),
    other: parseRegion('us-west-2'),
    executionRoleName: 'BaselineCi',
    externalId: 'strongroom',
    run: (work) => work,
    pause: async () => {},
    cleanup: async () => clients.destroy(),
  };
}

stackSetsContract('AWS over moto', emptyWorld, { detectsDrift: false });
accountsContract('AWS over moto', emptyWorld);
