import type { TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { gateIds } from '../../../domain/model/gate';
import type { AccountRow, AccountSort } from '../../api/contract';
import { formatTime, gateTitle, glyphs, outcomeKinds, outcomeWords } from '../labels';
import { StateMark } from '../parts/mark';
import { Text } from '../parts/text';
import { hrefTo } from '../route';

interface Column extends TableProps.ColumnDefinition<AccountRow> {
  readonly id: string;
  readonly label: string;
}

const sorted = (id: AccountSort, label: string, cell: (row: AccountRow) => ReactNode): Column => ({
  id,
  label,
  header: label,
  sortingField: id,
  cell,
});

export const columns: readonly Column[] = [
  {
    ...sorted('id', 'Account', ({ id }) => <a href={hrefTo('accounts', id)}>{id}</a>),
    isRowHeader: true,
  },
  sorted('name', 'Name', ({ name }) => <Text>{name}</Text>),
  sorted('state', 'State', ({ state }) => <StateMark state={state} />),
  { id: 'gates', label: 'Gates', header: 'Gates', cell: (row) => <Gates row={row} /> },
  sorted('failing', 'Failing checks', ({ failing }) => failing),
  sorted('wave', 'Wave', ({ wave }) => wave || '–'),
  sorted('ou', 'OU', ({ ou }) => <Text>{ou || '–'}</Text>),
  sorted('release', 'Release', ({ release }) => release || '–'),
  sorted('stateSince', 'State since', ({ stateSince }) => formatTime(stateSince)),
  sorted('checkedAt', 'Last checked', ({ checkedAt }) => (checkedAt === undefined ? 'Never' : formatTime(checkedAt))),
];

/** `✓✓✗?` in the order of the gates, with words for screen readers. */
function Gates({ row: { gates } }: { readonly row: AccountRow }) {
  const checked = gateIds.flatMap((gate) => {
    const outcome = gates[gate];
    return outcome === undefined ? [] : [{ gate, outcome }];
  });
  if (checked.length === 0) return <span className="quiet">Not checked</span>;
  return (
    <span className="gates">
      {checked.map(({ gate, outcome }) => (
        <span
          key={gate}
          className={`gate ${outcomeKinds[outcome]}`}
          title={`${gateTitle(gate)}: ${outcomeWords[outcome]}`}
        >
          <span className="unseen">{`${gateTitle(gate)} ${outcomeWords[outcome]}, `}</span>
          <span aria-hidden="true">{glyphs[outcomeKinds[outcome]]}</span>
        </span>
      ))}
    </span>
  );
}
