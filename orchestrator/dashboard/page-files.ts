/** The built page, read once and kept in memory: what is asked for is looked up among these names, and never in the file system. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { errors } from '../domain/errors';

export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** Its name changes with its content. */
  readonly isImmutable: boolean;
  readonly plain: Buffer;
  /** Smaller, where the type is text. */
  readonly packed: { readonly br?: Buffer; readonly gzip?: Buffer };
}

/** By the path under which it is served: `/index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const isText = (type: string): boolean => /^(text|application|image\/svg)/.test(type);

const filesMax = 500;
/** Half of the strongest: nearly as small, and done before somebody has opened the page. */
const brotliQuality = 6;

const build = 'build it with `npm run build`';

export async function readPageFiles(folder: string): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const served = paths.filter((path) => types[extname(path)] !== undefined);
  if (served.length > filesMax)
    throw errors.limitExceeded(`the dashboard's page of ${served.length} files`, `${filesMax} files`);
  const files = await Promise.all(
    served.map(async (path) => [pathOf(folder, path), await readPageFile(path)] as const),
  );
  const found = new Map(files);
  if (!found.has('/index.html')) throw errors.invalidInput(`the dashboard's page is not in ${folder}`, build);
  return found;
}

const pathOf = (folder: string, path: string): string => `/${relative(folder, path).split(sep).join('/')}`;

async function readPageFile(path: string): Promise<PageFile> {
  const plain = await readFile(path);
  const type = types[extname(path)] ?? 'application/octet-stream';
  return {
    type,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    isImmutable: path.split(sep).includes('assets'),
    plain,
    packed: isText(type) ? await packed(plain) : {},
  };
}

const [brotli, gzipped] = [promisify(brotliCompress), promisify(gzip)];

export async function packed(plain: Buffer): Promise<PageFile['packed']> {
  const [br, gz] = await Promise.all([
    brotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
    gzipped(plain),
  ]);
  return { br, gzip: gz };
}
