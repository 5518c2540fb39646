import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonTool } from '../../scripts/python';
import { allTemplates } from './deployed';

test('cfn-lint finds nothing to say about any template', () => {
  const linter = pythonTool('cfn-lint');
  if (linter === undefined) throw new Error('cfn-lint is not installed: run `npx tsx scripts/python.ts`');
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-lint-'));
  const files = allTemplates.map(({ name, body }) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, body);
    return file;
  });

  const { status, stdout, stderr } = spawnSync(linter, ['--', ...files], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });

  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
