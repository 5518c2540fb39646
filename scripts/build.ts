/** Makes dist/: templates and the state machine from aws-cdk-lib, the config's JSON Schema, and the CLI in one folder that starts fast. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { configJsonSchema } from '../orchestrator/config/schema';
import { synthesizeBootstrap, synthesizeTemplates } from '../stackset-templates/synthesize';
import { synthesizeStateMachine } from '../state-machine/synthesize';
import { buildDashboard } from './dashboard';

const built = join(__dirname, '..', 'dist');
/** Made beside it and put in its place when whole: who runs meanwhile sees the old or the new, never half of one. */
const dist = join(__dirname, '..', `dist.${process.pid}`);

async function main(): Promise<void> {
  await mkdir(join(dist, 'templates'), { recursive: true });

  const templates = synthesizeTemplates();
  for (const { hash, body } of templates) await writeFile(join(dist, 'templates', `${hash}.json`), body);
  const index = Object.fromEntries(templates.map(({ module, hash }) => [module, hash]));
  await writeFile(join(dist, 'templates', 'index.json'), JSON.stringify(index, null, 2));

  await mkdir(join(dist, 'bootstrap'));
  for (const { name, body } of synthesizeBootstrap()) await writeFile(join(dist, 'bootstrap', `${name}.json`), body);

  await writeFile(join(dist, 'state-machine.json'), JSON.stringify(synthesizeStateMachine(), null, 2));
  await writeFile(join(dist, 'strongroom.schema.json'), JSON.stringify(configJsonSchema(), null, 2));

  await build({
    entryPoints: { strongroom: join(__dirname, '..', 'orchestrator', 'bin', 'strongroom.ts') },
    outdir: join(dist, 'cli'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Split, so that `plan` over the simulated world never loads an AWS client.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });

  await buildDashboard(join(dist, 'dashboard'));

  await rm(built, { recursive: true, force: true });
  await rename(dist, built);
}

void main();
