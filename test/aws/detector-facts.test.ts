/** GuardDuty's detector is asked for by the id that our stack names; where that leads nowhere it is looked for, so no answer is wrong. */
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { Call, Intercept } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps, jsonFault } from '../emulator/moto-gaps';
import { everythingBut, useVisits } from '../emulator/moto-visits';
import { aDetector, aStack } from './furnish';

const home = parseRegion(motoRegion);
const ours = 'StackSet-strongroom-dev-threat-detection-0a1b2c3d-1111-2222-3333-444455556666';
const gone = 'a'.repeat(32);

const filled = fillGaps();
const visits = useVisits(() => filled);

/** @param naming the stack, and the detector that it names; undefined for the one that is there. */
async function seen({ hasDetector, stack, named }: { hasDetector: boolean; stack?: string; named?: string }) {
  const visit = visits.freshVisit();
  const member = await memberClients(visits.clients, visit.account);
  const id = hasDetector ? await aDetector(member, home) : undefined;
  if (stack !== undefined) await aStack(member, home, stack, { DetectorId: { Value: named ?? `${id}` } });
  let detector: unknown;
  const calls = await visits.callsDuring(async () => {
    detector = (await visits.accounts.collectFacts(visit, everythingBut(['detectorAdministrator'], home))).regions[home]
      ?.detector;
  });
  const asked = calls.filter(({ service }) => service === 'guardduty').map(({ action }) => action);
  return { id, detector, asked };
}
const get = (id: string | undefined) => `GET /detector/${id}`;
const list = 'GET /detector';

it('one that our stack names is not looked for', async () => {
  const { id, detector, asked } = await seen({ hasDetector: true, stack: ours });

  expect(detector).toEqual({ kind: 'read', value: { id, enabled: true } });
  expect(asked).toEqual([get(id)]);
});

it('somebody else made in place of ours is found', async () => {
  const { id, detector, asked } = await seen({ hasDetector: true, stack: ours, named: gone });

  expect(detector).toEqual({ kind: 'read', value: { id, enabled: true } });
  expect(asked).toEqual([get(gone), list, get(id)]);
});

it('that is gone is absent, whatever our stack says', async () => {
  const { detector, asked } = await seen({ hasDetector: false, stack: ours, named: gone });

  expect(detector).toEqual({ kind: 'absent' });
  expect(asked).toEqual([get(gone), list]);
});

it.each([
  ['no stack', {}],
  ['a stack of somebody else', { stack: ours.replace('strongroom', 'acme') }],
])('named by %s is looked for', async (_what, by) => {
  const { id, detector, asked } = await seen({ hasDetector: true, ...by });

  expect(detector).toMatchObject({ kind: 'read', value: { id } });
  expect(asked).toEqual([list, get(id)]);
});

const denying =
  (isMeant: (call: Call) => boolean): Intercept =>
  (call, onward) =>
    isMeant(call) ? jsonFault(403, 'AccessDeniedException', 'no') : filled(call, onward);

it('is looked for where our stacks cannot be read', async () => {
  visits.instead = denying(({ service }) => service === 'cloudformation');

  const { id, detector } = await seen({ hasDetector: true });

  expect(detector).toMatchObject({ kind: 'read', value: { id } });
});

it('that cannot be read is unreadable: another is not looked for', async () => {
  visits.instead = denying(({ action }) => action.startsWith('GET /detector/'));

  const { detector, asked, id } = await seen({ hasDetector: true, stack: ours });

  expect(detector).toMatchObject({ kind: 'unreadable' });
  expect(asked).toEqual([get(id)]);
});
