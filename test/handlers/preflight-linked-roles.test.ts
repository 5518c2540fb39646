/** Roles that a service has for itself and a template names: made once, before the deployment, and only where it is ours. */

import { errors } from '../../orchestrator/domain/errors';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { linkedServices } from '../../orchestrator/domain/policies/ci-actions';
import { linkedServiceOf } from '../../orchestrator/domain/policies/linked-roles';
import type { Preflight, Visit } from '../../orchestrator/ports/ports';
import { anAccountIn, createRig, eventsOf, type Rig } from '../rig';

const sandbox = parseWaveName('sandbox');

/** A rig that tells for which accounts roles were made. */
async function aRig(options: Parameters<typeof createRig>[0] = {}) {
  const rig = await createRig(options);
  const made: { readonly account: string; readonly services: readonly string[] }[] = [];
  const { ensureLinkedRoles } = rig.ports.accounts;
  Object.assign(rig.ports.accounts, {
    ensureLinkedRoles: (visit: Visit, services: readonly string[]) => {
      made.push({ account: visit.account, services });
      return ensureLinkedRoles(visit, services);
    },
  });
  return { rig, made };
}
const servicesIn = (rig: Rig, index = 0): readonly string[] => [
  ...rig.world.contents.identities(anAccountIn(rig, 'Sandbox', index)).linkedServices,
];

test('a rollout makes the role of Config, without which nothing could record, once in each account', async () => {
  const { rig, made } = await aRig();

  const { events } = await rig.rollOut({ waves: [sandbox] });
  await rig.rollOut({ waves: [sandbox] }, { ...rig.desiredState, checks: { settleMinutes: [1] } });

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(servicesIn(rig)).toEqual(['config.amazonaws.com']);
  expect(made.length).toBe(new Set(made.map(({ account }) => account)).size);
});

test('and that of Auto Scaling, before there is a key whose policy names it', async () => {
  const { rig } = await aRig({
    config: (text) => text.replace('modules:\n', 'modules:\n  kms-default: { enabled: true }\n'),
  });

  await rig.rollOut({ waves: [sandbox] });

  expect(servicesIn(rig)).toEqual(['config.amazonaws.com', 'autoscaling.amazonaws.com']);
});

test('where the organization runs Config, its role is none of our business', async () => {
  const { rig } = await aRig();
  rig.world.contents.protect(anAccountIn(rig, 'Sandbox'), { by: 'controlTower' });

  await rig.rollOut({ waves: [sandbox] });

  expect(servicesIn(rig)).toEqual([]);
  expect(servicesIn(rig, 1)).toEqual(['config.amazonaws.com']);
});

test('nothing is made in an account that is out anyway', async () => {
  const withAnothers = (seen: Preflight): Preflight => ({
    ...seen,
    singletons: seen.singletons.map((here) => ({ ...here, recorder: { name: 'by-hand', ours: false } })),
  });
  const { rig, made } = await aRig({ sees: withAnothers });

  await rig.rollOut({ waves: [sandbox] });

  expect(made).toEqual([]);
});

test('an account in which they may not be made is left out, with what AWS said', async () => {
  const { rig } = await aRig();
  const account = anAccountIn(rig, 'Sandbox');
  const { ensureLinkedRoles } = rig.ports.accounts;
  Object.assign(rig.ports.accounts, {
    ensureLinkedRoles: async (visit: Visit, services: readonly string[]) => {
      if (visit.account === account)
        throw errors.refusedInAccount(account, 'iam:CreateServiceLinkedRole was denied: explicit deny');
      return ensureLinkedRoles(visit, services);
    },
  });

  const { events } = await rig.rollOut({ waves: [sandbox] });

  expect(eventsOf(events, 'accountLeftOut')).toMatchObject([
    { account, reason: expect.stringContaining('iam:CreateServiceLinkedRole was denied: explicit deny') },
  ]);
});

test('the boundary of the CI role lets each of them be made', () => {
  expect(linkedServices()).toEqual(expect.arrayContaining(Object.values(linkedServiceOf)));
});
