/** What moto's own interpreter makes of the state machine's vocabulary: the ground on which the whole machine runs there. */
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Clients } from '../../orchestrator/aws/clients';
import { type Gateway, startGateway } from './gateway';
import { interpretStateMachines, motoAccount, motoClients, motoRegion } from './moto';

const task = (name: string, next: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: `strongroom-${name}`, 'Payload.$': '$' },
  OutputPath: '$.Payload',
  Retry: [{ ErrorEquals: ['Throttled'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1, JitterStrategy: 'FULL' }],
  Next: next,
});
const waiting = (name: string, other: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: `strongroom-${name}`, Payload: { 'token.$': '$$.Task.Token', 'baton.$': '$' } },
  ...other,
});

/** Flaky → Soak (a time in the past) → Visit each shard → Await (answered before the function returns) → Poll until it tells. */
const definition = {
  StartAt: 'Flaky',
  States: {
    Flaky: task('Flaky', 'Soak'),
    Soak: { Type: 'Wait', TimestampPath: '$.until', Next: 'VisitShards' },
    VisitShards: {
      Type: 'Map',
      ItemsPath: '$.shards',
      ItemSelector: { 'rolloutId.$': '$.rolloutId', 'shard.$': '$$.Map.Item.Value' },
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Visit',
        States: { Visit: { ...task('Visit', ''), Next: undefined, End: true } },
      },
      ResultPath: null,
      Next: 'Await',
    },
    Await: waiting('Await', { TimeoutSecondsPath: '$.approvalTimeoutSeconds', Next: 'Poll' }),
    Poll: waiting('Poll', {
      TimeoutSeconds: 1,
      // By way of another state: moto's interpreter takes a Catch whose Next is its own state for the state's Next.
      Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: null, Next: 'PollAgain' }],
      Next: 'Judge',
    }),
    PollAgain: { Type: 'Pass', Next: 'Poll' },
    Judge: {
      Type: 'Choice',
      Choices: [{ Variable: '$.decision', StringEquals: 'finish', Next: 'Fault' }],
      Default: 'Lost',
    },
    Fault: {
      ...task('Fault', 'Lost'),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Report' }],
    },
    Report: { Type: 'Succeed' },
    Lost: { Type: 'Fail', Error: 'Lost' },
  },
};

class Throttled extends Error {
  override readonly name = 'Throttled';
}
class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
}

let gateway: Gateway;
let clients: Clients;
const told: string[] = [];
let lastTaskReached: () => void;
const lastTask = new Promise<void>((resolve) => {
  lastTaskReached = resolve;
});
const input = (decision: string) => ({
  rolloutId: 'ro-1',
  decision,
  shards: [0, 1, 2],
  until: '2020-01-01T00:00:00Z',
  approvalTimeoutSeconds: 60,
});
const tokenOf = (input: unknown): string => (input as { readonly token: string }).token;
const answer = (asked: unknown, decision: string) =>
  clients
    .in(SFNClient, motoRegion)
    .send(new SendTaskSuccessCommand({ taskToken: tokenOf(asked), output: JSON.stringify(input(decision)) }));

const functions = {
  'strongroom-Flaky': async () => {
    told.push('Flaky');
    if (told.length === 1) throw new Throttled('once');
    return input('go');
  },
  'strongroom-Visit': async (input: unknown) => {
    told.push(`Visit ${JSON.stringify(input)}`);
    return {};
  },
  'strongroom-Await': async (input: unknown) => {
    told.push('Await');
    await answer(input, 'landed');
    return {};
  },
  'strongroom-Poll': async (input: unknown) => {
    told.push('Poll');
    if (told.filter((name) => name === 'Poll').length > 2) await answer(input, 'finish');
    return {};
  },
  'strongroom-Fault': async () => {
    told.push('Fault');
    lastTaskReached();
    throw new AccessDenied('no way');
  },
};

beforeAll(async () => {
  gateway = await startGateway({ functions });
  clients = motoClients(gateway);
  await interpretStateMachines(gateway);
});
afterAll(async () => {
  clients.destroy();
  await gateway.stop();
});

it('runs the vocabulary as Step Functions does', async () => {
  const sfn = clients.in(SFNClient, motoRegion);
  const roleArn = `arn:aws:iam::${motoAccount}:role/StateMachine`;
  const made = await sfn.send(
    new CreateStateMachineCommand({ name: 'vocabulary', roleArn, definition: JSON.stringify(definition) }),
  );
  const started = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: made.stateMachineArn, input: JSON.stringify(input('')) }),
  );

  await lastTask;
  const ended = await untilEnded(sfn, started.executionArn);

  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  expect(JSON.parse(ended.output ?? '{}')).toMatchObject({ decision: 'finish', error: { Error: 'AccessDenied' } });
  const visits = told.filter((name) => name.startsWith('Visit')).sort();
  expect(visits).toEqual([0, 1, 2].map((shard) => `Visit ${JSON.stringify({ rolloutId: 'ro-1', shard })}`));
  expect(told.filter((name) => !name.startsWith('Visit'))).toEqual([
    ...['Flaky', 'Flaky', 'Await', 'Poll', 'Poll', 'Poll', 'Fault'],
  ]);
});

/** Nothing is left to run by then; only moto's own bookkeeping is waited for. */
async function untilEnded(sfn: SFNClient, executionArn: string | undefined) {
  const asksMax = 1_000;
  for (let ask = 0; ask < asksMax; ask += 1) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
  }
  throw new Error(`still running after ${asksMax} questions; told ${told.join(', ')}`);
}
