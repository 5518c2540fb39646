/** The synthesized machine on an interpreter that nobody here wrote, and on ours: the same words, in the same order. */
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createAwsWorld, type World } from '../../orchestrator/aws/world';
import { parseConfig } from '../../orchestrator/config/parse';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { prepareRollout } from '../../orchestrator/operations/start';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import type { Baseline } from '../../orchestrator/records/baseline';
import { createEmbeddedEngine } from '../../orchestrator/runtime/embedded';
import { functionsOf } from '../../orchestrator/runtime/handlers';
import { createSigns } from '../../orchestrator/runtime/signs';
import { functionName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { baseline } from '../rig';
import { type Gateway, type LambdaHandler, startGateway } from './gateway';
import { interpretStateMachines, motoAccount, motoClients, motoRegion, resetMoto } from './moto';
import { fillGaps } from './moto-gaps';
import { configOnMoto, leftOut, sixAccounts, twoWaves } from './organization';
import { seedOrganization } from './seed';

let gateway: Gateway;
let built: Baseline;
let desiredState: DesiredState;
/** What the gateway answers invocations with; each run has its own handlers. */
const functions: Record<string, LambdaHandler> = {};

beforeAll(async () => {
  gateway = await startGateway({ functions, intercept: fillGaps(leftOut) });
  Object.assign(process.env, gateway.env);
  built = await baseline();
  const parsed = parseConfig(configOnMoto(twoWaves), 'strongroom.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  desiredState = parsed.desiredState;
});
afterAll(() => gateway.stop());

/** An organization that nobody has touched yet, and a world that sees it. */
async function freshWorld(): Promise<World & UnguardedPorts> {
  await resetMoto(gateway);
  await seedOrganization(gateway, sixAccounts);
  const world = await createAwsWorld({ region: motoRegion, homeRegion: motoRegion, state: { kind: 'memory' } });
  return { ...world, signs: createSigns(world, {}) };
}

/** Notes what each handler says when it is asked. */
const listening = (ports: UnguardedPorts, told: string[]): Record<string, LambdaHandler> =>
  Object.fromEntries(
    Object.entries(functionsOf(ports)).map(([name, invoke]) => [
      name,
      async (input: unknown) => {
        const output = await invoke(input);
        told.push(`${name}: ${saidIn(output)}`);
        return output;
      },
    ]),
  );
const saidIn = (output: unknown): string => {
  const { decision, outcome, shard } = output as { decision?: string; outcome?: string; shard?: number };
  return decision ?? outcome ?? (shard === undefined ? 'approvalRequested' : `shard ${shard}`);
};

async function onOurs(): Promise<readonly string[]> {
  const world = await freshWorld();
  const told: string[] = [];
  const engine = createEmbeddedEngine(world, { baseline: built, functions: (ports) => listening(ports, told) });
  const input = await prepareRollout(engine.ports, built, desiredState, { by: person('jo') });
  await engine.start(input);
  await world.close();
  return told;
}

async function onMotos(): Promise<readonly string[]> {
  const world = await freshWorld();
  const told: string[] = [];
  Object.assign(functions, listening(world, told));
  await interpretStateMachines(gateway);
  const clients = motoClients(gateway);
  const sfn = clients.in(SFNClient, motoRegion);
  const roleArn = `arn:aws:iam::${motoAccount}:role/StateMachine`;
  const definition = JSON.stringify(built.definition);
  const made = await sfn.send(new CreateStateMachineCommand({ name: 'rollout', roleArn, definition }));
  const first = await prepareRollout(world, built, desiredState, { by: person('jo') });
  const input = JSON.stringify(first);
  const reported = reportOf(functions);
  const started = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: made.stateMachineArn, name: first.rolloutId, input }),
  );
  await reported;
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: started.executionArn }));
  expect(status).toMatch(/RUNNING|SUCCEEDED/);
  clients.destroy();
  await world.close();
  return told;
}

/** Resolves when the last task of the machine has answered. */
const reportOf = (byName: Record<string, LambdaHandler>): Promise<void> =>
  new Promise((resolve) => {
    const report = byName[functionName('Report')];
    byName[functionName('Report')] = async (input) => {
      const output = await report?.(input);
      resolve();
      return output;
    };
  });

test('the same words in the same order on both interpreters', async () => {
  const ours = await onOurs();
  const motos = await onMotos();

  expect(ours.at(-1)).toBe('strongroom-Report: completed');
  expect(motos).toEqual(ours);
});
