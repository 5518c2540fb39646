/** Whether somebody receives the alerts belongs to the installation: sweeps date it, and no wave waits for it. */

import { errors } from '../../orchestrator/domain/errors';
import type { SubscriptionState } from '../../orchestrator/domain/model/alerting';
import { noteSubscription, subscriptionNow } from '../../orchestrator/operations/subscription';
import { createRig, eventsOf, type Rig } from '../rig';

const hour = 3_600_000;
const seenAs = (rig: Rig, state: () => SubscriptionState) => ({
  ...rig.ports,
  alerting: { ...rig.ports.alerting, subscription: async () => state() },
});
const later = (rig: Rig, hours: number) =>
  rig.inTime(() => rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + hours * hour)));

test('a rollout completes while nobody has confirmed the address', async () => {
  const rig = await createRig({ accounts: 40 });

  const { events } = await rig.rollOut();

  expect(await subscriptionNow(rig.ports, rig.desiredState)).toMatchObject({ state: 'pending' });
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(eventsOf(events, 'checkFailed').filter(({ check }) => /subscri|confirm/.test(check))).toEqual([]);
});

test('a pending confirmation has the date on which a sweep first saw it', async () => {
  const rig = await createRig({ accounts: 40 });
  const ports = seenAs(rig, () => 'pending');
  const first = rig.world.clock.now().toISOString();

  await noteSubscription(ports, rig.desiredState);
  await later(rig, 30);
  await noteSubscription(ports, rig.desiredState);

  expect(await subscriptionNow(ports, rig.desiredState)).toEqual({
    email: 'security@example.com',
    state: 'pending',
    since: first,
  });
});

test('a new state and another address begin anew', async () => {
  const rig = await createRig({ accounts: 40 });
  let state: SubscriptionState = 'pending';
  const ports = seenAs(rig, () => state);
  await noteSubscription(ports, rig.desiredState);
  state = 'confirmed';
  await later(rig, 5);

  const before = await subscriptionNow(ports, rig.desiredState);
  await noteSubscription(ports, rig.desiredState);
  const after = await subscriptionNow(ports, rig.desiredState);
  const alerts = { ...rig.desiredState.modules.alerts, email: 'other@example.com' };
  const other = await subscriptionNow(ports, { ...rig.desiredState, modules: { ...rig.desiredState.modules, alerts } });

  expect([before?.since, after?.since, other?.since]).toEqual([
    undefined,
    rig.world.clock.now().toISOString(),
    undefined,
  ]);
});

test('without an address nothing is asked', async () => {
  const rig = await createRig({ accounts: 40 });
  const modules = { ...rig.desiredState.modules, alerts: { enabled: true } };

  expect(await subscriptionNow(rig.ports, { ...rig.desiredState, modules })).toBeUndefined();
});

test('a security account that refuses holds up no sweep and no rollout', async () => {
  const refusing = async (): Promise<never> => {
    throw errors.accessDenied('s3:PutObject', 'not authorized');
  };
  const rig = await createRig({
    accounts: 40,
    ports: () => ({ alerting: { subscription: refusing, nameAccounts: refusing } }),
  });

  const { events } = await rig.rollOut();
  await noteSubscription(rig.ports, rig.desiredState);

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
});

test('a rollout writes down the name, OU and wave of every account, also of those in no wave', async () => {
  const rig = await createRig({ accounts: 40 });

  await rig.rollOut();

  const named = rig.world.alerting.named();
  const [sandbox] = rig.world.organization.accountsIn('Sandbox');
  const [suspended] = rig.world.organization.accountsIn('Suspended');
  expect(named?.accounts[sandbox?.id ?? '']).toEqual({ name: sandbox?.name, ou: 'Sandbox', wave: 'sandbox' });
  expect(named?.accounts[suspended?.id ?? '']).toEqual({ name: suspended?.name, ou: 'Suspended' });
});

test('people take days to confirm, and what nobody confirms within 48 hours is gone', async () => {
  const ends = new Set<SubscriptionState>();
  const rig = await createRig({ accounts: 40 });
  const busOf = (n: number) => `arn:aws:events:us-east-1:${String(n).padStart(12, '0')}:event-bus/strongroom-alerts`;
  const states = () =>
    Promise.all(Array.from({ length: 50 }, (_, n) => rig.world.alerting.subscription(busOf(n), 'a@example.com')));

  const atFirst = new Set(await states());
  await later(rig, 49);
  for (const state of await states()) ends.add(state);

  expect([...atFirst]).toEqual(['pending']);
  expect([...ends].toSorted()).toEqual(['absent', 'confirmed']);
});
