/** Drift as tests see it: what people do in an account, and a run of detections from beginning to end. */
import { type AccountId, parseSweepId } from '../../orchestrator/domain/model/brand';
import { advanceDrift, type DriftProgress } from '../../orchestrator/operations/detect-drift';
import type { Detection } from '../../orchestrator/records/detections';
import { person } from '../actors';
import { createRig, type Rig } from '../rig';
import { waves } from './sweeping';

export const secondsLater = (rig: Rig, seconds: number): Promise<void> =>
  rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + seconds * 1000));

let runs = 0;
/** A run from beginning to end, as a schedule drives it. */
export async function detected(rig: Rig, wanted = waves): Promise<DriftProgress> {
  const id = parseSweepId(`sw-20261122-${String(++runs).padStart(6, '0')}`);
  return rig.inTime(async () => {
    for (let step = 0; step < 500; step++) {
      const progress = await advanceDrift(rig.ports, rig.desiredState, { id, by: person('jo'), waves: wanted });
      if (progress.running.length === 0 && progress.waiting.every(({ because }) => because !== '')) return progress;
      await secondsLater(rig, 60);
    }
    throw new Error('the run did not end');
  });
}

export const countsOf = (progress: DriftProgress, what: 'instances' | 'drifted' | 'unknown'): number =>
  progress.ended.reduce((sum, detection: Detection) => sum + (detection.ended?.[what] ?? 0), 0);

/** Somebody turns the alarm on the root user off. */
export const disarm = (rig: Rig, id: AccountId): void =>
  rig.world.contents.byHand(id, {
    kind: 'change',
    of: 'rules',
    region: rig.desiredState.regions.home,
    name: 'strongroom-root-user',
    to: { state: 'DISABLED' },
  });
export const putBackByHand = (rig: Rig, id: AccountId): void => {
  for (const { stackSet, region } of rig.world.contents.stacks(id)) rig.world.contents.revert(id, { stackSet, region });
};

/** Rolled out without a soak, so that nobody is ready for keys. */
export async function rolledOutUnsoaked(): Promise<Rig> {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replaceAll(/soakMinutes: \d+/g, 'soakMinutes: 0'),
  });
  await rig.rollOut({ waves });
  return rig;
}
