/** Runs every suite. What needs Python (moto, cfn-lint) is installed first. Suites that lack Python or a browser are named as skipped, and in CI that is a failure. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNodes, hasNodes } from './nodes';
import { ensurePython } from './python';
import { suitesLeftOut } from './referees';
import { slowTests } from './slow-tests';
import { suitesThatNeedPython } from './suites';

const root = join(__dirname, '..');

/** Suites in which a browser shows the dashboard. */
const needChromium = ['test/browser'];
const chromium = '/usr/bin/chromium';
const needNodes = 'test/package/node-versions.test';

function main(): number {
  const hasChromium = existsSync(chromium);
  if (!hasChromium) {
    console.error(`chromium is not installed at ${chromium}; skipped: ${needChromium.join(', ')}`);
    if (process.env['CI'] === 'true') {
      console.error('in CI nothing is skipped: install chromium');
      return 1;
    }
  }
  const python = ensurePython();
  if (python === 'no python3') {
    console.error(`python3 3.11 or newer is not installed; skipped:\n  ${suitesThatNeedPython().join('\n  ')}`);
    if (process.env['CI'] === 'true') {
      console.error('in CI nothing is skipped: install python3');
      return 1;
    }
  }
  const missing = [
    ...nodesLeftOut(),
    ...(python === 'ready' ? [] : suitesThatNeedPython()),
    ...(hasChromium ? [] : needChromium),
    ...suitesLeftOut(process.env['CI'] === 'true'),
  ];
  const skipped = missing.length === 0 ? [] : ['--testPathIgnorePatterns', ...missing];
  return runJest([...skipped, ...process.argv.slice(2)]);
}

/** The smoke test on other versions of Node. In CI they are downloaded, if there are any for this platform. */
function nodesLeftOut(): readonly string[] {
  const isReady = hasNodes() || (process.env['CI'] === 'true' && ensureNodes() === 'ready');
  if (isReady) return [];
  console.error(`Node 22 and 24 are not downloaded (npx tsx scripts/nodes.ts); skipped: ${needNodes}`);
  return [needNodes];
}

/** Runs Jest, then reports what was slow. Returns Jest's exit status. */
function runJest(args: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-results-'));
  const outputFile = join(folder, 'results.json');
  try {
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    const { status } = spawnSync(process.execPath, [jest, '--json', `--outputFile=${outputFile}`, ...args], {
      stdio: 'inherit',
    });
    // Jest that was interrupted, or could not start, has left no results.
    if (existsSync(outputFile))
      for (const line of slowTests(JSON.parse(readFileSync(outputFile, 'utf8')), root)) console.log(line);
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
