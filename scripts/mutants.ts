/**
 * Faults seeded into the production code, each of which the simulation must catch. Each is an exact text that must occur once, so a mutant
 * whose code has changed fails the script instead of testing nothing.
 *
 * Not among them is what a second lock stands behind, so that the seeds have not seen it from outside: that a rollout which has ended plays on (its lease is
 * released, and asked for as well), that a new account is brought into a wave that is changing (a set with another template refuses it),
 * that an account is ready by the soak of its wave, however late it came up (only one that was taken for dead can be so late),
 * that a shard of a former turn goes on or writes an account of another rollout (each write is refused by the record's version), and that
 * an excluded account is planned (no wave of the scenarios selects it).
 */
import { rareMutants } from './rare-mutants';

export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Seeds in which it shows, tried first. */
  readonly seeds?: readonly number[] | undefined;
}

const handler = (name: string): string => `orchestrator/handlers/${name}.ts`;
const domain = (name: string): string => `orchestrator/domain/${name}.ts`;
const story = 'state-machine/rollout.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'a gate lets inconclusive pass',
    file: domain('gate'),
    from: 'if (failed.length + unmeasured.length > borne)',
    to: 'if (failed.length > borne)',
  },
  {
    name: 'a gate bears one failure more than it may',
    file: domain('gate'),
    from: 'const borne = Math.min(tolerance, Math.max(members.length - 1, 0));',
    to: 'const borne = tolerance + 1;',
  },
  {
    name: 'a tolerance may cover a whole wave',
    file: domain('desiredState'),
    from: 'Math.min(shareOf(spec.failureTolerance, accounts), accounts - 1)',
    to: 'Math.min(shareOf(spec.failureTolerance, accounts), accounts)',
  },
  {
    name: 'a stage past its tolerance goes on',
    file: handler('judge-stage'),
    from: 'if (lost > tolerance || unfinished.length > 0) {',
    to: 'if (lost > tolerance + 1) {',
  },
  {
    name: 'each operation gets the whole tolerance again',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: 'Math.max(0, toleranceOf(spec, accounts) - lost)',
    to: 'Math.max(lost * 0, toleranceOf(spec, accounts))',
  },
  {
    name: 'preflight bears any number of accounts that cannot be entered',
    file: handler('judge-preflight'),
    from: 'if (out.length > tolerance)',
    to: 'if (out.length > tolerance + 100)',
  },
  {
    name: 'an account that could not be entered stays in the work',
    file: domain('account-record'),
    from: "record.work.failures.some((f) => f.at !== 'health')",
    to: "record.work.failures.some((f) => f.at === 'deploy')",
  },
  {
    name: 'a held wave is behind us',
    file: handler('open-wave'),
    from: "(status.kind === 'judged' && status.verdict === 'healthy')",
    to: "status.kind === 'judged'",
  },
  {
    name: 'an approval is not asked for',
    file: handler('open-wave'),
    from: "wave.spec.approval === 'manual' && !isApproved(wave, now)",
    to: "wave.spec.approval === 'manual' && wave.accounts < 0",
  },
  {
    name: 'an approval passes for an override of the gate',
    file: handler('ask-operator'),
    from: "return about === 'approval'",
    to: "return about === 'pause'",
  },
  {
    name: 'an answer is accepted and not kept',
    file: handler('ask-operator'),
    from: 'answers: [...record.answers, answer]',
    to: 'answers: record.answers',
  },
  {
    name: 'a late turn is accepted',
    file: 'orchestrator/rollout/step.ts',
    from: 'throw errors.lateTurn(record.id, baton.turn, turn);',
    to: 'return undefined;',
  },
  {
    name: 'a turn that was played is played again',
    file: 'orchestrator/rollout/step.ts',
    from: 'return record.played.baton;',
    to: 'return undefined;',
  },
  {
    name: 'events are numbered twice',
    file: 'orchestrator/rollout/step.ts',
    from: 'events: record.events + events.length }',
    to: 'events: record.events }',
  },
  {
    name: 'the organization is taken though another rollout holds it',
    file: 'orchestrator/rollout/takeover.ts',
    from: 'if (!isExpired(former.value, now, item.value.since)) return busy(item.value);',
    to: '',
  },
  {
    name: 'every lease counts as expired',
    file: domain('lease'),
    from: 'return expiry <= now;',
    to: 'return expiry > new Date(0);',
  },
  {
    name: 'a lease never expires',
    file: domain('lease'),
    from: 'return expiry <= now;',
    to: 'return expiry <= new Date(0);',
  },
  {
    name: 'the fence does not rise',
    file: 'orchestrator/rollout/takeover.ts',
    from: 'const fence = (item?.value.fence ?? 0) + 1;',
    to: 'const fence = item?.value.fence ?? 1;',
  },
  {
    name: 'an operation has no natural key',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: 'return [record.id, name, attempt, record.direction, stage.index, ...part].join(',
    to: 'return [record.id, Math.random().toString(36).slice(2), name, attempt, record.direction, stage.index, ...part].join(',
  },
  {
    name: 'an operation key forgets the attempt',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: 'return [record.id, name, attempt, record.direction, stage.index, ...part].join(',
    to: 'return [record.id, name, record.direction, stage.index, ...part].join(',
  },
  {
    name: 'what failed is recorded as current',
    file: handler('judge-stage'),
    from: "status: result.outcome === 'SUCCEEDED' ? 'current' : 'failed',",
    to: "status: 'current',",
  },
  {
    name: 'the former value of a setting is overwritten',
    file: handler('settings-shard'),
    from: 'previousSettings: keepingFirst(account.previousSettings ?? {}, seen),',
    to: 'previousSettings: { ...keepingFirst({}, seen) },',
  },
  {
    name: 'settings are recorded and not applied',
    file: handler('settings-shard'),
    from: 'await ports.accounts.applySettings(visit, settings, regions.governed);',
    to: 'await ports.accounts.readSettings(visit, settings, regions.governed);',
  },
  {
    name: 'an exempt account is planned',
    file: domain('targeting'),
    from: '    isExempt(intent.exceptions, day),\n',
    to: '',
  },
  {
    name: 'a suspended account is planned',
    file: domain('targeting'),
    from: '    isOutOfUse,\n',
    to: '',
  },
  {
    name: 'ready for keys without a soak',
    file: handler('health-shard'),
    from: 'hasSoaked(record, seen.at) && hasStood(account, seen, wave)',
    to: 'hasSoaked(record, seen.at) || !hasStood(account, seen, wave)',
  },
  {
    name: 'a soak is not waited for',
    file: handler('judge-wave'),
    from: 'if (mustSoak(record, members) && !hasSoaked(record, now)) {',
    to: 'if (mustSoak(record, members) && !hasSoaked(record, now) && wave.accounts < 0) {',
  },
  {
    name: 'an abort lets operations run on',
    file: 'orchestrator/rollout/abort.ts',
    from: 'await patiently(ports, () => ports.stackSets.stop(stackSet, operationId));',
    to: 'void stackSet, operationId;',
  },
  {
    name: 'what a look for drift has found is never collected',
    file: 'orchestrator/operations/detect-drift.ts',
    from: 'if (!operationEnded(status)) return item;',
    to: 'if (status !== undefined) return item;',
  },
  {
    name: 'a rollout ends without its reasons',
    file: handler('judge-wave'),
    from: "question = { about: 'gate', wave: wave.name, because: judgement.because,",
    to: "question = { about: 'gate', wave: wave.name, because: [],",
  },
  {
    name: 'a wave that soaks is passed',
    file: story,
    from: 'recheck: soak,',
    to: 'recheck: openWave,',
  },
  {
    name: 'the engine does not keep where it stands',
    file: 'orchestrator/engine/run.ts',
    from: '    await walk.keep(move);\n',
    to: '',
  },
  {
    name: 'a new account gets the release that is wanted, and not the one its wave has finished',
    file: 'orchestrator/rollout/plan-new-account.ts',
    from: '  const { release } = finished;\n',
    to: '  const { release } = record;\n',
  },
  {
    name: 'what is being changed keeps the release that it had',
    file: handler('deploy-stage'),
    from: '  if (!account.modules.some(isUpdated)) return account;',
    to: '  if (!account.modules.some(isUpdated) || requests.length > 0) return account;',
  },
  {
    name: 'a freeze holds nothing',
    file: 'orchestrator/rollout/start-holds.ts',
    from: '  if (freeze === undefined) return undefined;',
    to: '  if (freeze === undefined || now.getTime() > 0) return undefined;',
  },
  {
    name: 'a sweep finds nobody',
    file: 'orchestrator/operations/discover.ts',
    from: '  await recordPlaces(ports, organization, standings, now);',
    to: '  await recordPlaces(ports, organization, [], now);',
  },
  {
    name: 'a new account is taken from whoever holds it',
    file: 'orchestrator/operations/onboard.ts',
    from: 'const holder = item && (await unfinishedHolderOf(ports, item.value));',
    to: 'const holder = undefined;',
  },
  {
    name: 'the organization stays held when a rollout has ended',
    file: 'orchestrator/rollout/lease.ts',
    from: '  await writeLease(ports, { ...item.value, released: true }, item.version);\n',
    to: '',
  },
  ...rareMutants,
];
