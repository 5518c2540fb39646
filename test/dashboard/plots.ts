/** Rollouts in the conditions that the tests look at. */
import { absent } from '../../orchestrator/domain/health/facts';
import type { RolloutId } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { Rig } from '../rig';

/** Makes a check fail in the canary wave: one account loses its password policy. @returns a function that fixes it. */
export function spoilPasswordPolicy({ world }: Pick<Rig, 'world'>): () => void {
  const [victim] = world.organization.accountsIn('PolicyStaging');
  world.faults.distort = (facts) => (facts.account === victim?.id ? { ...facts, passwordPolicy: absent } : facts);
  return () => {
    world.faults.distort = (facts) => facts;
  };
}

/** A release without a password policy. */
const lenient = ({ desiredState }: Pick<Rig, 'desiredState'>): DesiredState => ({
  ...desiredState,
  modules: {
    ...desiredState.modules,
    'account-hardening': { ...desiredState.modules['account-hardening'], passwordPolicy: false },
  },
});

/** A release in which MFA sessions last half an hour. */
const stricter = ({ desiredState }: Pick<Rig, 'desiredState'>): DesiredState => ({
  ...desiredState,
  modules: {
    ...desiredState.modules,
    'operator-role': { ...desiredState.modules['operator-role'], mfaMaxAgeSeconds: 1_800 },
  },
});

interface Two {
  readonly first: RolloutId;
  readonly second: RolloutId;
}

/** The canary wave alone has completed one release, and is held in the next. */
export async function heldWithRollbackTarget(rig: Rig): Promise<Two> {
  const waves = rig.desiredState.waves.slice(0, 1).map(({ name }) => name);
  const first = await rig.rollOut({ waves }, lenient(rig));
  spoilPasswordPolicy(rig);
  const second = await rig.rollOut({ waves });
  return { first: first.id, second: second.id };
}

/** Two releases have completed in every wave. */
export async function finishedTwice(rig: Rig): Promise<Two> {
  const first = await rig.rollOut();
  const second = await rig.rollOut({}, stricter(rig));
  return { first: first.id, second: second.id };
}
