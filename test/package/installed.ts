/** The packed package, installed into an empty folder as npm would, with its dependencies linked instead of downloaded. */
import { execFile } from 'node:child_process';
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');
const run = promisify(execFile);

export interface InstalledPackage {
  /** Where a person works: it has node_modules, and nothing else. */
  readonly folder: string;
  /** The files in the package. */
  readonly files: readonly string[];
  readonly strongroom: (
    args: readonly string[],
    node?: string,
  ) => Promise<{ readonly status: number; readonly out: string; readonly err: string }>;
  readonly remove: () => Promise<void>;
}

/** Code of the functions, 90 MB of the package that no command but `install` reads. */
const isBulk = (path: string): boolean => /^dist\/(infrastructure\/asset\.|functions\/(?!index\.json))/.test(path);

export async function installPacked(): Promise<InstalledPackage> {
  const work = await mkdtemp(join(tmpdir(), 'strongroom-pack-'));
  const source = join(work, 'source');
  await mkdir(source);
  for (const name of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'tsconfig.json'])
    await cp(join(root, name), join(source, name));
  for (const path of await readdir(join(root, 'dist'), { recursive: true, withFileTypes: true })) {
    if (!path.isFile()) continue;
    const relative = join(path.parentPath, path.name).slice(root.length + 1);
    if (isBulk(relative)) continue;
    await mkdir(dirname(join(source, relative)), { recursive: true });
    await link(join(root, relative), join(source, relative)).catch(() =>
      cp(join(root, relative), join(source, relative)),
    );
  }
  // What is built is built already.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', work], {
    cwd: source,
  });
  const [{ filename, files }]: [{ filename: string; files: readonly { path: string }[] }] = JSON.parse(stdout);

  const folder = join(work, 'empty');
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  await run('tar', ['-xzf', join(work, filename), '-C', modules]);
  await run('mv', [join(modules, 'package'), join(modules, 'strongroom')]);
  const manifest: { dependencies: Readonly<Record<string, string>>; bin: { strongroom: string } } = JSON.parse(
    await readFile(join(modules, 'strongroom', 'package.json'), 'utf8'),
  );
  for (const name of Object.keys(manifest.dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  const program = join(modules, '.bin', 'strongroom');
  await symlink(join('..', 'strongroom', manifest.bin.strongroom), program);
  return {
    folder,
    files: files.map(({ path }) => path),
    strongroom: (args, node) =>
      new Promise((resolve) => {
        const [file, all] = node === undefined ? [program, args] : [node, [program, ...args]];
        const env = { PATH: process.env['PATH'], HOME: folder };
        execFile(file, [...all], { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 }, (error, out, err) =>
          resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
        );
      }),
    remove: () => rm(work, { recursive: true, force: true }),
  };
}
