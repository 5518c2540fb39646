/** Whom `--retry-failed` means: every account whose last work went wrong, whatever its state says. */
import { readAccount } from '../../orchestrator/records/accounts';
import { anAccountIn, createRig, eventsOf } from '../rig';

/** One account of the sandbox cannot be deployed to while `isClosed`: its home region is closed. */
async function withConflict() {
  const seen = { isClosed: true };
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('failureTolerance: 0, slowStart: true', 'failureTolerance: 1, slowStart: true'),
    sees: (preflight, visit) => {
      if (!seen.isClosed || visit.account !== anAccountIn(rig, 'Sandbox')) return preflight;
      return { ...preflight, unusable: [{ region: rig.desiredState.regions.home, why: 'the region is closed' }] };
    },
  });
  await rig.rollOut();
  return { rig, seen, account: anAccountIn(rig, 'Sandbox') };
}

test('an account that preflight left out is tried again, though its state is not one of failure', async () => {
  const { rig, seen, account } = await withConflict();
  const before = (await readAccount(rig.ports, account))?.value.state;
  seen.isClosed = false;

  const { events } = await rig.rollOut({ retryFailed: true });

  expect(before).toBe('BOOTSTRAPPED');
  expect(eventsOf(events, 'planned')[0]?.waves).toEqual([{ name: 'sandbox', accounts: 1 }]);
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect((await readAccount(rig.ports, account))?.value.state).toBe('READY_FOR_KEYS');
});

test('an account whose later work went well is not tried again', async () => {
  const { rig, seen } = await withConflict();
  seen.isClosed = false;
  await rig.rollOut({ retryFailed: true });

  const { events } = await rig.rollOut({ retryFailed: true });

  expect(events.at(-1)).toMatchObject({ outcome: 'completed', because: ['no account was planned'] });
});
