/** Explains the cell under the cursor: first from the board, then from the account's record. */
import { useEffect, useState } from 'react';
import { checkFinding } from '../../../presentation/findings';
import type { AccountDetail, Board } from '../../api/contract';
import { get } from '../api-client';
import { stateTitle } from '../labels';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import type { Axis, Column, Sheet } from './cells';
import type { Cell } from './layout';

/** The account's record is loaded only once the cursor rests on a cell. */
const hoverDelayMs = 200;
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
  const needsDetail =
    meaning !== undefined && (['bad', 'unsure', 'none'].includes(meaning.kind) || meaning.letter === 'A');
  const detail = useAccountDetail(needsDetail ? id : undefined);
  const reasons = detail === undefined || column === undefined ? [] : reasonsOf(detail, sheet.axis, column);
  if (cursor === undefined || id === undefined || column === undefined || meaning === undefined)
    return <p className="reason quiet">Hover over a cell, or use the arrow keys, to see details.</p>;
  return (
    <div className="reason" aria-live="polite">
      <p>
        <a href={hrefTo('accounts', id)}>{id}</a> <Text>{board.accounts.names[cursor.account] ?? ''}</Text>:{' '}
        <strong>
          {column.title} {meaning.words}
        </strong>
        {needsDetail && detail === undefined ? <span className="quiet"> …</span> : undefined}
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

function useAccountDetail(id: string | undefined): AccountDetail | undefined {
  const [detail, setDetail] = useState<AccountDetail>();
  useEffect(() => {
    setDetail(undefined);
    if (id === undefined) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      // A failed request is repeated when the cursor rests again.
      const answer = await get<AccountDetail>(`/accounts/${id}`, undefined).catch(() => undefined);
      if (!isOver) setDetail(answer?.data);
    }, hoverDelayMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [id]);
  return detail;
}

function reasonsOf({ account }: AccountDetail, axis: Axis, { key }: Column): readonly string[] {
  // An exempt or suspended account has no findings in any column.
  if (account.wave === undefined) return [`${stateTitle(account.state)}: ${account.because}`];
  if (axis === 'gate')
    return account.failing
      .filter(({ gate, severity }) => gate === key && severity === 'critical')
      .map((result) => `${result.region}: ${checkFinding(result).what}`);
  const isInColumn = (place: { readonly module: string; readonly region: string }): boolean => place[axis] === key;
  return [
    ...account.modules
      .filter((module) => module.status === 'failed' && isInColumn(module))
      .map(({ module, region, reason }) => `${module} in ${region}: ${reason ?? 'failed'}`),
    ...(account.adopted ?? [])
      .filter(isInColumn)
      .map(({ module, region, because }) => `${module} in ${region} is managed externally: ${because}`),
  ];
}
