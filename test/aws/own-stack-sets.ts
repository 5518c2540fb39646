/** The adapter for StackSets over moto, with a gateway of its own in front: what moto cannot do is answered there. */
import type { Clients } from '../../orchestrator/aws/clients';
import { createStackSets } from '../../orchestrator/aws/stack-sets';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { StackSets } from '../../orchestrator/ports/ports';
import { type Answer, type Call, type Gateway, startGateway } from '../emulator/gateway';
import { motoClients, motoRegion } from '../emulator/moto';

interface Started {
  readonly gateway: Gateway;
  readonly clients: Clients;
  readonly stackSets: StackSets;
}

export interface StackSetsOfSuite extends Started {
  /** The form of the last call of this name. */
  readonly sent: (action: string) => URLSearchParams;
  /** What stands before moto; as usual again before each test. */
  instead: (call: Call) => Answer | undefined;
}

export const administrationRoleArn = 'arn:aws:iam::123456789012:role/Administration';
export const home = parseRegion(motoRegion);

/** A moto of its own for the tests of a file. */
export function useStackSets(usual: (call: Call) => Answer | undefined = () => undefined): StackSetsOfSuite {
  let started: Started | undefined;
  const running = (): Started => {
    if (started === undefined) throw new Error('moto is started before the tests, and not before that');
    return started;
  };
  const suite: StackSetsOfSuite = {
    instead: usual,
    get gateway() {
      return running().gateway;
    },
    get clients() {
      return running().clients;
    },
    get stackSets() {
      return running().stackSets;
    },
    sent: (action) => new URLSearchParams(running().gateway.calls.findLast((call) => call.action === action)?.body),
  };
  beforeAll(async () => {
    const gateway = await startGateway({ intercept: (call) => suite.instead(call) });
    const clients = motoClients(gateway);
    const stackSets = createStackSets({ clients, home, administration: async () => administrationRoleArn });
    started = { gateway, clients, stackSets };
    // The first call loads CloudFormation on both sides, which belongs to no test.
    await stackSets.describe('strongroom-warm-up');
  });
  afterAll(async () => {
    started?.clients.destroy();
    await started?.gateway.stop();
  });
  beforeEach(() => {
    suite.instead = usual;
  });
  return suite;
}
