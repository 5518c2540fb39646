/** Faults that take what few of the common seeds have, such as a process that comes back from the dead: each names seeds in which that happens. */
import type { Mutant } from './mutants';

export const rareMutants: readonly Mutant[] = [
  {
    name: 'an operation is started after an abort that came between its tries',
    file: 'orchestrator/handlers/deploy-stage.ts',
    from: '    await refuseLate(ports, record.id, turn);\n',
    to: '    void turn;\n',
    seeds: [3670],
  },
  {
    name: 'a creation that was begun is forgotten with its rollout',
    file: 'orchestrator/handlers/deploy-stage.ts',
    from: 'unproved(beginning(begun(account, requests), wave.name, requests))',
    to: 'unproved(begun(account, requests))',
    seeds: [7076],
  },
  {
    name: 'a preflight that comes late writes its failure into an account that is being deployed to',
    file: 'orchestrator/handlers/preflight-shard.ts',
    from: 'await changeAccount(ports, record.id, item, seen, refuseLate);',
    to: 'await changeAccount(ports, record.id, item, seen);',
    seeds: [14473],
  },
  {
    name: 'what was proved before a change counts after it',
    file: 'orchestrator/handlers/open-wave.ts',
    from: '  if (account.proved?.release !== release) return false;\n',
    to: '',
    seeds: [16927],
  },
  {
    name: 'a late opening of a wave forgets what has failed since',
    file: 'orchestrator/handlers/open-wave.ts',
    from: '          work: { rollout: record.id, failures: [], formerly: failuresOf(account, record.id) },\n        }),\n        late,',
    to: '          work: { rollout: record.id, failures: [], formerly: failuresOf(account, record.id) },\n        }),',
    seeds: [2953],
  },
  {
    name: 'the token of a dead process takes the place of the newer one',
    file: 'orchestrator/records/records.ts',
    from: '{ tokens: [token, ...tokens].slice(0, tokensMax) }',
    to: '{ tokens: [token].slice(0, tokensMax) }',
    seeds: [1199],
  },
  {
    name: 'new instances are made where the set holds another release',
    file: 'orchestrator/rollout/stage-plan.ts',
    from: `  const order = [...strangers, ...inOrderOfWork(own, modules, name)];
  const seeds = await seedsFor(ports, record, modules, order);
  const plain = withRehoming(stagesOf(modules, order.length, spec), modules, strangers.length);
  const stages = withUpdatesFirst(plain, sown(order, seeds, name), modules, name);`,
    to: `  const order = [...strangers, ...own];
  const seeds: Seed[] = [];
  const stages = withRehoming(stagesOf(modules, order.length, spec), modules, strangers.length);`,
  },
  {
    name: 'failed instances are not counted',
    file: 'orchestrator/handlers/judge-stage.ts',
    from: "result.outcome === 'FAILED' || result.outcome === 'SKIPPED')",
    to: "result.outcome === 'SKIPPED')",
    seeds: [538],
  },
];
