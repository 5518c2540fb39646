/** Runs every suite. What needs Python (moto, cfn-lint) is installed first; without it those suites are named as skipped, and in CI that is a failure. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePython } from './python';

/** Suites that talk to moto, or run cfn-lint. */
const needPython = [
  'test/emulator',
  'test/aws/(accounts|sessions|stack-sets|artifacts|directory|world)',
  'test/stackset-templates/cfn-lint',
];

function main(): number {
  const python = ensurePython();
  if (python === 'no python3') {
    console.error(`python3 3.11 or newer is not installed; skipped: ${needPython.join(', ')}`);
    if (process.env['CI'] === 'true') {
      console.error('in CI nothing is skipped: install python3');
      return 1;
    }
  }
  const jest = join(__dirname, '..', 'node_modules', 'jest', 'bin', 'jest.js');
  const skipped = python === 'ready' ? [] : ['--testPathIgnorePatterns', ...needPython];
  const { status } = spawnSync(process.execPath, [jest, ...skipped, ...process.argv.slice(2)], { stdio: 'inherit' });
  return status ?? 1;
}

process.exitCode = main();
