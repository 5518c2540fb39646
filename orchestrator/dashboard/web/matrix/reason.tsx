/** Why the cell under the cursor is as it is: at once what the board knows, then what the account's record says. */
import { useEffect, useState } from 'react';
import { checkFinding } from '../../../presentation/findings';
import type { AccountSeen, Board } from '../../api/contract';
import { read } from '../ask';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { stateTitle } from '../say';
import type { Axis, Column, Sheet } from './cells';
import type { Cell } from './layout';

/** Who sweeps over the map wants no account's record. */
const restMs = 200;
const reasonsMax = 3;

interface ReasonProps {
  readonly board: Board;
  readonly sheet: Sheet;
  readonly cursor: Cell | undefined;
}
export function Reason({ board, sheet, cursor }: ReasonProps) {
  const id = cursor === undefined ? undefined : board.accounts.ids[cursor.account];
  const column = cursor === undefined ? undefined : sheet.columns[cursor.column];
  const meaning = cursor === undefined ? undefined : sheet.meaning(cursor.account, cursor.column);
  const asks = meaning !== undefined && (['bad', 'unsure', 'none'].includes(meaning.kind) || meaning.letter === 'A');
  const seen = useAccountAtRest(asks ? id : undefined);
  const reasons = seen === undefined || column === undefined ? [] : reasonsOf(seen, sheet.axis, column);
  if (cursor === undefined || id === undefined || column === undefined || meaning === undefined)
    return <p className="reason quiet">Point at a cell, or move with the arrow keys, to see why it is as it is.</p>;
  return (
    <div className="reason" aria-live="polite">
      <p>
        <a href={hrefTo('accounts', id)}>{id}</a> <Text>{board.accounts.names[cursor.account] ?? ''}</Text>:{' '}
        <strong>
          {column.title} {meaning.words}
        </strong>
        {asks && seen === undefined ? <span className="quiet"> …</span> : undefined}
      </p>
      {reasons.slice(0, reasonsMax).map((reason) => (
        <p key={reason} className="quiet">
          <Text>{reason}</Text>
        </p>
      ))}
      {reasons.length > reasonsMax ? <p className="quiet">and {reasons.length - reasonsMax} more</p> : undefined}
    </div>
  );
}

function useAccountAtRest(id: string | undefined): AccountSeen | undefined {
  const [seen, setSeen] = useState<AccountSeen>();
  useEffect(() => {
    setSeen(undefined);
    if (id === undefined) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      // A reason that cannot be had now is asked for again at the next rest.
      const answer = await read<AccountSeen>(`/accounts/${id}`, undefined).catch(() => undefined);
      if (!isOver) setSeen(answer?.data);
    }, restMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [id]);
  return seen;
}

function reasonsOf({ account }: AccountSeen, axis: Axis, { key }: Column): readonly string[] {
  // An exception, a suspension: in no column is there anything to find.
  if (account.wave === undefined) return [`${stateTitle(account.state)}: ${account.because}`];
  if (axis === 'gate')
    return account.failing
      .filter(({ gate, severity }) => gate === key && severity === 'critical')
      .map((result) => `${result.region}: ${checkFinding(result).what}`);
  const isMeant = (place: { readonly module: string; readonly region: string }): boolean => place[axis] === key;
  return [
    ...account.modules
      .filter((module) => module.status === 'failed' && isMeant(module))
      .map(({ module, region, reason }) => `${module} in ${region}: ${reason ?? 'failed'}`),
    ...(account.adopted ?? [])
      .filter(isMeant)
      .map(({ module, region, because }) => `${module} in ${region} is left to others: ${because}`),
  ];
}
