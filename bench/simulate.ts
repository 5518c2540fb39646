/** Measures a rollout over 10,000 simulated accounts on a laptop: wall time, memory, and the history of Step Functions. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Simulated } from '../orchestrator/cli/commands/simulate';

const accounts = process.argv[2] ?? '10000';
const program = join(__dirname, '..', 'dist', 'cli', 'strongroom.mjs');
const outputBytesMax = 16 * 1024 * 1024;

const { stdout, stderr, status } = spawnSync(
  process.execPath,
  [program, 'simulate', '--accounts', accounts, '--seed', '1', '--json'],
  { encoding: 'utf8', maxBuffer: outputBytesMax },
);
if (stdout.trim() === '') {
  console.error(stderr);
  process.exitCode = status ?? 1;
} else {
  const figures: Simulated = JSON.parse(stdout);
  console.log(`outcome          ${figures.outcome}${figures.because.map((why) => `\n  ${why}`).join('')}`);
  console.log(`accounts         ${figures.accounts}`);
  console.log(`wall             ${(figures.wallMs / 1000).toFixed(1)} s`);
  console.log(`virtual          ${(figures.virtualMs / 3_600_000).toFixed(1)} h`);
  console.log(`peak memory      ${Math.round(figures.peakMemoryBytes / 1024 / 1024)} MiB`);
  // Step Functions ends an execution at 25,000 [doc:step-functions/service-quotas].
  console.log(`history events   ${figures.historyEvents} of 25000`);
  console.log(`largest input    ${figures.largestStateInputBytes} bytes`);
  console.log(`states           ${JSON.stringify(figures.states)}`);
}
