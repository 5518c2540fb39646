/** Who says whether a rollout is still run: this process, the deployed state machine, or the heartbeat in the store. */
import { errors } from '../../orchestrator/domain/errors';
import { parseRolloutId } from '../../orchestrator/domain/model/brand';
import { startHeart } from '../../orchestrator/engine/heartbeat';
import type { Executions } from '../../orchestrator/ports/ports';
import { createSigns, type SignsOptions } from '../../orchestrator/runtime/signs';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';
import { Named, rig, startedAt, task } from '../engine/rig';

const id = parseRolloutId('ro-20261122-150405-ab12');
const machine = (end: Executions['end']): Pick<Executions, 'end'> => ({ end });
const failed = { status: 'FAILED', because: 'the table is down' };
const running = machine(async () => undefined);
const ended = machine(async () => failed);
const without = machine(async () => {
  throw errors.unknownRollout(id);
});

const seen = (options: SignsOptions) => {
  const store = createMemoryStore();
  const clock = createVirtualClock(startedAt);
  return { store, clock, signs: createSigns({ store, clock }, options) };
};

test.each<[string, SignsOptions, 'yes' | 'no' | 'unknown']>([
  ['this process runs it', { isRunHere: () => true }, 'yes'],
  ['the state machine runs it', { executions: running }, 'yes'],
  ['the state machine has ended it', { executions: ended }, 'no'],
  ['the state machine never had it, nor any engine', { executions: without, isDeployed: true }, 'no'],
  ['the state machine cannot be asked', { isDeployed: true }, 'unknown'],
  ['there is no state machine, and no engine has run it', {}, 'no'],
])('%s', async (_, options, running) => {
  const { clock, signs } = seen(options);

  expect(await clock.run(signs.isRunning(id))).toBe(running);
});

test.each([
  ['without a state machine', {}],
  ['where the state machine does not know it', { executions: without }],
])('a heart that beats says that it runs, %s', async (_, options) => {
  const { store, clock, signs } = seen(options);
  await clock.run(
    (async () => {
      const heart = await startHeart({ store, clock }, id, 'one');

      expect(await signs.isRunning(id)).toBe('yes');
      await heart.stop();
      expect(await signs.isRunning(id)).toBe('no');
    })(),
  );
});

test.each<[string, SignsOptions, typeof failed | undefined]>([
  ['the state machine has ended it', { executions: ended }, failed],
  ['the state machine runs it', { executions: running }, undefined],
  ['this process continues it', { executions: ended, isRunHere: () => true }, undefined],
  ['nobody knows it', { executions: without }, undefined],
])('the end of an execution, where %s', async (_, options, end) => {
  expect(await seen(options).signs.end(id)).toEqual(end);
});

test('the end of an execution of an engine is in the store', async () => {
  const { store, clock, signs } = seen({});
  const dies = async (): Promise<never> => {
    throw new Named('Throttled', 'too much');
  };
  await rig({ A: task('work') }, { work: dies }, { store, clock }).start({}, id);

  expect(await signs.end(id)).toEqual({ status: 'FAILED', because: 'Throttled: too much' });
});

test('what the state machine refuses to say is not taken for an end', async () => {
  const { signs } = seen({
    executions: machine(async () => {
      throw errors.accessDenied('states:DescribeExecution', 'no');
    }),
  });

  await expect(signs.isRunning(id)).rejects.toMatchObject({ code: 'AccessDenied' });
  await expect(signs.end(id)).rejects.toMatchObject({ code: 'AccessDenied' });
});
