import { spawnSync } from 'node:child_process';
import { pythonTool } from '../../scripts/python';
import { templateFiles } from './templates';

test('cfn-lint finds nothing to say about the stacks of the deployment', () => {
  const linter = pythonTool('cfn-lint');
  if (linter === undefined) throw new Error('cfn-lint is not installed: run `npx tsx scripts/python.ts`');

  // W3005: CDK writes a dependency that a reference says already.
  const { status, stdout, stderr } = spawnSync(linter, ['--ignore-checks', 'W3005', '--', ...templateFiles()], {
    encoding: 'utf8',
  });

  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
