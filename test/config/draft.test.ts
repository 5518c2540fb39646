import fc from 'fast-check';
import { draftConfig, type Seen } from '../../orchestrator/config/draft';
import { parseConfig } from '../../orchestrator/config/parse';
import { type AccountId, parseAccountId, parseOuId } from '../../orchestrator/domain/model/brand';

const parsed = (seen: Seen) => parseConfig(draftConfig(seen), 'strongroom.yaml');
const ouId = (number: number) => parseOuId(`ou-abcd-${String(number).padStart(8, '0')}`);
const accountId = (number: number): AccountId => parseAccountId(String(number).padStart(12, '1'));

/** OUs by their names, and the names below each; no account anywhere. */
const seenOf = (tree: Readonly<Record<string, readonly string[]>>): Seen => ({
  home: 'eu-west-1',
  accounts: [],
  ous: Object.entries(tree).map(([name, below], index) => ({
    id: ouId(index * 1_000),
    name,
    children: below.map((child, at) => ({ id: ouId(index * 1_000 + at + 1), name: child })),
  })),
});

const wavesOf = (seen: Seen) => {
  const config = parsed(seen);
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  return config.desiredState.waves.map(({ name, ous, approval }) => [name, ous, approval]);
};

test('what can bear a mistake comes first, and production waits for a person', () => {
  const seen = seenOf({
    Production: [],
    Security: [],
    Workloads: ['Prod', 'PreProd', 'Dev'],
    Sandbox: ['Team A'],
    Infrastructure: [],
  });

  expect(wavesOf(seen)).toEqual([
    ['sandbox', ['Sandbox'], 'automatic'],
    ['dev', ['Workloads/Dev'], 'automatic'],
    ['staging', ['Workloads/PreProd'], 'automatic'],
    ['infrastructure', ['Infrastructure'], 'manual'],
    ['security', ['Security'], 'manual'],
    ['production', ['Production', 'Workloads/Prod'], 'manual'],
  ]);
});

test('OUs of closed accounts are excluded, wherever they are', () => {
  const config = parsed(seenOf({ Suspended: [], Workloads: ['Dev', 'Decommissioned'] }));

  expect(config).toMatchObject({ desiredState: { exclude: { ous: ['Suspended', 'Workloads/Decommissioned'] } } });
});

test('accounts beside the OUs that became waves are taken last', () => {
  const seen = seenOf({ Workloads: ['Dev'] });

  expect(wavesOf({ ...seen, accounts: [{ id: accountId(1), ouIds: [ouId(0)] }] }).at(-1)).toEqual([
    'remaining',
    ['Workloads'],
    'manual',
  ]);
});

test('an OU whose name would read as a path is named by its id', () => {
  expect(wavesOf(seenOf({ 'Dev/Test': [] }))).toEqual([['dev', [ouId(0)], 'automatic']]);
});

test('without any OU, accounts take part by a tag', () => {
  expect(wavesOf(seenOf({}))).toEqual([['everyone', [], 'automatic']]);
});

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme' }).filter((text) => text.length <= 128),
  fc.constantFrom(
    'Sandbox',
    'Dev',
    'prod: {',
    'a # b',
    '"',
    "it's",
    'Suspended',
    '\ufffd!',
    '\u007f',
    'ou-abcd-11111111',
  ),
);
const names = fc.uniqueArray(name, { maxLength: 12 });
const trees = fc.array(fc.tuple(name, names), { maxLength: 12 });

test('whatever the OUs are called, the file parses without a problem or a warning, and names each OU once', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const config = parsed(seenOf(Object.fromEntries(tree)));

      expect(config).toMatchObject({ ok: true, warnings: [] });
      if (!config.ok) return;
      const { waves, exclude } = config.desiredState;
      const named = [...waves.flatMap(({ ous }) => ous), ...exclude.ous];
      expect(new Set(named).size).toBe(named.length);
    }),
    { numRuns: 100 },
  );
});
