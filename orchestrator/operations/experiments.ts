/** The probes of `verify --probe` in one account: what they do, how long they watch for the effect, and what they clean up. */

import { errors, isStrongroomError, messageOf } from '../domain/errors';
import { absent, type Fact, read, unreadable } from '../domain/health/facts';
import {
  type AlertTrial,
  isApplicable,
  judgeProbe,
  notApplicable,
  type TrailTrial,
  type Trials,
} from '../domain/health/probe';
import { deniedRegion, type OperatorCredentials, type RegionDenyRequest } from '../domain/health/region-deny';
import type { OrganizationId, Region } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import { type ProbeId, type ProbeResult, probeIds } from '../domain/model/probe';
import type { Release } from '../domain/model/release';
import type { Guarded } from '../ports/guard';
import type { Clock, Sample, Visit } from '../ports/ports';
import { withRetry } from '../rollout/retry';
import { isRefusal } from '../rollout/step';

/** Delivery takes 5 minutes on average and 15 seldom [doc:awscloudtrail/how-cloudtrail-works]. */
const trailWatch = { minutes: 20, everySeconds: 60 } as const;
/** News of a new finding takes 5 minutes at most [doc:guardduty/guardduty_findings_eventbridge]. */
const alertWatch = { minutes: 10, everySeconds: 15 } as const;
/** Clocks differ, and an object may be dated a little before it could be listed. */
const clockSkewMs = 120_000;

type ProbingPorts = Guarded<'probes' | 'clock' | 'random'>;

export interface Setting {
  readonly visit: Visit;
  readonly release: Release;
  readonly desiredState: DesiredState;
  readonly organization: OrganizationId;
  /** Of this run; names what is made. */
  readonly stamp: string;
  /** Without them the probe cannot act as the operator, and asks IAM's simulator instead. */
  readonly operatorCredentials?: OperatorCredentials | undefined;
}

/** @throws a refusal if the account is no longer free for probes, after every probe has cleared away what it had made. */
export async function experiment(ports: ProbingPorts, setting: Setting): Promise<readonly ProbeResult[]> {
  const tried = await Promise.allSettled(
    probeIds.map(async (probe): Promise<ProbeResult> => {
      if (!isApplicable(probe, setting.release)) return notApplicable(probe, ports.clock.now());
      return trials[probe](ports, setting);
    }),
  );
  return tried.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

const trials: Readonly<Record<ProbeId, (ports: ProbingPorts, setting: Setting) => Promise<ProbeResult>>> = {
  trailDelivers: async (ports, setting) => {
    const trial = await tried(() => followCall(ports, setting));
    return judgeProbe('trailDelivers', trial, ports.clock.now());
  },
  alertsArrive: async (ports, setting) => {
    const { regions, expectations } = setting.release;
    const { alertBus: bus = '' } = expectations;
    const trial = await tried(() => followAlert(ports, { visit: setting.visit, home: regions.home, bus }));
    return judgeProbe('alertsArrive', trial, ports.clock.now());
  },
  operatorNeedsMfa: async (ports, { visit, release, desiredState }) => {
    const { operatorProbe: probe } = desiredState.probes;
    const operator = release.expectations.operatorRoleName;
    const trial: Trials['operatorNeedsMfa'] =
      probe === undefined
        ? unreadable('the config names no probes.operatorProbe that could try')
        : await tried(() => withRetry(ports, () => ports.probes.tryOperator(visit, { operator, probe })));
    return judgeProbe('operatorNeedsMfa', trial, ports.clock.now());
  },
  regionDenyHolds: async (ports, setting) => {
    const { regions, expectations } = setting.release;
    const denied = deniedRegion(regions);
    const wanted = denied && { operator: expectations.operatorRoleName, denied, governed: regions.home };
    const trial: Trials['regionDenyHolds'] =
      wanted === undefined
        ? unreadable('every region that accounts usually have is governed, so none is denied')
        : await tried(() => regionDenyTrial(ports, setting, wanted));
    return judgeProbe('regionDenyHolds', trial, ports.clock.now());
  },
};

/** A code of an MFA device works once, so a call with a person's credentials is not retried. */
const regionDenyTrial = (ports: ProbingPorts, { visit, operatorCredentials }: Setting, wanted: RegionDenyRequest) =>
  operatorCredentials === undefined
    ? withRetry(ports, () => ports.probes.simulateRegionDeny(visit, wanted))
    : ports.probes.tryRegionDeny(visit, wanted, operatorCredentials);

/** A probe that cannot run is unreadable, with the reason. A bug of Strongroom is not about the account. */
async function tried<T>(run: () => Promise<T | undefined>): Promise<Fact<T>> {
  try {
    const found = await run();
    return found === undefined ? absent : read(found);
  } catch (error) {
    if (!isStrongroomError(error) || error.code === 'Internal' || isRefusal(error)) throw error;
    return unreadable(messageOf(error));
  }
}

export async function followCall(
  ports: ProbingPorts,
  { visit, organization }: Pick<Setting, 'visit' | 'organization'>,
): Promise<TrailTrial | undefined> {
  const calledAt = ports.clock.now();
  const marker = await withRetry(ports, () => ports.probes.markedCall(visit));
  let [since, objects] = [calledAt, 0];
  const look = async () => {
    const from = new Date(since.getTime() - clockSkewMs);
    since = ports.clock.now();
    const seen = await withRetry(ports, () => ports.probes.lookForMarker(visit, { marker, organization, since: from }));
    objects += seen?.objects ?? 0;
    return seen;
  };
  // A trail that is off delivers nothing, however long we wait.
  const { seen, waitedMinutes } = await watching(
    ports,
    trailWatch,
    look,
    (seen) => seen === undefined || !seen.logging || seen.foundIn !== undefined,
  );
  return seen && { ...seen, objects, marker, waitedMinutes };
}

interface AlertSetting {
  readonly visit: Visit;
  readonly home: Region;
  readonly bus: string;
}

export async function followAlert(
  ports: ProbingPorts,
  { visit, home, bus }: AlertSetting,
): Promise<AlertTrial | undefined> {
  const sample = await withRetry(ports, () => ports.probes.raiseSample(visit, home));
  if (sample === undefined) return undefined;
  let trial: AlertTrial | undefined;
  let failure: unknown;
  try {
    trial = await watchSample(ports, visit, sample, bus);
  } catch (error) {
    failure = error;
  }
  // After a failure too.
  const cleared = await tried(async () => {
    await withRetry(ports, () => ports.probes.clearAway(visit, sample));
    return true;
  });
  if (failure !== undefined) throw failure;
  return trial && { ...trial, ...(cleared.kind === 'unreadable' && { leftBehind: cleared.why }) };
}

async function watchSample(ports: ProbingPorts, visit: Visit, sample: Sample, bus: string): Promise<AlertTrial> {
  const look = () => withRetry(ports, () => ports.probes.lookForSample(visit, sample, bus));
  const { seen, waitedMinutes } = await watching(ports, alertWatch, look, ({ hasArrived }) => hasArrived);
  return { findingType: sample.findingType, isNew: sample.isNew, ...seen, waitedMinutes };
}

/** Looks until the watch is over, or the time is up: at least once, and once more at the end. */
async function watching<T>(
  { clock }: { readonly clock: Clock },
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
