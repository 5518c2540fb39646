/** A small table without paging. */
import { Fragment, type ReactNode } from 'react';

export interface Row {
  readonly key: string;
  /** In the order of the column heads; the first cell is the row header. */
  readonly cells: readonly ReactNode[];
  /** Shown on a line of its own below the row: what to do about it. */
  readonly note?: ReactNode;
}
interface RowsProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly Row[];
  readonly empty: string;
}

export function Rows({ label, heads, rows, empty }: RowsProps) {
  if (rows.length === 0) return <p className="quiet">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users need focus to scroll it
    <section className="wide" tabIndex={0} aria-label={`${label}: table`}>
      <table className="plain rows">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...others], note }) => (
            <Fragment key={key}>
              <tr>
                <th scope="row">{first}</th>
                {others.map((cell, column) => (
                  <td
                    key={heads[column + 1]}
                    className={isShort(cell) ? 'short' : undefined}
                    data-head={heads[column + 1]}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
              {note === undefined ? undefined : (
                <tr className="note">
                  <td colSpan={heads.length}>→ {note}</td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Ids, regions and times do not wrap; sentences do. */
const shortMax = 24;
const isShort = (cell: ReactNode): boolean => typeof cell === 'string' && cell.length <= shortMax;
