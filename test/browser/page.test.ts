/** The page in a real browser, served as it ships, over an organization in which a rollout waits for approval. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listAccounts } from '../../orchestrator/records/accounts';
import { complaintsOf, violationsOf } from './complaints';
import { hostileName } from './crowd';
import { closeBrowser, openStage, type Stage } from './staged';

const screenshots = join(__dirname, '..', '..', 'dist', 'screenshots');
const crowd = 400;
const hostileAccount = '500000007091';

let stage: Stage;
beforeAll(async () => {
  await mkdir(screenshots, { recursive: true });
  stage = await openStage({ crowd });
});
afterEach(() => expect(complaintsOf(stage)).toEqual([]));
afterAll(async () => {
  await stage.close();
  await closeBrowser();
});

const open = async (hash: string, heading: string | RegExp): Promise<void> => {
  await stage.page.goto(`${stage.origin}/${hash}`);
  await stage.page.getByRole('heading', { level: 1, name: heading }).waitFor();
};

const views = (rollout: string) => [
  { name: 'overview', hash: '#/overview', heading: 'Overview', shows: 'Wave staging is waiting for approval' },
  { name: 'matrix', hash: '#/matrix', heading: 'Matrix', shows: /^Access.controlled$/ },
  { name: 'matrix-rows', hash: '#/matrix?by=region&show=rows&only=bad', heading: 'Matrix', shows: 'us-west-2' },
  { name: 'accounts', hash: '#/accounts?state=KEYS_AT_RISK', heading: /Accounts/, shows: 'Keys at risk' },
  { name: 'account', hash: `#/accounts/${hostileAccount}`, heading: /500000007091/, shows: 'Gates and checks' },
  { name: 'rollouts', hash: '#/rollouts', heading: 'Rollouts', shows: rollout },
  { name: 'rollout', hash: `#/rollouts/${rollout}`, heading: /Rollout ro-/, shows: 'approval required' },
];

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  test.each(['overview', 'matrix', 'matrix-rows', 'accounts', 'account', 'rollouts', 'rollout'])(
    'the view %s shows its data, and axe-core finds nothing wrong',
    async (name) => {
      const view = views(stage.asking).find((one) => one.name === name);
      if (view === undefined) throw new Error(`no view ${name}`);
      await stage.page.emulateMedia({ colorScheme });
      await open(view.hash, view.heading);
      await stage.page.getByText(view.shows).first().waitFor();

      const violations = await violationsOf(stage.page);

      await stage.page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`), fullPage: true });
      expect(violations).toEqual([]);
    },
  );
});

describe.each(['light', 'dark'] as const)('on a phone in %s colours', (colorScheme) => {
  beforeAll(() => stage.page.setViewportSize({ width: 375, height: 800 }));
  afterAll(() => stage.page.setViewportSize({ width: 1280, height: 900 }));

  test('no view is scrolled sideways, and axe-core finds nothing wrong', async () => {
    const wrong: unknown[] = [];
    await stage.page.emulateMedia({ colorScheme });
    for (const { name, hash, heading, shows } of views(stage.asking)) {
      await open(hash, heading);
      await stage.page.getByText(shows).first().waitFor({ state: 'attached' });
      await stage.page.screenshot({ path: join(screenshots, `${name}-phone-${colorScheme}.png`), fullPage: true });
      const width = await stage.page.evaluate<number>('document.documentElement.scrollWidth');
      if (width > 375) wrong.push(`${name} is ${width} wide`);
      wrong.push(...(await violationsOf(stage.page)));
    }

    expect(wrong).toEqual([]);
  });
});

test('an empty matrix claims no more than what its axis covers', async () => {
  await open('#/matrix?by=region&only=bad', 'Matrix');

  await stage.page.getByText('No module has failed in any region. Select').waitFor();
});

test('a name is shown as text, with control characters made visible', async () => {
  await open(`#/accounts/${hostileAccount}`, /500000007091/);

  const heading = await stage.page.getByRole('heading', { level: 1 }).innerText();

  expect(hostileName).toContain('\u202e');
  expect(heading).toContain('<img src=x onerror="document.title=1">\ufffdgpj.exe\ufffd');
  expect(await stage.page.title()).toContain(hostileAccount);
});

test('an account shows its readiness history, latest first, with reason, release and rollout', async () => {
  const records = (await listAccounts(stage.rig.ports)).map(({ value }) => value);
  const { id } = records.find(({ wave, holder }) => wave === 'canary' && holder !== undefined) ?? { id: '' };
  await open(`#/accounts/${id}`, new RegExp(id));

  const rows = stage.page.getByRole('region', { name: 'Readiness history: table' }).getByRole('row');

  await stage.page.screenshot({ path: join(screenshots, 'account-states.png'), fullPage: true });
  expect(await rows.nth(1).innerText()).toMatch(
    new RegExp(`UTC.*Ready for keys.*until now.*All critical checks passed again.*r-\\w{12}.*${stage.asking}`, 's'),
  );
  expect(await rows.last().innerText()).toMatch(/Discovered.* (min|s)\s.*Discovered/s);
});

test('an exempt account shows its exception with owner and end: on its own page, in the list and in the matrix', async () => {
  const { page, rig } = stage;
  const records = (await listAccounts(rig.ports)).map(({ value }) => value);
  const { id, name } = records.find(({ state }) => state === 'EXEMPT') ?? { id: '', name: '' };
  const exception = 'cannot run the operator role yet (owner jo@example.com, expires after 2099-12-31)';

  await open(`#/accounts/${id}`, new RegExp(name));
  await page.getByText(exception).first().waitFor();
  await page.screenshot({ path: join(screenshots, 'account-exempt.png'), fullPage: true });
  await open('#/accounts?state=EXEMPT', 'Accounts (1)');
  await page.getByRole('link', { name: id }).waitFor();
  await open('#/matrix?show=rows', 'Matrix');
  const map = page.getByRole('application');
  for (const key of ['Home', 'End']) await map.press(key);
  while (!(await page.locator('.reason').innerText()).startsWith(id)) await map.press('ArrowUp');
  await page.getByText(`Exempt: ${exception}`).waitFor();
});

test('filters are part of the URL, and the server applies them', async () => {
  await open('#/accounts', /Accounts/);
  await stage.page.getByRole('combobox', { name: 'Search and filter accounts' }).fill('policy-canary-00089');
  await stage.page.keyboard.press('Enter');
  await stage.page.getByRole('heading', { name: 'Accounts (1)' }).waitFor();

  expect(stage.page.url()).toContain('q=policy-canary-00089');
});

test('a URL with an invalid filter shows an error and no accounts, and the filters can be cleared', async () => {
  await open('#/accounts?state=NOPE', 'Accounts (0)');
  await stage.page.getByText('Invalid option').waitFor();
  await stage.page.getByRole('button', { name: 'Clear filters' }).click();

  await stage.page.getByRole('heading', { level: 1, name: /Accounts \([1-9]/ }).waitFor();
});

test('a URL carries filters, order and columns to another browser tab', async () => {
  const { page } = stage;
  const cold = await page.context().newPage();
  await cold.goto(
    `${stage.origin}/#/accounts?state=DRIFTED%2CUNKNOWN&sort=name&descending=true&columns=id%2Cname%2Cou`,
  );
  await cold.getByRole('heading', { level: 1, name: /Accounts \([1-9]/ }).waitFor();

  const heads = await cold.getByRole('columnheader').allInnerTexts();
  const names = await cold.locator('tbody tr td:nth-child(2)').allInnerTexts();
  const filters = await cold.getByRole('button', { name: /Remove filter, State/ }).count();
  await cold.close();

  expect(heads.map((head) => head.trim())).toEqual(['Account', 'Name', 'OU']);
  expect(names.length).toBeGreaterThan(1);
  expect(names).toEqual(names.toSorted().toReversed());
  expect(filters).toBe(2);
});

test('the matrix is operated with arrow keys, explains a cell, and opens the account', async () => {
  await open('#/matrix?only=bad&show=rows', 'Matrix');
  const map = stage.page.getByRole('application');
  // Also where the map has the focus from another test.
  await map.press('Home');
  for (let column = 0; column < 5; column += 1) await map.press('ArrowRight');
  await stage.page
    .getByText(/observed .*, expected /)
    .first()
    .waitFor();
  const said = await stage.page.locator('.reason').innerText();
  await map.press('Enter');
  await stage.page.getByText('Next steps').waitFor();

  expect(said).toMatch(/Undrifted failed/);
});

test('shows an alert while the server is unreachable, and keeps the last data', async () => {
  const { page } = stage;
  await open('#/overview', 'Overview');
  await page.route('**/api/**', (route) => route.abort());
  await page.getByText('Cannot reach the server.').waitFor();
  const isShown = await page.getByRole('heading', { name: 'Accounts by readiness' }).isVisible();
  await page.unroute('**/api/**');
  await page.getByText('Cannot reach the server.').waitFor({ state: 'detached' });

  expect(isShown).toBe(true);
});
