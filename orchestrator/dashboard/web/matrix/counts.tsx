/** The matrix in numbers: failing and unknown accounts for each group and column. */
import { formatCount, glyphs } from '../labels';
import { Mark } from '../parts/mark';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { type Counts, countsOf, type Group, type Grouping, type Sheet } from './cells';

/** An organization may have a thousand OUs. The accounts view can filter by the ones that are not shown here. */
const groupsMax = 60;

interface CountsTableProps {
  readonly sheet: Sheet;
  readonly groups: readonly Group[];
  readonly grouping: Grouping;
}
export function CountsTable({ sheet, groups, grouping }: CountsTableProps) {
  return (
    <>
      <p className="quiet" id="counts">
        Accounts by {grouping === 'wave' ? 'wave' : 'OU'} and {sheet.axis}: {glyphs.bad} failed, {glyphs.unsure} unknown
        {groups.length > groupsMax ? `. Showing the first ${groupsMax} of ${groups.length} groups.` : ''}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users need focus to scroll it */}
      <section className="wide" tabIndex={0} aria-labelledby="counts">
        <table className="plain counts" aria-labelledby="counts">
          <thead>
            <tr>
              <th scope="col">{grouping === 'wave' ? 'Wave' : 'OU'}</th>
              <th scope="col" className="number">
                Accounts
              </th>
              {sheet.columns.map(({ key, title }) => (
                <th key={key} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.slice(0, groupsMax).map((group) => (
              <tr key={group.name}>
                <th scope="row">
                  <Text>{group.name}</Text>
                </th>
                <td className="number">{formatCount(group.accounts.length)}</td>
                {countsOf(sheet, group).map((counts, column) => (
                  <CountCell
                    key={sheet.columns[column]?.key}
                    counts={counts}
                    href={
                      sheet.axis === 'gate' && group.filter
                        ? hrefTo('accounts', '', { [grouping]: group.filter, gate: sheet.columns[column]?.key ?? '' })
                        : undefined
                    }
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

interface CountCellProps {
  readonly counts: Counts;
  readonly href: string | undefined;
}
function CountCell({ counts: { bad, unsure, good, none }, href }: CountCellProps) {
  if (bad === 0 && unsure === 0 && good === 0) return <td className="quiet">–</td>;
  if (bad === 0 && unsure === 0)
    return (
      <td className="quiet">
        <Mark kind="good">{none === 0 ? 'All' : formatCount(good)}</Mark>
      </td>
    );
  const words = (
    <>
      {bad > 0 ? <b className="bad-text">{`${glyphs.bad} ${formatCount(bad)}`}</b> : undefined}
      {bad > 0 && unsure > 0 ? ' ' : undefined}
      {unsure > 0 ? <b className="unsure-text">{`${glyphs.unsure} ${formatCount(unsure)}`}</b> : undefined}
    </>
  );
  return <td>{href === undefined ? words : <a href={href}>{words}</a>}</td>;
}
