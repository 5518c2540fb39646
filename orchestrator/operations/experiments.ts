/** The experiments of `verify --prove` in one account: what is done, for how long what follows is watched, and what is cleared away. */

import { errors, isStrongroomError, messageOf } from '../domain/errors';
import { absent, type Fact, read, unreadable } from '../domain/health/facts';
import {
  type AlertTrial,
  isApplicable,
  isLeftover,
  judgeProof,
  notApplicable,
  type ProofId,
  type ProofResult,
  proofIds,
  proofPrefix,
  type TrailTrial,
  type Trials,
} from '../domain/health/probe';
import { type FenceWanted, fencedRegion, type Lent } from '../domain/health/region-deny';
import type { OrganizationId } from '../domain/model/brand';
import type { Intent } from '../domain/model/desired-state';
import type { Release } from '../domain/model/release';
import type { Ports, Sample, Visit } from '../ports/ports';
import { patiently } from '../rollout/retry';

/** Delivery takes 5 minutes on average and 15 seldom [doc:awscloudtrail/how-cloudtrail-works]. */
const trailWatch = { minutes: 20, everySeconds: 60 } as const;
/** News of a new finding takes 5 minutes at most [doc:guardduty/guardduty_findings_eventbridge]. */
const alertWatch = { minutes: 10, everySeconds: 15 } as const;
/** Clocks differ, and an object may be dated a little before it could be listed. */
const clockSkewMs = 120_000;

type ProvingPorts = Pick<Ports, 'proofs' | 'clock' | 'random'>;

export interface Setting {
  readonly visit: Visit;
  readonly release: Release;
  readonly intent: Intent;
  readonly organization: OrganizationId;
  /** Of this run; names what is made. */
  readonly stamp: string;
  /** Without it nobody here can act as the operator, and IAM's simulator is asked instead. */
  readonly lent?: Lent | undefined;
}

export function experiment(ports: ProvingPorts, setting: Setting): Promise<readonly ProofResult[]> {
  return Promise.all(
    proofIds.map(async (proof): Promise<ProofResult> => {
      if (!isApplicable(proof, setting.release)) return notApplicable(proof, ports.clock.now());
      return trials[proof](ports, setting);
    }),
  );
}

const trials: Readonly<Record<ProofId, (ports: ProvingPorts, setting: Setting) => Promise<ProofResult>>> = {
  trailDelivers: async (ports, setting) => {
    const trial = await tried(() => followCall(ports, setting));
    return judgeProof('trailDelivers', trial, ports.clock.now());
  },
  alertsArrive: async (ports, setting) => {
    const trial = await tried(() => followAlert(ports, setting));
    return judgeProof('alertsArrive', trial, ports.clock.now());
  },
  operatorNeedsMfa: async (ports, { visit, release, intent }) => {
    const { operatorProbe: probe } = intent.proofs;
    const operator = release.expectations.operatorRoleName;
    const trial: Trials['operatorNeedsMfa'] =
      probe === undefined
        ? unreadable('the config names no proofs.operatorProbe that could try')
        : await tried(() => patiently(ports, () => ports.proofs.tryOperator(visit, { operator, probe })));
    return judgeProof('operatorNeedsMfa', trial, ports.clock.now());
  },
  fenceHolds: async (ports, setting) => {
    const { regions, expectations } = setting.release;
    const fenced = fencedRegion(regions);
    const wanted = fenced && { operator: expectations.operatorRoleName, fenced, governed: regions.home };
    const trial: Trials['fenceHolds'] =
      wanted === undefined
        ? unreadable('every region that accounts usually have is governed, so none is fenced')
        : await tried(() => fenceTrial(ports, setting, wanted));
    return judgeProof('fenceHolds', trial, ports.clock.now());
  },
};

/** A code of an MFA device serves once, so what a person lends is not tried again. */
const fenceTrial = (ports: ProvingPorts, { visit, lent }: Setting, wanted: FenceWanted) =>
  lent === undefined
    ? patiently(ports, () => ports.proofs.askFence(visit, wanted))
    : ports.proofs.tryFence(visit, wanted, lent);

/** What cannot be tried is not measured, and says why. A fault of Strongroom's own is not about the account. */
async function tried<T>(run: () => Promise<T | undefined>): Promise<Fact<T>> {
  try {
    const found = await run();
    return found === undefined ? absent : read(found);
  } catch (error) {
    if (!isStrongroomError(error) || error.code === 'Internal') throw error;
    return unreadable(messageOf(error));
  }
}

async function followCall(ports: ProvingPorts, { visit, organization }: Setting): Promise<TrailTrial | undefined> {
  const calledAt = ports.clock.now();
  const marker = await patiently(ports, () => ports.proofs.markedCall(visit));
  let [since, objects] = [calledAt, 0];
  const look = async () => {
    const from = new Date(since.getTime() - clockSkewMs);
    since = ports.clock.now();
    const seen = await patiently(ports, () => ports.proofs.lookForMarker(visit, { marker, organization, since: from }));
    objects += seen?.objects ?? 0;
    return seen;
  };
  // A trail that is off delivers nothing, however long it is waited for.
  const { seen, waitedMinutes } = await watching(
    ports,
    trailWatch,
    look,
    (seen) => seen === undefined || !seen.logging || seen.foundIn !== undefined,
  );
  return seen && { ...seen, objects, marker, waitedMinutes };
}

async function followAlert(ports: ProvingPorts, setting: Setting): Promise<AlertTrial | undefined> {
  const { visit, release, stamp } = setting;
  const { home } = release.regions;
  const name = `${proofPrefix}${stamp}`;
  const now = ports.clock.now();
  const isOurs = (other: string): boolean => other === name || isLeftover(other, now);
  let sample: Sample | undefined;
  let trial: AlertTrial | undefined;
  let failure: unknown;
  try {
    sample = await patiently(ports, () => ports.proofs.raiseSample(visit, home, name));
    if (sample !== undefined) trial = await watchSample(ports, visit, sample);
  } catch (error) {
    failure = error;
  }
  // Also after a failure, and also what a run left that was killed.
  const cleared = await tried(async () => {
    await patiently(ports, () => ports.proofs.clearAway(visit, home, isOurs, sample));
    return true;
  });
  if (failure !== undefined) throw failure;
  return trial && { ...trial, ...(cleared.kind === 'unreadable' && { leftBehind: cleared.why }) };
}

async function watchSample(ports: ProvingPorts, visit: Visit, sample: Sample): Promise<AlertTrial> {
  const look = () => patiently(ports, () => ports.proofs.lookForSample(visit, sample));
  const { seen, waitedMinutes } = await watching(ports, alertWatch, look, ({ hasArrived }) => hasArrived);
  return { findingType: sample.findingType, isNew: sample.isNew, ...seen, waitedMinutes };
}

/** Looks until it is over, or the time is up: at least once, and once more at the end. */
async function watching<T>(
  { clock }: Pick<Ports, 'clock'>,
  { minutes, everySeconds }: { readonly minutes: number; readonly everySeconds: number },
  look: () => Promise<T>,
  isOver: (seen: T) => boolean,
): Promise<{ readonly seen: T; readonly waitedMinutes: number }> {
  const beganMs = clock.now().getTime();
  const looksMax = (minutes * 60) / everySeconds + 1;
  for (let looks = 1; looks <= looksMax; looks++) {
    const seen = await look();
    const waitedMs = clock.now().getTime() - beganMs;
    if (isOver(seen) || waitedMs >= minutes * 60_000 || looks === looksMax)
      return { seen, waitedMinutes: Math.ceil(waitedMs / 60_000) };
    await clock.sleepUntil(new Date(clock.now().getTime() + everySeconds * 1000));
  }
  throw errors.internal('nothing was looked at');
}
