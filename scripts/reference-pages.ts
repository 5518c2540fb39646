/** The reference pages as text: what the checks are, and what reading their facts costs. */
import { type Check, fixedByOthers } from '../orchestrator/domain/health/check';
import { checkTable } from '../orchestrator/domain/health/checks/table';
import { type FactSources, factSources, type KnownSources } from '../orchestrator/domain/health/fact-sources';
import { type ApiCall, callConditions } from '../orchestrator/domain/model/api-call';
import { type Catalog, catalog } from '../orchestrator/domain/model/catalog';
import { gateIds, gateTitles } from '../orchestrator/domain/model/gate';
import { type Lookups, lookups, regionCall, regionsCall } from '../orchestrator/domain/model/lookups';
import { idsOf } from '../orchestrator/domain/model/module';

const generated = 'Written by `npm run docs`; do not edit it by hand.';
const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  row(heads),
  row(heads.map(() => '---')),
  ...rows.map(row),
];

/** @param sources the facts that exist; only tests have others than ours. */
export function checkCatalog<S extends FactSources = KnownSources>(checks: readonly Check<S>[], sources: S): string {
  const readOf = ({ scope, needs }: Check<S>): string =>
    needs.map((id: string) => (sources[scope][id]?.reads ?? id).replace(/^the /, '')).join(', ');
  return [
    '# Checks',
    '',
    `${generated} A gate passes if all of its critical checks pass; advisory checks inform only.`,
    'The control is the number in the controls catalog.',
    ...gateIds.flatMap((gate) => [
      '',
      `## ${gateTitles[gate].replace(/^./, (first) => first.toUpperCase())}`,
      '',
      ...table(
        ['Check', 'Id', 'Control', 'Severity', 'Module', 'Runs', 'Reads', 'Remediation'],
        checks
          .filter((check) => check.gate === gate)
          .map((check) => [
            check.title,
            `\`${check.id}\``,
            check.control ?? '–',
            check.severity,
            check.module,
            check.scope === 'account' ? 'once' : regionWords[check.where],
            readOf(check),
            check.remediation,
          ]),
      ),
    ]),
    '',
    `Where another team runs the module, the remediation is: ${fixedByOthers}.`,
    'The undrifted gate also has a check `<module>-stack-has-no-drift` (control 002-50) for each stack in which a drift detection',
    'found something.',
    '',
  ].join('\n');
}

const regionWords = {
  governed: 'in each governed region',
  alerts: 'in each governed region and us-east-1',
  deployed: 'in each region with its stack',
} as const;

interface Visits {
  readonly sources?: FactSources;
  readonly table?: Lookups;
  readonly modules?: Catalog;
}

/** Only tests have other facts, lookups and modules than ours. */
export function callTable({ sources = factSources, table: of = lookups, modules = catalog }: Visits = {}): string {
  return [
    '# Calls of a visit',
    '',
    `${generated} Every visit has entered the account with two requests more: \`sts:AssumeRole\` and`,
    '`sts:GetCallerIdentity`.',
    '',
    '## Preflight',
    '',
    'Before a deployment, a visit looks up what the modules of the release must know, in the regions where they are deployed. It makes each',
    'request once, and no others. If a lookup fails, the modules that need it are skipped in that region.',
    '',
    ...table(['Lookup', 'Reads', 'Needed by', 'Calls', 'Requests'], lookupRows(of, modules)),
    '',
    `In a region where no lookup is needed, or none has answered, \`${regionCall}\` shows whether the region answers. If it refuses the`,
    `account, one \`${regionsCall}\` in the home region shows whether the account has opted in to it.`,
    '',
    '## Facts',
    '',
    'To check the account, a visit reads the facts that the checks of the release need, each request once.',
    ...(['account', 'region'] as const).flatMap((scope) => {
      const shared = new Set<string>();
      const rows = Object.entries(sources[scope]).map(([id, { reads, calls }]) => {
        const own = calls.filter((call) => !shared.has(nameOf(call)));
        for (const call of own) shared.add(nameOf(call));
        const words = calls.map((call) => (own.includes(call) ? wordsOf(call) : `${nameOf(call)} (see above)`));
        return [`\`${id}\``, reads, words.join('<br>') || 'none: entering asks it', countOf(own)];
      });
      return ['', `### In each ${scope}`, '', ...table(['Fact', 'Reads', 'Calls', 'Requests'], rows)];
    }),
    '',
  ].join('\n');
}

const lookupRows = (of: Lookups, modules: Catalog): readonly (readonly string[])[] =>
  Object.entries(of).map(([id, { reads, where, calls }]) => [
    `\`${id}\``,
    reads,
    idsOf(modules)
      .filter((module) => modules[module].lookups?.some((one) => one === id))
      .join(', '),
    calls.map(wordsOf).join('<br>'),
    `${countOf(calls)} ${where === 'home' ? 'in the home region' : 'in each region'}`,
  ]);

const nameOf = ({ api, of }: ApiCall): string => (of === undefined ? `\`${api}\`` : `\`${api}\` (${of})`);
const wordsOf = (call: ApiCall): string =>
  [
    nameOf(call),
    ...(call.upTo === undefined ? [] : [`up to ${call.upTo} times`]),
    ...(call.when === undefined ? [] : [callConditions[call.when]]),
  ].join(', ');
const countOf = (calls: readonly ApiCall[]): string => {
  const most = calls.reduce((sum, { upTo = 1 }) => sum + upTo, 0);
  const least = calls.filter(({ when }) => when === undefined).length;
  return least === most ? String(most) : `${least} to ${most}`;
};

/** Every page by its path in the repository. */
export const referencePages = (): Readonly<Record<string, string>> => ({
  'docs/reference/checks.md': checkCatalog(checkTable, factSources),
  'docs/reference/calls.md': callTable(),
});
