/** Faults that show only in rare situations, such as a process that was taken for dead and continues. Each names seeds in which that happens. */
import type { Mutant } from './mutant';

export const rareMutants: readonly Mutant[] = [
  {
    name: 'a pending create is forgotten with its rollout',
    file: 'orchestrator/domain/decisions/deploy-stage.ts',
    from: 'const changing = pendingCreatesOf(withChanging(account, own), { begun });',
    to: 'const changing = withChanging(account, begun.length < 0 ? [] : own);',
    seeds: [7076],
  },
  {
    name: 'a stale preflight writes its failure into an account that is being deployed to',
    file: 'orchestrator/rollout/shard.ts',
    from: 'ports: guard(closed, taskGuard(closed, input, openedAt)),',
    to: 'ports: guard(closed, { ...taskGuard(closed, input, openedAt), ask: async () => {} }),',
    suites: ['test/rollout/late-effects.test.ts', 'test/rollout/shard.test.ts', 'test/rollout/guards.test.ts'],
  },
  {
    name: 'checks that passed before a change count after it',
    file: 'orchestrator/domain/decisions/open-wave.ts',
    from: '  if (account.passing?.release !== release) return false;\n',
    to: '',
    seeds: [16927],
  },
  {
    name: 'a stale opening of a wave forgets later failures',
    file: 'orchestrator/rollout/step.ts',
    from: 'guard(ports, decidingGuard(ports, input, openedAt, known))',
    to: 'guard(ports, { ...decidingGuard(ports, input, openedAt, known), ask: async () => {} })',
    seeds: [2953],
  },
  {
    name: 'the token of a dead process replaces the newer one',
    file: 'orchestrator/records/prompt-tokens.ts',
    from: '{ tokens: [token, ...tokens].slice(0, tokensMax) }',
    to: '{ tokens: [token].slice(0, tokensMax) }',
    suites: ['test/handlers/approval.test.ts'],
  },
  {
    name: 'instances are created where the StackSet holds another release',
    file: 'orchestrator/rollout/stage-plan.ts',
    from: `  const order = [...arriving, ...imported, ...inOrderOfWork(others, modules, name)];
  const moving = { arriving: arriving.length, following: arriving.length + imported.length };
  const firstInstances = await firstInstancesFor(ports, record, modules, order);
  const plain = withRehoming(stagesOf(modules, order.length, spec), modules, moving);
  const stages = withUpdatesFirst(plain, withFirstInstances(order, firstInstances, name), modules, name);`,
    to: `  const order = [...arriving, ...imported, ...others];
  const moving = { arriving: arriving.length, following: arriving.length + imported.length };
  const firstInstances: FirstInstance[] = [];
  const stages = withRehoming(stagesOf(modules, order.length, spec), modules, moving);`,
    seeds: [229],
  },
  {
    name: 'failed instances are not counted',
    file: 'orchestrator/domain/decisions/judge-stage.ts',
    from: "result.outcome === 'FAILED' || result.outcome === 'SKIPPED')",
    to: "result.outcome === 'SKIPPED')",
    seeds: [538],
  },
  {
    name: 'an outage in the next attempt erases why an account is bad',
    file: 'orchestrator/domain/decisions/open-wave.ts',
    from: 'formerly: lastFailures(account) }',
    to: 'formerly: failuresOf(account, rollout) }',
    seeds: [2000101],
  },
];
