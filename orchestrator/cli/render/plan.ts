/** A plan for people: the accounts of each wave and their changes, and the excluded accounts, with reasons. */
import type { ExcludedAccount, ExclusionReason, Plan, PlannedAccount, WavePlan } from '../../domain/model/plan';
import type { Paint } from '../../presentation/paint';
import { few, groupedBy, plural, table } from '../../presentation/text';

/** How many names are shown for a group without --full. */
const namesMax = 4;
/** How many excluded accounts are shown without --full. */
const excludedMax = 20;

export function planLines(plan: Plan, paint: Paint, full: boolean): readonly string[] {
  const { waves, excluded, notes } = plan;
  return [
    `${paint.bold(`release ${plan.release}`)} for organization ${plan.organization}`,
    planFigures(plan),
    ...waves.flatMap((wave, index) => waveLines(wave, index, paint, full)),
    ...(excluded.length === 0 ? [] : ['', `${paint.bold('excluded')}  ${plural(excluded.length, 'account')}`]),
    ...table(excluded.slice(0, full ? undefined : excludedMax).map(excludedRow), '  '),
    ...(full || excluded.length <= excludedMax
      ? []
      : [paint.dim(`  and ${excluded.length - excludedMax} more; use --full to list all`)]),
    ...(notes.length === 0 ? [] : ['', paint.bold('notes'), ...notes.map((note) => `  ${note}`)]),
  ];
}

export function planFigures({ waves, excluded }: Plan): string {
  const planned = waves.flatMap(({ accounts }) => accounts);
  const changing = planned.filter(({ change }) => change !== 'none').length;
  return `${plural(planned.length, 'account')} in ${plural(waves.length, 'wave')}, ${changing} to change, ${excluded.length} excluded`;
}

/** One line per wave. */
export const planSummary = (plan: Plan): readonly string[] =>
  table(
    plan.waves.map(({ name, accounts }, index) => [
      `wave ${index + 1}`,
      name,
      plural(accounts.length, 'account'),
      groupedBy(accounts, ({ change }) => change)
        .map(([change, group]) => `${group.length} ${changeWords[change as PlannedAccount['change']]}`)
        .join(', '),
    ]),
    '  ',
  );

const changeWords: Readonly<Record<PlannedAccount['change'], string>> = {
  create: 'new',
  update: 'to update',
  none: 'unchanged',
  rehome: 'to move from another wave',
};

function waveLines({ name, accounts }: WavePlan, index: number, paint: Paint, full: boolean): readonly string[] {
  const count = accounts.length === 0 ? 'selects no account' : plural(accounts.length, 'account');
  const groups = groupedBy(accounts, ({ change, because }) => `${change} ${because}`);
  const rows = full ? accounts.map(accountRow) : groups.flatMap(([, group]) => groupRow(group));
  return ['', `${paint.bold(`wave ${index + 1}  ${name}`)}  ${count}`, ...table(rows, '  ')];
}

function groupRow(group: readonly PlannedAccount[]): readonly (readonly string[])[] {
  const [first] = group;
  if (first === undefined) return [];
  const names = few(
    group.map(({ name }) => name),
    namesMax,
  );
  return [[`${group.length} ${changeWords[first.change]}`, first.because, names]];
}

const accountRow = ({ id, name, ou, because, change }: PlannedAccount): readonly string[] => [
  id,
  name,
  ou,
  changeWords[change],
  because,
];
const excludedRow = ({ id, name, ou, reason, because }: ExcludedAccount): readonly string[] => [
  id,
  name,
  ou,
  reasonWords[reason],
  because,
];
const reasonWords: Readonly<Record<ExclusionReason, string>> = {
  managementAccount: 'management account',
  suspended: 'suspended',
  pending: 'pending activation',
  excluded: 'excluded by the config',
  exempt: 'exempt',
  unplaced: 'not in any wave',
};
