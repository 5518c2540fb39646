/** What a person does about a rollout from the page: told what it will do, with a reason, and only on what was read. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readRollout } from '../../orchestrator/records';
import { complaintsOf, violationsOf } from './complaints';
import { openStage, type Stage } from './staged';

const screenshots = join(__dirname, '..', '..', 'dist', 'screenshots');
const slowMs = 60_000;

let stage: Stage;
beforeEach(async () => {
  await mkdir(screenshots, { recursive: true });
  stage = await openStage(0);
}, slowMs);
afterEach(async () => {
  const complaints = complaintsOf(stage);
  await stage.close();
  expect(complaints).toEqual([]);
});

const open = async (): Promise<void> => {
  await stage.page.goto(`${stage.origin}/#/rollouts/${stage.asking}`);
  await stage.page.getByRole('heading', { level: 1, name: /Rollout ro-/ }).waitFor();
};

test(
  'asks for a reason, then approves with it, and the rollout goes on',
  async () => {
    const { page, asking, rig } = stage;
    await open();
    await page.getByRole('button', { name: 'Approve' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Wave staging opens: 3 accounts are deployed to and checked').waitFor();
    await page.screenshot({ path: join(screenshots, 'act.png') });
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog.getByText('Say why').waitFor();
    await dialog.getByRole('textbox').fill('seen by the board');
    const isDialogClean = await violationsOf(page);
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page
      .getByText(/jo answered go on: seen by the board/)
      .first()
      .waitFor({ timeout: slowMs });

    const { answers } = (await readRollout(rig.ports, asking)).value;
    expect(isDialogClean).toEqual([]);
    expect(answers).toMatchObject([{ word: 'nextWave', by: 'jo', reason: 'seen by the board' }]);
  },
  slowMs,
);

test(
  'tells who read something old that the rollout has moved on',
  async () => {
    const { page } = stage;
    await open();
    await page.route('**/rollouts/*/*', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 409, json: { code: 'StaleWrite', message: 'it has moved on', next: 'look again' } })
        : route.continue(),
    );
    await page.getByRole('group', { name: 'What you can do' }).getByRole('button').last().click();
    await page.getByRole('dialog').getByRole('textbox').fill('because');
    await page.getByRole('dialog').getByRole('button').last().click();

    await page.getByRole('dialog').getByText('It has moved on. Next: look again.').waitFor();
    await page.unroute('**/rollouts/*/*');
  },
  slowMs,
);

test(
  'is not for those who only look',
  async () => {
    await stage.close();
    stage = await openStage(0, 'viewer');
    await open();
    await stage.page.getByText('You look on as a viewer').waitFor();

    expect(await stage.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  },
  slowMs,
);
