import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as all from './invariant-mutants';
import { brokenMutants, mutated } from './mutant';

const root = process.cwd();
async function main() {
  const [seeds = '150', ...only] = process.argv.slice(2);
  const list = Object.values(all)
    .flat()
    .filter((m) => only.length === 0 || only.some((o) => m.name.includes(o)));
  for (const b of brokenMutants(list)) console.log('BROKEN', b);
  for (const m of list) {
    await build({
      entryPoints: [join(root, 'scripts/zz-mutprobe.ts')],
      outfile: '/tmp/zzmp.cjs',
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['aws-cdk-lib', 'constructs'],
      logLevel: 'error',
      plugins: [
        {
          name: 'm',
          setup: ({ onLoad }) => {
            onLoad({ filter: /\.ts$/ }, ({ path }) =>
              path === join(root, m.file)
                ? { contents: mutated(m, readFileSync(path, 'utf8')), loader: 'ts' }
                : undefined,
            );
          },
        },
      ],
    });
    const { stdout, stderr } = spawnSync(process.execPath, ['/tmp/zzmp.cjs', seeds], {
      encoding: 'utf8',
      timeout: 600000,
    });
    console.log(`## ${m.name}\n${stdout}${stderr.slice(0, 300)}`);
  }
}
void main();
