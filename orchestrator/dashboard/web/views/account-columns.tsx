import type { TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { gateIds, gateTitles } from '../../../domain/model/gate';
import type { AccountRow, AccountSort } from '../../api/contract';
import { StateMark } from '../parts/mark';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { glyphs, outcomeKinds, outcomeWords, timeOf } from '../say';

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
  sorted('failing', 'Failing', ({ failing }) => failing),
  sorted('wave', 'Wave', ({ wave }) => wave || '–'),
  sorted('ou', 'OU', ({ ou }) => <Text>{ou || '–'}</Text>),
  sorted('release', 'Release', ({ release }) => release || '–'),
  sorted('stateSince', 'In this state since', ({ stateSince }) => timeOf(stateSince)),
  sorted('checkedAt', 'Checked', ({ checkedAt }) => (checkedAt === undefined ? 'never' : timeOf(checkedAt))),
];

/** `✓✓✗?` in the gates' order, and in words for who hears the page. */
function Gates({ row: { gates } }: { readonly row: AccountRow }) {
  const judged = gateIds.flatMap((gate) => {
    const outcome = gates[gate];
    return outcome === undefined ? [] : [{ gate, outcome }];
  });
  if (judged.length === 0) return <span className="quiet">never judged</span>;
  return (
    <span className="gates">
      {judged.map(({ gate, outcome }) => (
        <span
          key={gate}
          className={`gate ${outcomeKinds[outcome]}`}
          title={`${gateTitles[gate]}: ${outcomeWords[outcome]}`}
        >
          <span className="unseen">{`${gateTitles[gate]} ${outcomeWords[outcome]}, `}</span>
          <span aria-hidden="true">{glyphs[outcomeKinds[outcome]]}</span>
        </span>
      ))}
    </span>
  );
}
