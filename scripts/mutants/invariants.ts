/**
 * Faults seeded into what the invariants of the simulation once borrowed from the product, or trusted: each is seen by an invariant that
 * works the same thing out from the log of effects and the config, and by none that asks the product.
 */
import type { Mutant } from './mutant';

const domain = (name: string): string => `orchestrator/domain/${name}.ts`;

export const invariantMutants: readonly Mutant[] = [
  {
    name: 'a share of a wave is rounded up',
    file: domain('model/desired-state'),
    from: 'Math.floor((total * share.percent) / 100)',
    to: 'Math.ceil((total * share.percent) / 100)',
  },
  {
    name: 'a wave changes all of its accounts at once',
    file: domain('model/desired-state'),
    from: 'Math.max(1, shareOf(share, total));',
    to: 'Math.max(total, shareOf(share, total));',
  },
  {
    name: 'an account that failed stays in the work',
    file: domain('model/account-record'),
    from: '  isGone(record) || failedIn(record, rollout);',
    to: '  isGone(record) || (failedIn(record, rollout) && record.wave === undefined);',
    seeds: [11],
  },
  {
    name: 'an account whose deployment failed counts as gone',
    file: domain('model/account-record'),
    from: "=> state === 'SUSPENDED';",
    to: "=> state === 'SUSPENDED' || state === 'DEPLOY_FAILED';",
  },
  {
    name: 'a freeze ends when it begins',
    file: domain('model/freeze'),
    from: 'from <= at && at < to && (waves',
    to: 'from <= at && at < from && (waves',
  },
  {
    name: 'every module counts as run by others',
    file: domain('model/account-record'),
    from: 'adopted.some((a) => a.module === module && a.region === region);',
    to: "adopted.some((a) => a.module === module && a.region === region) || region !== 'us-east-1';",
  },
  {
    name: 'a version names the template alone',
    file: domain('model/release'),
    from: 'version: digest(canonicalJson({ template: module.template, parameters: module.parameters })).slice(0, 12),',
    to: 'version: digest(canonicalJson({ template: module.template })).slice(0, 12),',
  },
  {
    name: 'a lease lasts six minutes',
    file: domain('model/lease'),
    from: 'const leaseMinutes = 60;',
    to: 'const leaseMinutes = 6;',
    seeds: [17],
  },
  {
    name: 'the operator role gets a fixed session length',
    file: domain('model/catalog'),
    from: "MfaMaxAgeSeconds: String(modules['operator-role'].mfaMaxAgeSeconds),",
    to: "MfaMaxAgeSeconds: '3600',",
  },
  {
    name: 'alerts leave out the last region',
    file: domain('model/module'),
    from: '[home, ...governed, ...beyond])];',
    to: '[home, ...governed.slice(0, 2), ...beyond])];',
  },
  {
    name: 'an operation brings no parameters',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: '  parameters: module.parameters,\n',
    to: '  parameters: {},\n',
  },
  {
    name: 'a strict wave is deployed like any other',
    file: 'orchestrator/rollout/stage-requests.ts',
    from: '    strict: spec.strict,\n',
    to: '    strict: false,\n',
  },
  {
    name: 'the part of a divided OU is a matter of chance',
    file: domain('planning/targeting'),
    from: 'stableHash(id) * 100 < spec.percent;',
    to: 'Math.random() * 100 * id.length < spec.percent * id.length;',
  },
  {
    name: 'an operation that runs counts as ended',
    file: 'orchestrator/rollout/look-at-stage.ts',
    from: 'return operations.filter((_, index) => !ended[index]);',
    to: 'return operations.filter((_, index) => !ended[index]).slice(1);',
  },
  {
    name: 'a setting is put back as never set',
    file: 'orchestrator/handlers/settings-shard.ts',
    from: '() => ports.accounts.putBackSettings(visit, leftover)',
    to: '() => ports.accounts.putBackSettings(visit, { ...leftover, passwordPolicy: { minimumLength: 6 } as never })',
    suites: ['test/handlers/roll-back.test.ts'],
  },
  {
    name: 'a setting is forgotten instead of put back',
    file: 'orchestrator/handlers/settings-shard.ts',
    from: '  await withRetry(ports, () => ports.accounts.putBackSettings(visit, leftover));\n',
    to: '',
    suites: ['test/handlers/roll-back.test.ts'],
  },
  {
    name: 'a fall is told again after each visit',
    file: 'orchestrator/rollout/keys-at-risk.ts',
    from: 'riskNotice(account, account.stateSince)',
    to: 'riskNotice(account, account.checkedAt ?? account.stateSince)',
    seeds: [19],
  },
  {
    name: 'a rollout that ends held tells nobody',
    file: domain('model/notice'),
    from: "  held: 'held',\n",
    to: '  held: undefined,\n',
  },
  {
    name: 'a prompt is announced under the wrong wave',
    file: domain('model/notice'),
    from: 'const { about, wave, because: reasons } = prompt;',
    to: "const { about, because: reasons } = prompt;\n  const wave = 'w9' as WaveName;",
  },
  {
    name: 'a call is tried twice only',
    file: 'orchestrator/rollout/retry.ts',
    from: 'const triesMax = 6;',
    to: 'const triesMax = 2;',
    // Tasks are tried again for half an hour, and an outage is waited for, so no seed shows it any more.
    suites: ['test/rollout/retry.test.ts'],
  },
  {
    name: 'a failure is recorded where nothing failed',
    file: domain('decisions/judge-stage'),
    from: ".filter(({ result }) => result.outcome === 'FAILED' || result.outcome === 'SKIPPED')",
    to: ".filter(({ result }) => result.outcome !== 'SUCCEEDED')",
    seeds: [103],
  },
  {
    name: 'an answer is recorded under another name',
    file: domain('decisions/ask-operator'),
    from: 'const after = withAnswer(record, prompt, { ...given, at });',
    to: "const after = withAnswer(record, prompt, { ...given, by: { kind: 'simulated', name: 'root' }, at });",
  },
];
