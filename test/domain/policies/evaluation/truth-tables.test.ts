/** Whole decisions: every kind of policy, from AWS's documentation and from what an attacker or a mistake would try. */
import { expectationOf, judge, rowsOf } from './rows';

describe.each(['aws-documentation', 'decisions'])('%s', (file) => {
  const rows = rowsOf(file);

  test.each(rows)('$id $name: $expect', (row) => {
    const verdict = judge(row);

    expect(expectationOf(verdict)).toBe(row.expect);
    if (row.missing !== undefined) expect(verdict.missing).toEqual(row.missing);
  });

  test('every row has an id of its own', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });
});

test('odd and hostile rows outnumber benign ones', () => {
  const rows = rowsOf('decisions');

  expect(rows.filter(({ kind }) => kind === 'hostile').length).toBeGreaterThan(rows.length / 2);
});
