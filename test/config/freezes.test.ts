import { parseConfig } from '../../orchestrator/config/parse';

const config = (freezes: string): string => `regions: { home: us-east-1, governed: [us-east-1] }
modules: { alerts: { enabled: true, email: a@example.com } }
waves: [{ name: dev, ous: [Dev] }]
freezes: ${freezes}
installation: { security: { account: "333344445555" } }
`;
const parsed = (freezes: string) => parseConfig(config(freezes), 'strongroom.yaml');
const problemsOf = (freezes: string): readonly string[] => {
  const result = parsed(freezes);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
};

test.each([
  { from: '2026-12-18', to: '2027-01-03', means: ['2026-12-18T00:00:00.000Z', '2027-01-04T00:00:00.000Z'] },
  {
    from: '2026-12-18T18:00Z',
    to: '2026-12-18T20:30:15Z',
    means: ['2026-12-18T18:00:00.000Z', '2026-12-18T20:30:15.000Z'],
  },
  { from: '2026-12-18T18:00+01:00', to: '2026-12-18', means: ['2026-12-18T17:00:00.000Z', '2026-12-19T00:00:00.000Z'] },
])('a freeze from $from to $to is in UTC, and days are whole', ({ from, to, means }) => {
  const result = parsed(`[{ from: ${from}, to: ${to}, reason: year end }]`);

  expect(result.ok && result.desiredState.freezes.map((freeze) => [freeze.from, freeze.to])).toEqual([means]);
});

test.each([
  { freeze: 'from: 2026-12-18, to: 2026-12-17', says: ['to: must be after from, "2026-12-18", got "2026-12-17"'] },
  {
    freeze: 'from: 2026-12-18T18:00Z, to: 2026-12-18T18:00Z',
    says: ['to: must be after from, "2026-12-18T18:00Z", got "2026-12-18T18:00Z"'],
  },
  {
    freeze: 'from: 2026-01-01, to: 2026-12-31',
    says: ['to: must be at most 90 days after from, "2026-01-01", got "2026-12-31"'],
  },
  {
    freeze: 'from: 2026-12-18T18:00, to: 2026-02-30',
    says: [
      'from: must be a valid time with its zone like 2026-12-18T18:00Z, or a valid day like 2026-12-18, got "2026-12-18T18:00"',
      'to: must be a valid time with its zone like 2026-12-18T18:00Z, or a valid day like 2026-12-18, got "2026-02-30"',
    ],
  },
  {
    freeze: 'from: 2026-12-18T25:00Z, to: 2026-12-19',
    says: [
      'from: must be a valid time with its zone like 2026-12-18T18:00Z, or a valid day like 2026-12-18, got "2026-12-18T25:00Z"',
    ],
  },
  {
    freeze: 'from: 2026-12-18, to: 2026-12-17, waves: [dev, prod]',
    says: ['to: must be after from, "2026-12-18", got "2026-12-17"', 'waves[1]: wave "prod" does not exist'],
  },
])('every problem of a freeze at once: $freeze', ({ freeze, says }) => {
  expect(problemsOf(`[{ ${freeze}, reason: year end }]`)).toEqual(says.map((problem) => `freezes[0].${problem}`));
});
