/** The files of the built page, read once and kept in memory. Requests are looked up by name here and never reach the file system. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { errors } from '../domain/errors';

export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** The file name changes with its content. */
  readonly isImmutable: boolean;
  readonly plain: Buffer;
  /** Compressed variants, for text types. */
  readonly compressed: { readonly br?: Buffer; readonly gzip?: Buffer };
}

/** By URL path, such as `/index.html`. */
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
/** Half of the maximum quality: nearly as small, and ready before the page is opened. */
const brotliQuality = 6;

const buildHint = 'build it with `npm run build`';

export async function readPageFiles(folder: string): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const served = paths.filter((path) => types[extname(path)] !== undefined);
  if (served.length > filesMax)
    throw errors.limitExceeded(`a dashboard page with ${served.length} files`, `${filesMax} files`);
  const files = await Promise.all(
    served.map(async (path) => [pathOf(folder, path), await readPageFile(path)] as const),
  );
  const found = new Map(files);
  if (!found.has('/index.html')) throw errors.invalidInput(`the dashboard page is missing in ${folder}`, buildHint);
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
    compressed: isText(type) ? await compressed(plain) : {},
  };
}

const [brotliAsync, gzipAsync] = [promisify(brotliCompress), promisify(gzip)];

export async function compressed(plain: Buffer): Promise<PageFile['compressed']> {
  const [br, gz] = await Promise.all([
    brotliAsync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
    gzipAsync(plain),
  ]);
  return { br, gzip: gz };
}
