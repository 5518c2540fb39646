/** Results of drift detection: the resources that differ from the template of their stack, per account. */

import type { AccountRecord } from '../../domain/model/account-record';
import type { ResourceDrift, StackDrift } from '../../domain/model/drift';
import type { DriftProgress } from '../../operations/detect-drift';
import type { Item } from '../../ports/ports';
import type { Paint } from '../../presentation/paint';
import { groupedBy, plural, table } from '../../presentation/text';
import type { Detection } from '../../records/detections';

export interface DriftedStack {
  readonly account: AccountRecord;
  readonly stack: StackDrift;
}

/** Read from the records, so that the table agrees with `account ID`. */
export const driftedIn = (
  { ended }: DriftProgress,
  accounts: readonly Item<AccountRecord>[],
): readonly DriftedStack[] =>
  accounts
    .map(({ value }) => value)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((account) =>
      (account.drift ?? [])
        .filter(({ module }) =>
          account.modules.some(
            (m) => m.module === module && ended.some((e) => e.module === module && e.wave === m.wave),
          ),
        )
        .map((stack) => ({ account, stack })),
    );

export function driftProgressLine({ running, ended, waiting }: DriftProgress): string {
  const all = running.length + ended.length + waiting.length;
  const drifted = sum(ended, 'drifted');
  const current = running.map(({ stackSet }) => stackSet).join(', ');
  return `checked ${ended.length} of ${plural(all, 'stack set')}, ${plural(drifted, 'stack')} drifted${current === '' ? '' : `; checking ${current}`}`;
}

const sum = (ended: readonly Detection[], what: 'instances' | 'drifted' | 'unknown'): number =>
  ended.reduce((total, detection) => total + (detection.ended?.[what] ?? 0), 0);

/** How many rows are shown; `--json` has them all. */
const rowsMax = 100;

export function driftLines(progress: DriftProgress, drifted: readonly DriftedStack[], paint: Paint): readonly string[] {
  const rows = drifted.flatMap(rowsOf);
  const more = rows.length - rowsMax;
  const skipped = [
    ...progress.waiting.map(({ stackSet, because }) => [stackSet, because]),
    ...progress.ended
      .filter(({ ended }) => ended !== undefined && ended.because !== '')
      .map(({ stackSet, ended }) => [stackSet, ended?.because ?? '']),
  ];
  const unrecorded = progress.ended
    .filter(({ ended }) => ended !== undefined && ended.unrecorded > 0)
    .map(({ stackSet, ended }) => [stackSet, `${plural(ended?.unrecorded ?? 0, 'account')} in use by a rollout`]);
  const hasDrifted = drifted.some(({ stack }) => stack.outcome === 'drifted');
  return [
    ...section(paint, 'drifted resources', [
      ...table([...(rows.length > 0 ? [columns] : []), ...rows.slice(0, rowsMax)], '  '),
      ...(more > 0 ? [`  and ${plural(more, 'more difference')}; --json has them all`] : []),
    ]),
    ...section(paint, 'not checked completely', table(skipped, '  ')),
    ...section(paint, 'not recorded', table(unrecorded, '  ')),
    ...(hasDrifted
      ? section(paint, 'next step', [
          '  find out in CloudTrail who changed the resources, then revert the changes:',
          '  → strongroom rollout --retry-failed --include-drifted',
        ])
      : []),
    '',
    `${plural(progress.ended.length, 'stack set')} checked, ${plural(sum(progress.ended, 'instances'), 'stack')}: ${sum(progress.ended, 'drifted')} drifted, ${sum(progress.ended, 'unknown')} unknown`,
  ];
}

const section = (paint: Paint, title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', paint.bold(title), ...lines];

const columns = ['account', 'name', 'module', 'region', 'resource', 'property', 'expected', 'actual'] as const;

function rowsOf({ account, stack }: DriftedStack): readonly (readonly string[])[] {
  const place = [account.id, account.name, stack.module, stack.region];
  if (stack.outcome === 'unknown') return [[...place, '-', '-', '-', `unknown: ${stack.because}`]];
  const rows = stack.resources.flatMap(({ resource, change, differences }): readonly string[][] =>
    differences.length === 0
      ? [[...place, resource, '-', 'present', change]]
      : differences.map(({ path, expected, actual }) => [...place, resource, path, expected, actual]),
  );
  return stack.because === '' ? rows : [...rows, [...place, '-', '-', '-', stack.because]];
}

/** The drift of one account, for `account ID`. */
export const driftRows = (drift: readonly StackDrift[]): readonly string[] =>
  groupedBy(drift, ({ module, region }) => `${module} in ${region}`).flatMap(([place, stacks]) =>
    stacks.flatMap(({ outcome, because, at, resources }) => [
      `  ${place}, checked at ${at.slice(0, 16).replace('T', ' ')} UTC${outcome === 'unknown' ? `, unknown: ${because}` : ''}`,
      ...resources.flatMap(differenceLines),
      ...(outcome === 'drifted' && because !== '' ? [`    ${because}`] : []),
    ]),
  );

const differenceLines = ({ resource, type, change, differences }: ResourceDrift): readonly string[] =>
  differences.length === 0
    ? [`    ${resource} (${type}) ${change}`]
    : differences.map(
        ({ path, expected, actual }) => `    ${resource} (${type}) ${path}: expected ${expected}, actual ${actual}`,
      );

/** The shape of `verify --drift --json`. */
export const driftDocument = ({ ended, waiting }: DriftProgress, drifted: readonly DriftedStack[]) => ({
  stackSets: ended.map(({ stackSet, wave, module, ended }) => ({ stackSet, wave, module, ...ended })),
  notChecked: waiting.map(({ stackSet, wave, module, because }) => ({ stackSet, wave, module, because })),
  drifted: drifted.map(({ account, stack }) => ({
    accountId: account.id,
    name: account.name,
    wave: account.wave ?? null,
    state: account.state,
    ...stack,
  })),
});
