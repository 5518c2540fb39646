import { expectationOf, judge, rowsOf } from './rows';

describe.each(['aws-documentation'])('%s', (file) => {
  const rows = rowsOf(file);

  test.each(rows)('$id $name: $expect', (row) => {
    const verdict = judge(row);

    expect(expectationOf(verdict)).toBe(row.expect);
    if (row.missing !== undefined) expect(verdict.missing).toEqual(row.missing);
  });
});
