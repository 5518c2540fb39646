/** Closed ports, and what a guard opens. */
import { errors } from '../../orchestrator/domain/errors';
import { byVersion, type Effect, guard, isFromGuard, lookingOnly } from '../../orchestrator/ports/guard';
import type { Ports } from '../../orchestrator/ports/ports';
import { createSimulatedWorld } from '../../orchestrator/simulated/world';

const worldOf = () => createSimulatedWorld({ seed: 7, accounts: 40, start: new Date('2026-11-22T09:00:00Z') });
const refusal = errors.rolloutEnded('ro-1', 'aborted');

/** A guard that notes what it is asked, and refuses from the given question on. */
function noting(refusesFrom = Number.POSITIVE_INFINITY) {
  const effects: Effect[] = [];
  let failures = 0;
  const by = {
    ask: async (effect: Effect): Promise<void> => {
      effects.push(effect);
      if (effects.length >= refusesFrom) throw refusal;
    },
    failed: () => {
      failures += 1;
    },
  };
  return { by, effects, failures: () => failures };
}

test('an effect of closed ports does not compile', () => {
  const closed = {
    start: ({ stackSets }: Ports) =>
      // @ts-expect-error: only a guard opens it.
      stackSets.start(),
    write: ({ store }: Ports) =>
      // @ts-expect-error: only a guard opens it.
      store.put(),
    enter: ({ accounts }: Ports) =>
      // @ts-expect-error: only a guard opens it.
      accounts.collectFacts(),
  };

  expect(Object.keys(closed)).toHaveLength(3);
});

test('every method of every port is either harmless or asks', async () => {
  const world = worldOf();
  const { by, effects } = noting(1);
  const executions = {
    start: async () => {},
    redrive: async () => {},
    stop: async () => {},
    end: async () => undefined,
  };
  const harmless =
    /^(directory|artifacts)\.|^stackSets\.(closedRegions|describe|instances|status|statusReason|results|driftOf)$|^store\.(get|getMany|list)$|^(executions\.end|stateMarker\.read)$|^rehearsal\.(templateOf|stackSets|operations|concurrencyOf|organizationEntry|operationQuota|heard|listeners)$/;
  const names = [
    'directory',
    'accounts',
    'probes',
    'stackSets',
    'store',
    'artifacts',
    'callbacks',
    'notifier',
    'stateMarker',
  ] as const;
  const opened = guard({ ...world, executions, rehearsal: await world.openRehearsal() }, by);
  /** What only the simulated organization has. */
  const extra = /^stackSets\.(onOperationEnded|onInstanceEnded|inFlight|behind)$|^probes\.queues$/;
  const methods = [...names, 'executions' as const, 'rehearsal' as const]
    .flatMap((port) =>
      Object.entries(opened[port]).map(([method, call]: [string, unknown]) => ({
        api: `${port}.${method}`,
        call: call as () => Promise<unknown>,
      })),
    )
    .filter(({ api }) => !extra.test(api));

  for (const { api, call } of methods)
    if (!harmless.test(api)) await expect(call().catch((error: unknown) => error)).resolves.toBe(refusal);

  const asking = methods.filter(({ api }) => !harmless.test(api)).map(({ api }) => api);
  expect(effects.map(({ port, method }) => `${port}.${method}`)).toEqual(asking);
  expect(asking.length).toBeGreaterThan(20);
});

test('the guard is asked before each call, and what it refuses is not called', async () => {
  const world = worldOf();
  const { by, effects } = noting(2);
  const { store } = guard(world, by);

  await store.put({ pk: 'a', sk: 'b' }, 1, 0);
  const second = store.put({ pk: 'a', sk: 'c' }, 1, 0);

  await expect(second).rejects.toBe(refusal);
  expect(effects).toMatchObject([{ port: 'store', method: 'put', strength: 'record' }, {}]);
  expect(await world.store.get({ pk: 'a', sk: 'c' })).toBeUndefined();
});

test('a guard learns of a call that failed, and not of one that it refused', async () => {
  const { by, failures } = noting(2);
  const { store } = guard(worldOf(), by);

  await expect(store.put({ pk: 'a', sk: 'b' }, 1, 5)).rejects.toMatchObject({ code: 'StaleWrite' });
  await expect(store.put({ pk: 'a', sk: 'b' }, 1, 5)).rejects.toBe(refusal);

  expect(failures()).toBe(1);
});

test('ports that were opened twice ask both guards', async () => {
  const [inner, outer] = [noting(), noting()];
  const { store } = guard(guard(worldOf(), inner.by), outer.by);

  await store.put({ pk: 'a', sk: 'b' }, 1, 0);

  expect([inner.effects.length, outer.effects.length]).toEqual([1, 1]);
});

test('a port without effects stays the same object, so that what is kept for it is found', () => {
  const world = worldOf();

  expect(guard(world, byVersion).artifacts).toBe(world.artifacts);
});

test('what a guard throws is a refusal, whatever its code', async () => {
  const unread = errors.throttled('dynamodb:BatchGetItem');
  const { store } = guard(worldOf(), { ask: () => Promise.reject(unread) });

  await store.put({ pk: 'a', sk: 'b' }, 1, 0).catch(() => {});

  expect([isFromGuard(unread), isFromGuard(errors.throttled('sts:AssumeRole'))]).toEqual([true, false]);
});

test('a person who only looks around changes nothing', async () => {
  const { stackSets } = guard(worldOf(), lookingOnly);

  await expect(stackSets.stop('strongroom-dev-alerts', 'op-1')).rejects.toMatchObject({ code: 'Internal' });
});
