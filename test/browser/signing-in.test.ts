/** Sign-in to the deployed dashboard in a real browser, with an identity provider of the test: who sees what, and who may act. */
import { readRollout } from '../../orchestrator/records/rollouts';
import { complaintsOf, violationsOf } from './complaints';
import { type Deployed, openDeployed } from './deployed';
import type { Person } from './provider';
import { closeBrowser } from './staged';

let stage: Deployed;
beforeEach(async () => {
  stage = await openDeployed();
});
afterEach(async () => {
  const complaints = complaintsOf(stage);
  await stage.close();
  expect(complaints).toEqual([]);
});
afterAll(closeBrowser);

/** At the provider, where the page has led to. */
const choose = async (person: Person): Promise<void> => {
  await stage.page.getByRole('link', { name: person }).click();
};
const openAs = async (person: Person, hash = ''): Promise<void> => {
  await stage.page.goto(`${stage.origin}/${hash}`);
  await choose(person);
};

test('a viewer returns to the requested view, sees the board, and gets no actions', async () => {
  const { page, asking, origin } = stage;
  await openAs('vic', `#/rollouts/${asking}`);
  await page.getByText('You have view-only access').waitFor();
  const [address, stored] = await page.evaluate<[string, number]>('[location.href, sessionStorage.length]');
  await page.goto(`${origin}/#/overview`);
  await page.getByRole('heading', { name: 'Accounts by readiness' }).waitFor();

  expect(await page.getByText('vic@example.com').isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  expect(address).toBe(`${origin}/#/rollouts/${asking}`);
  expect(stored).toBe(0);
  expect(await violationsOf(page)).toEqual([]);
});

test('an operator approves, and the log has the name from the token and the reason', async () => {
  const { page, asking, rig } = stage;
  await openAs('ada', `#/rollouts/${asking}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('seen by the board');
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await page.getByText('(named "ada@example.com") approved: seen by the board').first().waitFor();

  expect((await readRollout(rig.ports, asking)).value.answers).toMatchObject([
    {
      decision: 'approve',
      by: { kind: 'token', subject: 'u-ada', name: 'ada@example.com' },
      reason: 'seen by the board',
    },
  ]);
});

test('a user whose group only contains the name of the right group has no role', async () => {
  await openAs('eve');

  await stage.page.getByText('eve@example.com is signed in, but is neither a viewer nor an operator').waitFor();
});

describe('without a valid token', () => {
  const rows: readonly { readonly what: string; readonly token: () => string }[] = [
    { what: 'none', token: () => '' },
    { what: 'a malformed one', token: () => 'Bearer a.b.c' },
    { what: 'an expired one', token: () => `Bearer ${stage.provider.tokenFor('ada', { exp: 1 })}` },
    { what: 'one for another client', token: () => `Bearer ${stage.provider.tokenFor('ada', { aud: 'another' })}` },
    { what: 'one of another provider', token: () => `Bearer ${stage.provider.tokenFor('ada', { iss: 'https://x' })}` },
    { what: 'a modified one', token: () => `Bearer ${altered(stage.provider.tokenFor('vic'))}` },
  ];
  const altered = (token: string): string => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const better = Buffer.from(JSON.stringify({ ...claims, groups: ['strongroom-operators'] })).toString('base64url');
    return [head, better, signature].join('.');
  };

  test('every request gets 401, and a valid token is accepted', async () => {
    const { origin, provider } = stage;
    const statusWith = async (authorization: string): Promise<number> =>
      (await fetch(`${origin}/api/v1/board`, { headers: { authorization } })).status;

    const statuses = await Promise.all(rows.map(({ token }) => statusWith(token())));

    expect(rows.map(({ what }, row) => [what, statuses[row]])).toEqual(rows.map(({ what }) => [what, 401]));
    expect(await statusWith(`Bearer ${provider.tokenFor('vic')}`)).toBe(200);
  });
});

test.each([
  { what: 'a token made for another attempt (nonce)', claims: { nonce: 'another' } },
  { what: 'a token for another client', claims: { aud: 'another' } },
  { what: 'a token of another provider', claims: { iss: 'https://login.example.org' } },
  { what: 'a token that has expired', claims: { exp: 1_000 } },
])('the page refuses $what, and offers to sign in again', async ({ claims }) => {
  stage.provider.claims = claims;
  await openAs('ada');

  await stage.page.getByText(/Sign-in failed: .*/).waitFor();
  await stage.page.getByRole('button', { name: 'Sign in' }).click();
  stage.provider.claims = {};
  await choose('ada');
  await stage.page.getByText('ada@example.com').waitFor();
});

test('a response that this tab did not request signs nobody in', async () => {
  const { page, origin } = stage;
  await page.goto(`${origin}/?code=stolen&state=guessed`);
  await page.getByText('This tab did not start the sign-in.').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'ada' }).waitFor();
  await page.goto(`${origin}/?code=stolen&state=guessed`);

  await page.getByText(/Sign-in failed: .*state/).waitFor();
});

test('signing out ends the session at the provider too, and the page stays signed out until the next sign-in', async () => {
  const { page } = stage;
  await openAs('ada');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'back' }).click();
  await page.getByText('You are signed out.').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await choose('vic');

  await page.getByText('vic@example.com').waitFor();
});

test('an expired token redirects to the provider and back to the view, but not while a reason is being written', async () => {
  const { page, asking, provider, origin } = stage;
  await page.clock.install();
  await openAs('ada', `#/rollouts/${asking}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('half a sent');
  await page.clock.fastForward('01:00:00');
  await page.getByText('Your session has expired').first().waitFor();
  const isKept = await page.getByRole('dialog').getByText('half a sent').isVisible();
  provider.lifetimeSeconds = 3 * 3600;
  await page.keyboard.press('Escape');
  await choose('ada');
  await page.getByRole('button', { name: 'Approve' }).waitFor();

  expect(isKept).toBe(true);
  expect(page.url()).toBe(`${origin}/#/rollouts/${asking}`);
});
