/**
 * Bundles every deployed function on its own into dist/functions/NAME, and lists the SDK commands of each bundle in index.json. Uses
 * rolldown, since esbuild's tree-shaking keeps all shapes of the EC2 client: 2.5 MB instead of 0.7.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { entryOf } from '../orchestrator/lambda/entry';
import { type FunctionName, functionNames } from '../orchestrator/tasks/table';

const root = join(__dirname, '..');
const built = join(root, 'dist', 'functions');
/** Moved to its final place when it is complete. */
const unfinished = join(root, 'dist', `functions.${process.pid}`);

async function main(): Promise<void> {
  const index: Record<string, Bundled> = {};
  for (const name of functionNames) index[name] = await bundled(name);
  await bundledInline();
  await writeFile(join(unfinished, 'index.json'), JSON.stringify(index, null, 2));
  await rm(built, { recursive: true, force: true });
  await rename(unfinished, built);
}

interface Bundled {
  readonly bytes: number;
  /** SDK commands that the bundle can send, like `client-sts/AssumeRole`. */
  readonly commands: readonly string[];
}

async function bundled(name: FunctionName): Promise<Bundled> {
  const entry = 'the function';
  const bundle = await rolldown({
    input: { index: entry },
    platform: 'node',
    logLevel: 'warn',
    // The SDK and our own code do nothing at import, so everything unused can be left out.
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    resolve: { mainFields: ['module', 'main'] },
    // Needed only by the embedded store, which a function never opens.
    external: ['better-sqlite3'],
    plugins: [
      {
        name: 'one-function',
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) => (id === entry ? entryOf(name) : undefined),
      },
    ],
  });
  const folder = join(unfinished, name);
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

/** Travels in a template: CommonJS, as CloudFormation makes it a file with the extension .js, and with the SDK of the runtime. */
async function bundledInline(): Promise<void> {
  const bundle = await rolldown({
    input: { alerts: join(root, 'orchestrator', 'lambda', 'alerts.ts') },
    platform: 'node',
    logLevel: 'warn',
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    external: [/^@aws-sdk\//],
  });
  await bundle.write({ dir: unfinished, format: 'cjs', minify: true, entryFileNames: '[name].js' });
}

/** Only commands of the clients count: the SDK's own credential providers make no calls in Lambda. */
function commandOf(path: string): readonly string[] {
  const [, client, command] =
    /@aws-sdk\/(client-[a-z0-9-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(
      relative(root, path).split(sep).join('/'),
    ) ?? [];
  return client === undefined || command === undefined ? [] : [`${client}/${command}`];
}

void main();
