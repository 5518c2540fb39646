/** `strongroom doctor`: checks the installation from where a rollout would start, and writes nothing. */
import pLimit from 'p-limit';
import { isStrongroomError, type StrongroomError } from '../../domain/errors';
import { diagnose, type Installation, type Sampled } from '../../domain/health/doctor';
import type { Finding, Look } from '../../domain/health/finding';
import type { Guardrails } from '../../domain/health/guardrails';
import { installationOf, mayEnter } from '../../domain/installation/installation';
import { parseSweepId } from '../../domain/model/brand';
import { alertBusOf } from '../../domain/model/catalog';
import { enabledModules } from '../../domain/model/module';
import type { Plan } from '../../domain/model/plan';
import type { Release } from '../../domain/model/release';
import { alertTopicOf } from '../../domain/model/resource-names';
import { lookupsWanted, skipsOf } from '../../domain/planning/preflight';
import { previewPlan, stamp } from '../../operations/start';
import { subscriptionNow } from '../../operations/subscription';
import { unrecordedEnds } from '../../operations/unrecorded-end';
import { guard, lookingOnly } from '../../ports/guard';
import type { Surroundings } from '../../ports/ports';
import { createPaint } from '../../presentation/paint';
import { cleaned, json } from '../../presentation/text';
import { listRollouts } from '../../records/rollouts';
import { visitTo } from '../../rollout/wave-accounts';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { type CommonOptions, stateFolderDefault } from '../options';
import { findingLines } from '../render/doctor';
import { openSessionAnyhow, type Session } from '../session';

/** How many accounts of each wave are entered. */
const samplesPerWave = 2;
const visitsAtOnce = 4;

export async function doctor(host: Host, common: CommonOptions): Promise<ExitStatus> {
  const { session, stateRefused } = await openSessionAnyhow(host, common);
  try {
    const place = common.world.kind === 'simulated' ? ('simulated' as const) : ('aws' as const);
    const { home } = session.desiredState.regions;
    const seen = await host.withSurroundings({ place, home }, (around) =>
      session.run(() => examine(session, around, { place: placeOf(common, session), stateRefused })),
    );
    const findings = diagnose(seen);
    if (common.json) host.io.out(json(findings, 2));
    else findingLines(cleaned(findings), createPaint(host.io.colour)).forEach(host.io.out);
    return findings.some(isProblem) ? exitStatus.held : exitStatus.done;
  } finally {
    await session.close();
  }
}

const isProblem = ({ verdict }: Finding): boolean => verdict === 'problem';

function placeOf({ state, world }: CommonOptions, { executions }: Session): string {
  if (world.kind === 'simulated') return 'memory';
  if (executions !== undefined) return 'the deployed table';
  if (state?.kind === 'dynamodb') return `table ${state.table}`;
  return `folder ${state?.kind === 'folder' ? state.folder : stateFolderDefault}`;
}

interface StatePlace {
  readonly place: string;
  /** Why the state cannot be used. */
  readonly stateRefused: StrongroomError | undefined;
}

async function examine(
  session: Session,
  around: Surroundings,
  { place, stateRefused }: StatePlace,
): Promise<Installation> {
  const { ports, desiredState, baseline } = session;
  const installation = installationOf(desiredState);
  const { administrationRole: name } = installation;
  // One after another, because the first refusal is often the cause of the others.
  const caller = await look(around.caller);
  const previewed = await look(() => previewPlan(ports, baseline, desiredState));
  const plan = previewed.kind === 'seen' ? { kind: 'seen' as const, value: previewed.value.plan } : previewed;
  return {
    caller,
    clockOffByMs: await look(around.clockOffByMs),
    organization: await look(ports.directory.identity),
    listing: await look(async () =>
      plan.kind === 'seen' ? listedIn(plan.value) : (await ports.directory.accounts()).length,
    ),
    delegatedServices: await (caller.kind === 'seen'
      ? look(() => around.delegatedServices(caller.value.account))
      : caller),
    trustedServices: await look(around.trustedServices),
    deploymentsAccount: desiredState.installation.deployments?.account,
    callerEnters: caller.kind === 'seen' && mayEnter(installation, caller.value.arn),
    closedRegions: await look(() => around.closedRegions(desiredState.regions.governed)),
    organizationsRegion: installation.partition.organizationsRegion,
    organizationTrail: await look(around.organizationTrail),
    administrationRole: { name, exists: await look(() => around.hasRole(name)) },
    state: {
      place,
      rollouts: await look(async () => {
        if (stateRefused !== undefined) throw stateRefused;
        return (await listRollouts(ports)).length;
      }),
      unrecorded: await look(async () =>
        stateRefused === undefined ? unrecordedEnds(ports, await listRollouts(ports)) : [],
      ),
    },
    definitionProblems: await look(() => around.definitionProblems(JSON.stringify(baseline.definition))),
    plan: plan.kind === 'refused' ? plan : { kind: 'seen', value: sizeOf(plan.value, session) },
    quotas: await look(around.stackSetQuotas),
    alerts: await alertsSeen(session),
    guardrails: await guarded(session, around),
    samples: previewed.kind === 'refused' ? [] : await sampled(session, previewed.value),
  };
}

/** The topic, with the caller's own credentials. */
async function alertsSeen({ ports, desiredState }: Session): Promise<Installation['alerts']> {
  const { enabled, email } = desiredState.modules.alerts;
  if (!enabled || email === undefined) return undefined;
  const { arn: topic } = alertTopicOf(alertBusOf(desiredState));
  return look(async () => ({
    email,
    state: 'absent' as const,
    ...(await subscriptionNow(ports, desiredState)),
    topic,
  }));
}

async function guarded({ desiredState }: Session, around: Surroundings): Promise<Guardrails> {
  const { 'audit-logging': logging, 'aws-config': config, 'threat-detection': threats } = desiredState.modules;
  const bucket = [logging, config].some((m) => m.enabled && m.managedBy === 'strongroom')
    ? logging.logArchiveBucket
    : undefined;
  const region = threats.enabled && threats.managedBy === 'organization' ? desiredState.regions.home : undefined;
  return {
    archive: bucket === undefined ? undefined : { bucket, look: await look(() => around.archive(bucket)) },
    newDetectors: region && { region, look: await look(() => around.newDetectors(region)) },
    rootFeatures: await look(around.rootFeatures),
    servicePolicies: await look(around.servicePolicies),
  };
}

const listedIn = ({ waves, excluded }: Plan): number =>
  waves.reduce((sum, { accounts }) => sum + accounts.length, excluded.length);

const sizeOf = (plan: Plan, { desiredState }: Session) => ({
  modules: enabledModules(desiredState).length,
  regions: desiredState.regions.governed.length,
  waves: plan.waves.map(({ name, accounts }) => ({ name, accounts: accounts.length })),
});

async function sampled(
  { ports, desiredState }: Session,
  { plan, release }: { readonly plan: Plan; readonly release: Release },
): Promise<readonly Sampled[]> {
  const rollout = parseSweepId(`sw-${stamp(ports.clock.now(), ports.random)}`);
  const wanted = lookupsWanted(release);
  const chosen = plan.waves.flatMap(({ name, accounts }) =>
    accounts.slice(0, samplesPerWave).map(({ id }) => ({ account: id, wave: name })),
  );
  return pLimit(visitsAtOnce).map(chosen, async ({ account, wave }) => ({
    account,
    wave,
    looked: await look(async () => {
      const seen = await guard(ports, lookingOnly).accounts.preflight(visitTo(account, rollout, desiredState), wanted);
      return { unusable: seen.unusable, skipped: skipsOf(release, seen.unanswered) };
    }),
  }));
}

async function look<T>(ask: () => Promise<T>): Promise<Look<T>> {
  try {
    return { kind: 'seen', value: await ask() };
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    const { code, message, retriable } = error;
    // Nothing here retries, unlike in a rollout.
    const passes = retriable && !code.startsWith('State');
    return { kind: 'refused', code, why: message, next: passes ? 'run `strongroom doctor` again' : error.next };
  }
}
