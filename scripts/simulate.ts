/** Bundles one of the simulation's programs and runs it. Bundled code starts and runs faster than transpiled files. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const [program = 'soak', ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'strongroom-simulation-'));
const outfile = join(folder, `${program}.cjs`);
try {
  buildSync({
    entryPoints: [join(__dirname, `simulate-${program}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['esbuild'],
    logLevel: 'warning',
  });
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...args], {
    stdio: 'inherit',
    cwd: join(__dirname, '..'),
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
