/** LocalStack: the synthesized state machine on another Step Functions interpreter, and another S3 under our records. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createCallbacks } from '../../orchestrator/aws/callbacks';
import type { Clients } from '../../orchestrator/aws/clients';
import type { LambdaHandler } from '../emulator/gateway';
import { motoAccount, motoClients, motoRegion } from '../emulator/moto';
import { baseline } from '../rig';
import { artifactsAt } from './contracts';
import { serveFunctions } from './functions-server';
import { type Server, startServer, startsWithinMs } from './server';
import { type Case, type Interpreter, named, type Walked, walkedBy, walkedByOurs } from './walked';

const rolloutWithinMs = 120_000;

let lambda: Server;
let localstack: Server;
let clients: Clients;
let folder: string;
/** What answers invocations; each run has its own handlers. */
const functions: Record<string, LambdaHandler> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strongroom-localstack-'));
  lambda = await serveFunctions(functions);
  localstack = await startServer({
    referee: 'localstack',
    command: () => ['python', '-m', 'localstack.runtime.main'],
    env: (port) => ({
      HOME: folder,
      FILESYSTEM_ROOT: folder,
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      SERVICES: 'stepfunctions,s3,sts',
      // Its services call each other by their endpoints: itself, and for Lambda, which it would run in Docker, us.
      DISTRIBUTED_MODE: '1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DNS_ADDRESS: '0',
    }),
    saysWhenReady: /^Ready\.$/m,
  });
  clients = motoClients(localstack);
}, startsWithinMs);
afterAll(async () => {
  clients.destroy();
  await localstack.stop();
  await lambda.stop();
  await rm(folder, { recursive: true, force: true });
});

artifactsAt('LocalStack', () => localstack.endpoint);

let status: string | undefined;
const interpret: Interpreter = async (handlers, input) => {
  Object.assign(functions, handlers);
  const reported = reportOf(functions);
  const sfn = clients.in(SFNClient, motoRegion);
  const roleArn = `arn:aws:iam::${motoAccount}:role/StateMachine`;
  const definition = JSON.stringify((await baseline()).definition);
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name: input.rolloutId, roleArn, definition }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  await reported;
  do status = (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
  while (status === 'RUNNING');
};
/** Resolves when the last function has answered; asked all the while, LocalStack would have no time for anything else. */
const reportOf = (byName: Record<string, LambdaHandler>): Promise<void> =>
  new Promise((resolve) => {
    const report = byName[named('Report')];
    byName[named('Report')] = async (input) => {
      const output = await report?.(input);
      resolve();
      return output;
    };
  });
const onLocalStack = (given: Case): Promise<Walked> =>
  walkedBy(interpret, createCallbacks(clients.in(SFNClient, motoRegion)).succeed, given);

const oneWave = (text: string): string =>
  text.replace(
    /waves:\n[\s\S]*?\nexclude:/,
    'waves:\n  - { name: canary, ous: [PolicyStaging], soakMinutes: 10 }\nexclude:',
  );
const approved = (text: string): string =>
  oneWave(text).replace('soakMinutes: 10 }', 'soakMinutes: 10, approval: manual }');

class Throttled extends Error {
  override readonly name = 'Throttled';
}

/** Throws for the first invocations of one function; each run counts anew. */
function failing(task: string, error: Error, times: number): () => Pick<Case, 'around'> {
  return () => {
    let left = times;
    return {
      around: (invoke, name) => async (input) => {
        if (name === task && left-- > 0) throw error;
        return invoke(input);
      },
    };
  };
}
const undisturbed = () => ({});

test.each([
  ['eight waves with their soaks', { accounts: 60 }, undisturbed, 'completed'],
  ['a wave that a person approves', { accounts: 60, config: approved }, undisturbed, 'completed'],
  [
    'a function that is throttled twice',
    { accounts: 60, config: oneWave },
    failing(named('JudgePreflight'), new Throttled('try later'), 2),
    'completed',
  ],
  [
    'a function that crashes',
    { accounts: 60, config: oneWave },
    failing(named('JudgeWave'), new TypeError('not a function'), 1),
    'failed',
  ],
])(
  '%s: the same words in the same order as on our engine',
  async (_, given, disturbed, outcome) => {
    const ours = await walkedByOurs({ ...given, ...disturbed() });
    const theirs = await onLocalStack({ ...given, ...disturbed() });

    expect(ours.outcome).toBe(outcome);
    expect(theirs).toEqual(ours);
    expect(status).toBe('SUCCEEDED');
  },
  rolloutWithinMs,
);
