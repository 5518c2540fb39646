/** The deployed state machine as the engine, where the machine only notes what it receives. */

import { errors } from '../../orchestrator/domain/errors';
import type { Executions } from '../../orchestrator/ports/ports';
import { readDesiredState } from '../../orchestrator/records/desired-state';
import { callerNamed } from '../actors';
import { parsedLines, type RigOptions, rig, rolloutIdIn } from './rig';

const remote = ['--engine', 'stepfunctions', '--yes', '--json'] as const;
const engine = ['--engine', 'stepfunctions'] as const;
const deployment = { table: 'records', bucket: 'documents', stateMachine: 'arn:machine:live' };

/** A machine that is `RUNNING` for ever, unless a test says how it ended. */
function machine(ended?: { readonly status: string; readonly because: string }, isRedrivable = true) {
  const told: string[] = [];
  const note = (what: string) => async (): Promise<void> => void told.push(what);
  const executions: Executions = {
    start: note('start'),
    redrive: async () => {
      told.push('redrive');
      return isRedrivable;
    },
    stop: async (id, because) => void told.push(`stop ${id}: ${because}`),
    end: async () => ended,
  };
  return { executions, told };
}

function deployed(executions: Executions, host: RigOptions['host'] = {}) {
  const asked: unknown[] = [];
  const findDeployment = async (place: unknown) => {
    asked.push(place);
    return deployment;
  };
  const { world, aws, config, opened } = rig({ executions, host: { findDeployment, ...host } });
  const file = config();
  return { run: (...decisions: readonly string[]) => aws(...decisions, '--config', file), world, opened, asked };
}

test('records and machine are those of the deployed stack, in the home region', async () => {
  const { executions } = machine({ status: 'TIMED_OUT', because: '' });
  const { run, opened, asked } = deployed(executions);

  await run('rollout', ...remote, '--stack', 'Mine');

  expect(asked).toEqual([{ region: 'us-east-1', stack: 'Mine' }]);
  expect(opened.at(-1)).toMatchObject({
    region: 'us-east-1',
    state: { kind: 'dynamodb', table: 'records', bucket: 'documents' },
    stateMachineArn: 'arn:machine:live',
  });
});

test('what the environment names is not looked up', async () => {
  const { executions } = machine({ status: 'TIMED_OUT', because: '' });
  const { run, opened, asked } = deployed(executions, { env: (name) => `my ${name}` });

  await run('rollout', ...remote);

  expect(asked).toEqual([]);
  expect(opened.at(-1)).toMatchObject({
    state: { table: 'my STRONGROOM_TABLE', bucket: 'my STRONGROOM_BUCKET' },
    stateMachineArn: 'my STRONGROOM_STATE_MACHINE',
  });
});

test('an execution that ended without a word to the store has failed, and `resume` drives it on', async () => {
  const { executions, told } = machine({ status: 'TIMED_OUT', because: 'too long' });
  const { run } = deployed(executions);

  const rolled = await run('rollout', ...remote);
  const id = rolloutIdIn(rolled.out);
  const resumed = await run('resume', id, '--engine', 'stepfunctions', '--json');

  expect([rolled.status, resumed.status]).toEqual([1, 1]);
  expect(parsedLines(rolled.out).at(-1)).toMatchObject({
    outcome: 'failed',
    because: ['the execution ended as TIMED_OUT: too long'],
  });
  expect(told).toEqual(['start', 'start', 'redrive']);
  expect(parsedLines(resumed.out)).toContainEqual(
    expect.objectContaining({ type: 'resumed', by: { kind: 'aws', ...callerNamed('ada') } }),
  );
});

test.each(['approve', 'reject'])('%s does not continue an execution that has ended', async (command) => {
  const { executions, told } = machine({ status: 'TIMED_OUT', because: 'too long' });
  const { run } = deployed(executions);
  const id = rolloutIdIn((await run('rollout', ...remote)).out);

  const ran = await run(command, id, '--reason', 'x', ...engine);

  expect([ran.status, ran.err.join()]).toEqual([4, expect.stringContaining('resume it first')]);
  expect(told).toEqual(['start']);
});

test('an abort ends the execution too', async () => {
  const { executions, told } = machine({ status: 'TIMED_OUT', because: '' });
  const { run } = deployed(executions);
  const id = rolloutIdIn((await run('rollout', ...remote)).out);

  const aborted = await run('abort', id, '--reason', 'wrong config', '--engine', 'stepfunctions');

  expect(aborted.status).toBe(0);
  expect(told.at(-1)).toBe(`stop ${id}: ${callerNamed('ada').arn} aborted it: wrong config`);
});

test('an execution that ended without a record is in the status and in the diagnosis, and `resume` closes it', async () => {
  const { executions } = machine({ status: 'FAILED', because: 'the table is down' }, false);
  const { run } = deployed(executions);
  const id = rolloutIdIn((await run('rollout', ...remote)).out);
  const how = 'its execution ended without recording the outcome, as FAILED: the table is down';

  const [status, doctor] = [await run('status', ...engine), await run('doctor', ...engine)];
  const resumed = await run('resume', id, ...engine);
  const after = await run('status', ...engine);

  expect(status.out).toContain(`rollout ${id} is over: ${how}`);
  expect(status.out.join('\n')).toContain(`close it: strongroom resume ${id}`);
  expect(doctor.out.join('\n')).toContain(how);
  expect(resumed.status).toBe(1);
  expect(resumed.out.join('\n')).toContain(how);
  expect(after.out.join('\n')).not.toContain('is over');
});

describe('without --engine', () => {
  const ended = { status: 'TIMED_OUT', because: '' };

  test('a rollout runs on the state machine wherever it is deployed, so events and sweeps know it', async () => {
    const { executions, told } = machine(ended);
    const { run, world, opened, asked } = deployed(executions);

    await run('rollout', '--yes', '--json');

    expect(await readDesiredState(world)).toMatchObject({ release: expect.stringMatching(/^r-/) });
    expect(asked).toEqual([{ region: 'us-east-1', stack: 'StrongroomOrchestrator' }]);
    expect(opened.at(-1)).toMatchObject({ state: { kind: 'dynamodb', table: 'records' } });
    expect(told).toEqual(['start']);
  });

  test.each([
    ['--engine', 'local'],
    ['--state', '/tmp/strongroom-elsewhere'],
  ])('%s %s keeps it in this process', async (...words) => {
    const { executions } = machine(ended);
    const { run, opened, asked } = deployed(executions);

    await run('status', ...words);

    expect(asked).toEqual([]);
    expect(opened.at(-1)).toMatchObject({ stateMachineArn: undefined });
  });

  test('where nothing is deployed, this process runs it', async () => {
    const { executions } = machine(ended);
    const { run, opened } = deployed(executions, { findDeployment: async () => undefined });

    await run('status');

    expect(opened.at(-1)).toMatchObject({ stateMachineArn: undefined });
  });

  test('where AWS does not say, commands that read go on, and nothing is started', async () => {
    const { executions, told } = machine(ended);
    const findDeployment = async (): Promise<never> => {
      throw errors.accessDenied('cloudformation:DescribeStacks StrongroomOrchestrator', 'no');
    };
    const { run } = deployed(executions, { findDeployment });

    const read = await run('status');
    const rolled = await run('rollout', '--yes', '--json');

    expect(read.status).toBe(0);
    expect([rolled.status, told]).toEqual([4, []]);
    expect(rolled.err.join()).toContain('cannot tell whether stack StrongroomOrchestrator is deployed');
  });
});
