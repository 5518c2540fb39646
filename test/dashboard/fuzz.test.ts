/** Any request and any account name gets a proper response: never a fault, and nothing that a page or a spreadsheet would run. */
import fc from 'fast-check';
import { actions, apiRoot } from '../../orchestrator/dashboard/api/contract';
import { parseAccountId } from '../../orchestrator/domain/model/brand';
import { accountOf, createApiRig, operator, recorded, viewer } from './rig';

const rollout = 'ro-20261122-150405-ab12';
const hostile = fc.constantFrom(
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "=cmd|'/c calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(1)',
  '\t=1+1',
  '\r=1+1',
  '\u202Egnp.exe',
  'pay\u200Bments',
  '\u2066isolated\u2069',
  '\u0000\u001b[31mred',
  '__proto__',
  'constructor',
  "'; DROP TABLE accounts; --",
  '../../etc/passwd',
  '%2e%2e%2f',
  '\ud800',
  '{{7*7}}',
  'x'.repeat(5_000),
);
const anyText = fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 40 }));

const segment = fc.oneof(
  fc.constantFrom(
    'me',
    'board',
    'overview',
    'accounts',
    'accounts.csv',
    'rollouts',
    'events',
    '',
    '..',
    rollout,
    '100000000001',
  ),
  fc.constantFrom(...actions),
  anyText,
);
const path = fc
  .array(segment, { maxLength: 5 })
  .chain((parts) => fc.constantFrom(`${apiRoot}/${parts.join('/')}`, `/${parts.join('/')}`));
const parameter = fc.tuple(
  fc.oneof(
    fc.constantFrom('q', 'ou', 'wave', 'state', 'gate', 'release', 'sort', 'descending', 'offset', 'limit', 'after'),
    anyText,
  ),
  fc.oneof(
    fc.constantFrom('-1', '0', '1', '200', '1e3', 'NaN', '٣', 'true', 'name', 'bootstrapped', 'UNHEALTHY'),
    anyText,
  ),
);
const header = fc.tuple(fc.constantFrom('content-type', 'if-none-match', 'accept'), anyText);
const body = fc.oneof(
  anyText,
  fc.json(),
  fc
    .record({ reason: fc.oneof(anyText, fc.anything()), step: fc.oneof(fc.integer(), fc.anything()) })
    .map((value) => JSON.stringify(value) ?? ''),
);
const request = fc.record({
  method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS'), anyText),
  path,
  query: fc.array(parameter, { maxLength: 6 }),
  headers: fc.oneof(
    fc.constant([['content-type', 'application/json'] as [string, string]]),
    fc.array(header, { maxLength: 3 }),
  ),
  body,
  who: fc.constantFrom(operator, viewer),
});

const isErrorBody = (text: string): boolean => {
  const { code, message, next, ...rest } = JSON.parse(text);
  return (
    [code, message, next].every((part) => typeof part === 'string' && part !== '') && Object.keys(rest).length === 0
  );
};
/** Matches stack traces and file names. */
const inside = /\bat .+:\d+:\d+|node_modules|\.tsx?\b|TypeError|ZodError/;

test('no request causes a fault: each gets a result or an error message', async () => {
  const rig = await createApiRig();
  await recorded(rig, [accountOf('100000000001')]);

  await fc.assert(
    fc.asyncProperty(request, async ({ query, headers, ...asked }) => {
      const answer = await rig.api({
        ...asked,
        query: new URLSearchParams(query),
        headers: Object.fromEntries(headers),
      });

      expect(rig.faults).toEqual([]);
      expect([200, 202, 304, 400, 403, 404, 405, 409]).toContain(answer.status);
      if (answer.status >= 400) expect(isErrorBody(answer.body)).toBe(true);
      if (answer.status >= 400) expect(answer.body).not.toMatch(inside);
    }),
    { numRuns: 1_500 },
  );
});

/** Control characters, and halves of surrogate pairs. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test('with any account name, responses are plain text and no CSV cell is a formula', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 5 }), anyText, async (names, ou) => {
      const rig = await createApiRig();
      await recorded(
        rig,
        names.map((name, index) => accountOf(parseAccountId(`10000000000${index}`), { name, ou })),
      );

      const [board, page, one] = await Promise.all(
        ['/board', '/accounts', '/accounts/100000000000'].map((place) => rig.read(place)),
      );
      const sheet = (await rig.ask('/accounts.csv')).body;

      for (const text of textsOf([board, page, one])) expect(text).not.toMatch(control);
      expect(sheet.split('\r\n')).toHaveLength(names.length + 2);
      for (const cell of cellsOf(sheet)) expect(cell).not.toMatch(/^\s*[=+\-@]/);
    }),
    { numRuns: 60 },
  );
});

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Cells as a spreadsheet splits them. */
const cellsOf = (sheet: string): readonly string[] =>
  [...sheet.matchAll(/"((?:[^"]|"")*)"|[^,\r\n]+/g)].map(([whole, quoted]) => quoted?.replaceAll('""', '"') ?? whole);
