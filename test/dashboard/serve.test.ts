/** Access to the local server: who gets in, and what everybody else gets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { ApiRequest, Person } from '../../orchestrator/dashboard/api/router';
import { readPageFiles } from '../../orchestrator/dashboard/page-files';
import { type Dashboard, serveDashboard } from '../../orchestrator/dashboard/serve';
import { person } from '../actors';
import { said, sender } from './sender';

const ada: Person = { role: 'operator', actor: async () => person('ada') };

const script = `console.log(${JSON.stringify('keys '.repeat(2_000))})`;
let folder = '';
let dashboard: Dashboard | undefined;
let asked: ApiRequest[] = [];
let faults: unknown[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-page-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>Strongroom</title>');
  writeFileSync(join(folder, 'page', 'assets', 'main-1.js'), script);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await dashboard?.close();
  [dashboard, asked, faults] = [undefined, [], []];
});

/** Responds like the API, and records the requests. */
async function open() {
  const files = await readPageFiles(join(folder, 'page'));
  const opened = await serveDashboard({
    api: async (given) => {
      asked.push(given);
      if (given.path.endsWith('/broken')) throw new Error('secret');
      return {
        status: 200,
        headers: { 'content-type': 'application/json', etag: '"1"' },
        body: JSON.stringify(script),
      };
    },
    files,
    port: 0,
    who: ada,
    onFault: (error) => faults.push(error),
  });
  dashboard = opened;
  const { port, search, host } = new URL(opened.url);
  const get = sender(port);
  const enter = async (): Promise<string> => {
    const { headers } = await get(`/${search}`);
    return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  };
  return { get, enter, search, host, port: Number(port), origin: `http://${host}` };
}

test('the token opens the page once, for one browser, and is invalid afterwards', async () => {
  const { get, search } = await open();

  const first = await get(`/${search}`);
  const again = await get(`/${search}`);
  const cookie = first.headers['set-cookie']?.[0] ?? '';
  const page = await get('/', { cookie: cookie.split(';')[0] ?? '' });

  expect([first.status, first.headers.location, again.status]).toEqual([303, '/', 401]);
  expect(cookie).toMatch(/^strongroom-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  expect(again.headers).not.toHaveProperty('set-cookie');
  expect([page.status, page.body.toString()]).toEqual([200, '<!doctype html><title>Strongroom</title>']);
});

describe('an unauthenticated request gets 401 and nothing else', () => {
  test.each([
    { path: '/' },
    { path: '/?token=' },
    { path: '/?token=guess' },
    { path: '/assets/main-1.js' },
    { path: '/nothing' },
    { path: '/api/v1/board' },
    { path: '/api/v1/rollouts/ro-1/abort', method: 'POST' },
    { path: '/', method: 'OPTIONS' },
    { path: '/', method: 'DELETE' },
    { path: '/', headers: { cookie: 'strongroom=x; strongroom-1=y' } },
    { path: '/', headers: { authorization: 'Basic YTpi' } },
  ])('at $method $path $headers', async ({ path, method = 'GET', headers = {} }) => {
    const { get } = await open();

    const { status, body, headers: told } = await get(path, headers, method);

    expect([status, body.length, told['set-cookie']]).toEqual([401, 0, undefined]);
    expect(asked).toEqual([]);
  });

  test('with the right token, but under another name that resolves to loopback', async () => {
    const { get, search, port } = await open();

    const rebound = await get(`/${search}`, { host: `evil.example:${port}` });
    const other = await get(`/${search}`, { host: '127.0.0.1:1' });
    const ours = await get(`/${search}`, { host: `localhost:${port}` });

    expect([rebound.status, other.status, ours.status]).toEqual([401, 401, 303]);
  });

  test('with the right cookie, but under another name that resolves to loopback', async () => {
    const { get, enter, port } = await open();
    const cookie = await enter();

    const { status } = await get('/api/v1/board', { cookie, host: `evil.example:${port}` });

    expect([status, asked]).toEqual([401, []]);
  });
});

describe('another page in the same browser', () => {
  test.each([
    { title: 'may not post without an origin', method: 'POST', headers: {}, status: 403 },
    { title: 'may not post from elsewhere', method: 'POST', headers: { origin: 'https://evil.example' }, status: 403 },
    { title: 'may not post from nowhere', method: 'POST', headers: { origin: 'null' }, status: 403 },
    {
      title: 'may not read, if it is another site',
      method: 'GET',
      headers: { 'sec-fetch-site': 'cross-site' },
      status: 403,
    },
    {
      title: 'may not read, if it is another port',
      method: 'GET',
      headers: { 'sec-fetch-site': 'same-site' },
      status: 403,
    },
  ])('$title', async ({ method, headers, status }) => {
    const { get, enter } = await open();
    const cookie = await enter();

    const got = await get('/api/v1/board', { cookie, ...headers }, method);

    expect([got.status, got.body.length, asked]).toEqual([status, 0, []]);
  });

  test('gets no CORS header, while our own page may post', async () => {
    const { get, enter, origin } = await open();
    const cookie = await enter();

    const headers = { cookie, origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const got = await get('/api/v1/rollouts/x/abort?a=1', headers, 'POST', '{"reason":"x"}');

    expect(got.status).toBe(200);
    expect(asked).toMatchObject([
      {
        method: 'POST',
        path: '/api/v1/rollouts/x/abort',
        body: '{"reason":"x"}',
        who: ada,
      },
    ]);
    expect(asked[0]?.query.get('a')).toBe('1');
    expect(Object.keys(got.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

test('every response forbids foreign scripts, frames and content sniffing, and API responses are not cached', async () => {
  const { get, enter } = await open();
  const cookie = await enter();

  const answers = await Promise.all([get('/'), get('/', { cookie }), get('/api/v1/board', { cookie })]);

  for (const { headers } of answers) {
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';.*frame-ancestors 'none'; form-action 'none'$/);
    expect(policy).not.toMatch(/unsafe|\*|http/);
  }
  expect(answers.map(({ headers }) => headers['cache-control'])).toEqual(['no-store', 'private, no-cache', 'no-store']);
});

describe('files', () => {
  test.each([
    { path: '/../secret.txt', status: 404 },
    { path: '/..%2fsecret.txt', status: 404 },
    { path: '/%2e%2e/secret.txt', status: 404 },
    { path: '/assets/../../secret.txt', status: 404 },
    { path: '//etc/passwd%00.js', status: 404 },
    { path: '/..\\secret.txt', status: 404 },
    { path: '/assets/none.js', status: 404 },
    { path: '/accounts/123456789012', status: 200 },
    { path: '/assets/main-1.js', status: 200 },
  ])('at $path: $status', async ({ path, status }) => {
    const { get, enter } = await open();
    const cookie = await enter();

    const got = await get(path, { cookie });

    expect(got.status).toBe(status);
    expect(got.body.toString()).not.toContain('secret');
  });

  test('are compressed, and not sent again', async () => {
    const { get, enter } = await open();
    const cookie = await enter();
    const path = '/assets/main-1.js';

    const [br, gzip, plain] = await Promise.all(
      ['gzip, br', 'gzip', 'identity'].map((accepted) => get(path, { cookie, 'accept-encoding': accepted })),
    );
    const again = await get(path, { cookie, 'if-none-match': plain?.headers.etag ?? '' });

    expect(brotliDecompressSync(br?.body ?? '').toString()).toBe(script);
    expect(gunzipSync(gzip?.body ?? '').toString()).toBe(script);
    expect([plain?.body.toString(), plain?.headers['cache-control']]).toEqual([
      script,
      'private, max-age=31536000, immutable',
    ]);
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test('are read-only', async () => {
    const { get, enter, origin } = await open();
    const cookie = await enter();

    const got = await get('/', { cookie, origin }, 'PUT', 'x');

    expect([got.status, got.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('that were not built are reported before the server starts', async () => {
    await expect(readPageFiles(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'InvalidInput',
      next: 'build it with `npm run build`',
    });
  });
});

describe('limits', () => {
  test('an oversized body is rejected, and not read to its end', async () => {
    const { get, enter, origin } = await open();
    const cookie = await enter();

    const got = await get('/api/v1/rollouts/x/abort', { cookie, origin }, 'POST', 'x'.repeat(16_385));

    expect([got.status, asked]).toEqual([413, []]);
  });

  test('oversized headers are rejected', async () => {
    const { get } = await open();

    expect((await get('/', { 'x-long': 'x'.repeat(9_000) })).status).toBe(431);
  });

  test('a request that is not HTTP is rejected', async () => {
    const { port } = await open();

    expect(await said(port, 'not http at all\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a request with two hosts is rejected, even if the first is ours', async () => {
    const { port, enter } = await open();
    const cookie = await enter();
    const head = `GET /api/v1/board HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\ncookie: ${cookie}`;

    expect(await said(port, `${head}\r\nconnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(asked).toEqual([]);
  });

  test('a client that hangs up in the middle of a request is no fault', async () => {
    const { port, enter, origin } = await open();
    const cookie = await enter();
    const head = `POST /api/v1/rollouts/x/abort HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\ncookie: ${cookie}\r\norigin: ${origin}`;

    await said(port, `${head}\r\ncontent-length: 100\r\n\r\n{"reason"`, 'and hang up');

    expect([faults, asked]).toEqual([[], []]);
  });
});

test('an internal error in the API is reported on the terminal, and not in the browser', async () => {
  const { get, enter } = await open();
  const cookie = await enter();

  const got = await get('/api/v1/broken', { cookie });

  expect([got.status, got.body.length]).toEqual([500, 0]);
  expect(faults).toEqual([new Error('secret')]);
});

test('responses of the API are compressed', async () => {
  const { get, enter } = await open();
  const cookie = await enter();

  const got = await get('/api/v1/board', { cookie, 'accept-encoding': 'gzip' });

  expect(got.headers['content-encoding']).toBe('gzip');
  expect(JSON.parse(gunzipSync(got.body).toString())).toBe(script);
});
