import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTable } from '../../orchestrator/domain/health/checks/table';
import { factActions } from '../../orchestrator/domain/health/fact-sources';
import { referencePages } from '../../scripts/reference-pages';

const pages = referencePages();
const root = join(__dirname, '..', '..');

test.each(Object.keys(pages))('%s is up to date; `npm run docs` writes it', (path) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(pages[path]);
});

test('the catalog has every check once', () => {
  const rows = pages['docs/reference/checks.md']?.match(/\| `[a-z0-9-]+` \|/g) ?? [];

  expect(rows.sort()).toEqual(checkTable.map(({ id }) => `| \`${id}\` |`).sort());
});

test('the table of calls names every action of the session that reads facts', () => {
  for (const action of factActions()) expect(pages['docs/reference/calls.md']).toContain(`\`${action}\``);
});
