/**
 * Bundles every deployed function by itself into dist/functions/NAME, with what it imports in index.json beside it. By rolldown and
 * not esbuild, whose tree-shaking keeps the whole table of shapes of the EC2 client: 2.5 MB instead of 0.7.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import * as functions from '../orchestrator/lambda/functions';

const root = join(__dirname, '..');
const built = join(root, 'dist', 'functions');
/** Made beside it and put in its place when whole. */
const pendingCreates = join(root, 'dist', `functions.${process.pid}`);
const source = join(root, 'orchestrator', 'lambda', 'functions.ts');

async function main(): Promise<void> {
  const index: Record<string, Bundled> = {};
  for (const name of Object.keys(functions)) index[name] = await bundled(name);
  await writeFile(join(pendingCreates, 'index.json'), JSON.stringify(index, null, 2));
  await rm(built, { recursive: true, force: true });
  await rename(pendingCreates, built);
}

interface Bundled {
  readonly bytes: number;
  /** SDK commands that the bundle can send, like `client-sts/AssumeRole`. */
  readonly commands: readonly string[];
}

async function bundled(name: string): Promise<Bundled> {
  const entry = 'the function';
  const bundle = await rolldown({
    input: { index: entry },
    platform: 'node',
    logLevel: 'warn',
    // The SDK and our own code do nothing at import, so what nobody uses is left out.
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    resolve: { mainFields: ['module', 'main'] },
    // Only for the embedded store, which a function never opens.
    external: ['better-sqlite3'],
    plugins: [
      {
        name: 'one-function',
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) => (id === entry ? `export { ${name} as handler } from ${JSON.stringify(source)}` : undefined),
      },
    ],
  });
  const folder = join(pendingCreates, name);
  await mkdir(folder, { recursive: true });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    minify: true,
    sourcemap: true,
    entryFileNames: 'index.mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  const chunks = output.filter((file) => file.type === 'chunk');
  const modules = chunks.flatMap((chunk) =>
    Object.entries(chunk.modules).flatMap(([path, { renderedLength }]) => (renderedLength > 0 ? [path] : [])),
  );
  return {
    bytes: chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0),
    commands: [...new Set(modules.flatMap(commandOf))].toSorted(),
  };
}

/** Of the clients themselves: what the SDK's own credential providers ask is not asked in Lambda. */
function commandOf(path: string): readonly string[] {
  const [, client, command] =
    /@aws-sdk\/(client-[a-z0-9-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(
      relative(root, path).split(sep).join('/'),
    ) ?? [];
  return client === undefined || command === undefined ? [] : [`${client}/${command}`];
}

void main();
