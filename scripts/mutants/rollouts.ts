/**
 * Faults in planning and rollouts, each of which the simulation must catch.
 *
 * Some faults are left out because a second safeguard hides them from the simulation:
 * - A rollout that has ended continues: its lease is released, and every step checks the lease.
 * - A new account is onboarded into a wave that is changing: a StackSet with another template refuses it.
 * - An account counts as ready by the soak of its wave, however late it came up: only an account taken for dead can be that late.
 * - A shard of an earlier step continues, or writes an account of another rollout: the record's version refuses each write.
 * - An excluded account is planned: no wave of the scenarios selects it.
 */
import type { Mutant } from './mutant';

const handler = (name: string): string => `orchestrator/handlers/${name}.ts`;
const domain = (name: string): string => `orchestrator/domain/${name}.ts`;
const decision = (state: string): string => domain(`decisions/${state}`);
const story = 'state-machine/rollout.ts';

export const rolloutMutants: readonly Mutant[] = [
  {
    name: 'a gate passes inconclusive accounts',
    file: domain('model/gate'),
    from: 'if (failed.length + unmeasured.length > borne)',
    to: 'if (failed.length > borne)',
  },
  {
    name: 'a gate tolerates one failure too many',
    file: domain('model/gate'),
    from: 'const borne = Math.min(tolerance, Math.max(members.length - 1, 0));',
    to: 'const borne = tolerance + 1;',
  },
  {
    name: 'a tolerance may cover a whole wave',
    file: domain('model/desired-state'),
    from: 'Math.min(shareOf(spec.failureTolerance, accounts), accounts - 1)',
    to: 'Math.min(shareOf(spec.failureTolerance, accounts), accounts)',
    seeds: [9],
  },
  {
    name: 'a stage continues past its tolerance',
    file: decision('judge-stage'),
    from: 'if (lost > tolerance || isTrialLost || unfinished.length > 0 || unlisted.length > 0) {',
    to: 'if (lost > tolerance + 1) {',
    seeds: [41],
  },
  {
    name: 'each operation gets the whole tolerance again',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: 'Math.max(0, toleranceOf(spec, accounts) - lost)',
    to: 'Math.max(lost * 0, toleranceOf(spec, accounts))',
    seeds: [77],
  },
  {
    name: 'preflight tolerates any number of unreachable accounts',
    file: decision('judge-preflight'),
    from: 'if (out.length > tolerance)',
    to: 'if (out.length > tolerance + 100)',
    seeds: [30],
  },
  {
    name: 'an account that preflight could not enter is deployed to',
    file: domain('model/account-record'),
    from: "record.work.failures.some((f) => f.at !== 'health')",
    to: "record.work.failures.some((f) => f.at === 'deploy')",
    seeds: [11],
  },
  {
    name: 'a wave that failed its gate counts as passed',
    file: decision('open-wave'),
    from: "(status.kind === 'judged' && status.verdict === 'healthy')",
    to: "status.kind === 'judged'",
    seeds: [16],
  },
  {
    name: 'a wave that requires approval starts without it',
    file: decision('open-wave'),
    from: "wave.spec.approval === 'manual' && !isApproved(wave, now)",
    to: "wave.spec.approval === 'manual' && wave.accounts < 0",
  },
  {
    name: 'an approval also overrides the gate',
    file: decision('ask-operator'),
    from: "return about === 'approval'",
    to: "return about === 'pause'",
  },
  {
    name: 'an answer is accepted but not recorded',
    file: decision('ask-operator'),
    from: 'answers: [...record.answers, answer]',
    to: 'answers: record.answers',
  },
  {
    name: 'a stale step is accepted',
    file: 'orchestrator/rollout/step.ts',
    from: 'throw errors.staleStep(record.id, input.step, step);',
    to: 'return undefined;',
    suites: ['test/runtime/delivery.test.ts'],
  },
  {
    name: 'a step that has run is run again',
    file: 'orchestrator/rollout/step.ts',
    from: 'return record.lastStep.input;',
    to: 'return undefined;',
    seeds: [10],
  },
  {
    name: 'events are numbered twice',
    file: 'orchestrator/rollout/step.ts',
    from: 'events: record.events + events.length }',
    to: 'events: record.events }',
  },
  {
    name: 'a rollout takes the lease of another',
    file: 'orchestrator/rollout/takeover.ts',
    from: "  if (!isExpired(record, now, since)) return { kind: 'alive' };\n",
    to: '',
  },
  {
    name: 'every lease counts as expired',
    file: domain('model/lease'),
    from: 'return expiry <= now;',
    to: 'return expiry > new Date(0);',
  },
  {
    name: 'a lease never expires',
    file: domain('model/lease'),
    from: 'return expiry <= now;',
    to: 'return expiry <= new Date(0);',
    seeds: [148],
  },
  {
    name: 'the fencing token does not rise',
    file: 'orchestrator/rollout/takeover.ts',
    from: 'const fencingToken = (item?.value.fencingToken ?? 0) + 1;',
    to: 'const fencingToken = item?.value.fencingToken ?? 1;',
  },
  {
    name: 'an operation id is random',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: 'return [record.id, name, attempt, record.direction, stage.index, ...part].join(',
    to: 'return [record.id, Math.random().toString(36).slice(2), name, attempt, record.direction, stage.index, ...part].join(',
  },
  {
    name: 'an operation id leaves out the attempt',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: 'return [record.id, name, attempt, record.direction, stage.index, ...part].join(',
    to: 'return [record.id, name, record.direction, stage.index, ...part].join(',
    seeds: [77],
  },
  {
    name: 'a failed instance is recorded as current',
    file: decision('judge-stage'),
    from: "status: result.outcome === 'SUCCEEDED' ? 'current' : 'failed',",
    to: "status: 'current',",
  },
  {
    name: 'the previous value of a setting is overwritten',
    file: handler('settings-shard'),
    from: 'previousSettings: keepingFirst(account.previousSettings ?? {}, seen),',
    to: 'previousSettings: { ...keepingFirst({}, seen) },',
    seeds: [36],
  },
  {
    name: 'settings are recorded but not applied',
    file: handler('settings-shard'),
    from: '() => ports.accounts.applySettings(visit, settings, regions)',
    to: '() => ports.accounts.readSettings(visit, settings, regions)',
  },
  {
    name: 'an exempt account is planned',
    file: domain('planning/targeting'),
    from: '    isExempt(desiredState.exceptions, day),\n',
    to: '',
  },
  {
    name: 'a suspended account is planned',
    file: domain('planning/targeting'),
    from: '    isOutOfUse,\n',
    to: '',
  },
  {
    name: 'an account is ready for keys without a soak',
    file: handler('health-shard'),
    from: 'hasSoaked(record, seen.at) && hasStood(account, seen, wave)',
    to: 'hasSoaked(record, seen.at) || !hasStood(account, seen, wave)',
  },
  {
    name: 'a wave does not wait for its soak',
    file: decision('judge-wave'),
    from: 'if (mustSoak(record, members) && !hasSoaked(record, now)) {',
    to: 'if (mustSoak(record, members) && !hasSoaked(record, now) && wave.accounts < 0) {',
  },
  {
    name: 'an abort does not stop operations',
    file: 'orchestrator/rollout/abort.ts',
    from: 'await withRetry(ports, () => ports.stackSets.stop(stackSet, operationId));',
    to: 'void stackSet, operationId;',
    seeds: [8],
  },
  {
    name: 'the results of a drift detection are never collected',
    file: 'orchestrator/operations/detect-drift.ts',
    from: 'if (!operationEnded(status)) return item;',
    to: 'if (status !== undefined) return item;',
    seeds: [29],
  },
  {
    name: 'a prompt leaves out its reasons',
    file: decision('judge-wave'),
    from: "return ask(marked, { about: 'gate', because: judgement.because }, events, now);",
    to: "return ask(marked, { about: 'gate', because: [] }, events, now);",
  },
  {
    name: 'the state machine skips the soak',
    file: story,
    from: "recheck: 'Soak'",
    to: "recheck: 'OpenWave'",
  },
  {
    name: 'the engine does not save its position',
    file: 'orchestrator/engine/run.ts',
    from: '    await run.keep(move);\n',
    to: '',
  },
  {
    name: 'a new account gets the desired release instead of the one that its wave has finished',
    file: decision('plan-waves'),
    from: '  const { release } = finished;\n',
    to: '  const { release } = record;\n',
  },
  {
    name: 'an account that is being updated keeps its release',
    file: decision('deploy-stage'),
    from: '  if (!account.modules.some(isUpdated)) return account;',
    to: '  if (!account.modules.some(isUpdated) || changes.length > 0) return account;',
  },
  {
    name: 'a freeze does not hold a wave',
    file: decision('start-hold'),
    from: '  if (freeze === undefined) return undefined;',
    to: '  if (freeze === undefined || now.getTime() > 0) return undefined;',
  },
  {
    name: 'a sweep records no accounts',
    file: 'orchestrator/operations/discover.ts',
    from: '  await recordPlaces(ports, organization, standings, now);',
    to: '  await recordPlaces(ports, organization, [], now);',
  },
  {
    name: 'onboarding takes an account from the rollout that holds it',
    file: 'orchestrator/operations/onboard.ts',
    from: 'const holder = item && (await unfinishedHolderOf(ports, item.value));',
    to: 'const holder = undefined;',
  },
  {
    name: 'a rollout that has ended does not release the lease',
    file: 'orchestrator/rollout/lease.ts',
    from: '      await writeLease(guard(ports, byVersion), { ...item.value, released: true }, item.version);\n',
    to: '',
  },
];
