/** Signing in to the deployed dashboard, in a real browser, at a provider with a key of its own: who sees what, and who may act. */
import { readRollout } from '../../orchestrator/records/records';
import { complaintsOf, violationsOf } from './complaints';
import { type Deployed, openDeployed } from './deployed';
import type { Person } from './provider';

const slowMs = 60_000;
let stage: Deployed;
beforeEach(async () => {
  stage = await openDeployed();
}, slowMs);
afterEach(async () => {
  const complaints = complaintsOf(stage);
  await stage.close();
  expect(complaints).toEqual([]);
});

/** At the provider, where the page has led to. */
const choose = async (person: Person): Promise<void> => {
  await stage.page.getByRole('link', { name: person }).click();
};
const openAs = async (person: Person, hash = ''): Promise<void> => {
  await stage.page.goto(`${stage.origin}/${hash}`);
  await choose(person);
};

test(
  'a viewer comes back to the view that was asked for, sees the board, and is offered no act',
  async () => {
    const { page, asking, origin } = stage;
    await openAs('vic', `#/rollouts/${asking}`);
    await page.getByText('You look on as a viewer').waitFor();
    const [address, stored] = await page.evaluate<[string, number]>('[location.href, sessionStorage.length]');
    await page.goto(`${origin}/#/overview`);
    await page.getByRole('heading', { name: 'Accounts by readiness' }).waitFor();

    expect(await page.getByText('vic@example.com').isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(address).toBe(`${origin}/#/rollouts/${asking}`);
    expect(stored).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
  },
  slowMs,
);

test(
  'an operator approves, and the log has who, by the token, and why',
  async () => {
    const { page, asking, rig } = stage;
    await openAs('ada', `#/rollouts/${asking}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('seen by the board');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page
      .getByText(/ada@example.com answered go on: seen by the board/)
      .first()
      .waitFor({ timeout: slowMs });

    expect((await readRollout(rig.ports, asking)).value.answers).toMatchObject([
      { decision: 'approve', by: 'ada@example.com', reason: 'seen by the board' },
    ]);
  },
  slowMs,
);

test(
  'somebody whose group only has the name of the right one in it is told that they have no role',
  async () => {
    await openAs('eve');

    await stage.page.getByText('eve@example.com is signed in, but is neither a viewer nor an operator').waitFor();
  },
  slowMs,
);

describe('without a token that is good', () => {
  const rows: readonly { readonly what: string; readonly token: () => string }[] = [
    { what: 'none', token: () => '' },
    { what: 'what is none', token: () => 'Bearer a.b.c' },
    { what: 'one that has expired', token: () => `Bearer ${stage.provider.tokenFor('ada', { exp: 1 })}` },
    { what: 'one for another client', token: () => `Bearer ${stage.provider.tokenFor('ada', { aud: 'another' })}` },
    { what: 'one of another provider', token: () => `Bearer ${stage.provider.tokenFor('ada', { iss: 'https://x' })}` },
    { what: 'one that was altered', token: () => `Bearer ${altered(stage.provider.tokenFor('vic'))}` },
  ];
  const altered = (token: string): string => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const better = Buffer.from(JSON.stringify({ ...claims, groups: ['strongroom-operators'] })).toString('base64url');
    return [head, better, signature].join('.');
  };

  test(
    'everything is 401, and a good one is let in',
    async () => {
      const { origin, provider } = stage;
      const statusWith = async (authorization: string): Promise<number> =>
        (await fetch(`${origin}/api/v1/board`, { headers: { authorization } })).status;

      const statuses = await Promise.all(rows.map(({ token }) => statusWith(token())));

      expect(rows.map(({ what }, row) => [what, statuses[row]])).toEqual(rows.map(({ what }) => [what, 401]));
      expect(await statusWith(`Bearer ${provider.tokenFor('vic')}`)).toBe(200);
    },
    slowMs,
  );
});

test.each([
  { what: 'a token made for another attempt (nonce)', claims: { nonce: 'another' } },
  { what: 'a token for another client', claims: { aud: 'another' } },
  { what: 'a token of another provider', claims: { iss: 'https://login.example.org' } },
  { what: 'a token that has expired', claims: { exp: 1_000 } },
])(
  'the page refuses $what, and offers to sign in again',
  async ({ claims }) => {
    stage.provider.claims = claims;
    await openAs('ada');

    await stage.page.getByText(/You could not be signed in: .*/).waitFor();
    await stage.page.getByRole('button', { name: 'Sign in' }).click();
    stage.provider.claims = {};
    await choose('ada');
    await stage.page.getByText('ada@example.com').waitFor();
  },
  slowMs,
);

test(
  'an answer that this tab did not ask for signs nobody in',
  async () => {
    const { page, origin } = stage;
    await page.goto(`${origin}/?code=stolen&state=guessed`);
    await page.getByText('This tab was not signing in.').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'ada' }).waitFor();
    await page.goto(`${origin}/?code=stolen&state=guessed`);

    await page.getByText(/You could not be signed in: .*state/).waitFor();
  },
  slowMs,
);

test(
  'signing out ends at the provider too, and the page stays out until somebody signs in',
  async () => {
    const { page } = stage;
    await openAs('ada');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'back' }).click();
    await page.getByText('You are signed out.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await choose('vic');

    await page.getByText('vic@example.com').waitFor();
  },
  slowMs,
);

test(
  'a token that ends leads to the provider and back to the view, but not away from a reason that is being written',
  async () => {
    const { page, asking, provider, origin } = stage;
    await page.clock.install();
    await openAs('ada', `#/rollouts/${asking}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('half a sent');
    await page.clock.fastForward('01:00:00');
    await page.getByText('the session is over').first().waitFor({ timeout: slowMs });
    const isKept = await page.getByRole('dialog').getByText('half a sent').isVisible();
    provider.lifetimeSeconds = 3 * 3600;
    await page.keyboard.press('Escape');
    await choose('ada');
    await page.getByRole('button', { name: 'Approve' }).waitFor();

    expect(isKept).toBe(true);
    expect(page.url()).toBe(`${origin}/#/rollouts/${asking}`);
  },
  slowMs,
);
