/** What a person does about a rollout from the page: told what it will do, with a reason, and only on what was read. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import type { RolloutRecord } from '../../orchestrator/domain/model/rollout';
import { pauseRollout } from '../../orchestrator/operations/pause';
import { listRollouts, readEvents, readRollout } from '../../orchestrator/records/records';
import { finishedTwice, heldWithAWayBack, spoilPasswordPolicy } from '../dashboard/plots';
import { complaintsOf, violationsOf } from './complaints';
import { closeBrowser, openStage, type Plot, type Stage, wantsApproval } from './staged';

const screenshots = join(__dirname, '..', '..', 'dist', 'screenshots');

let stage: Stage;
beforeAll(() => mkdir(screenshots, { recursive: true }));
afterEach(async () => {
  const complaints = complaintsOf(stage);
  await stage.close();
  expect(complaints).toEqual([]);
});
afterAll(closeBrowser);

const open = async (): Promise<void> => {
  await stage.page.goto(`${stage.origin}/#/rollouts/${stage.asking}`);
  await stage.page.getByRole('heading', { level: 1, name: /Rollout ro-/ }).waitFor();
};
const standing = async (): Promise<RolloutRecord> => (await readRollout(stage.rig.ports, stage.asking)).value;
const logged = (): Promise<readonly RolloutEvent[]> => readEvents(stage.rig.ports, stage.asking, -1);

const reason = 'seen, and meant';
const held: Plot = {
  play: async (rig) => {
    const mend = spoilPasswordPolicy(rig);
    const { id } = await rig.rollOut();
    mend();
    return id;
  },
};
const paused: Plot = {
  ...wantsApproval,
  play: async (rig) => {
    const id = await wantsApproval.play(rig);
    await pauseRollout(rig.ports, id, { by: 'kim', reason: 'lunch' });
    return id;
  },
};

const accountsFrom = ({ waves }: RolloutRecord, wave: number): string => {
  const count = waves.slice(wave).reduce((sum, { accounts }) => sum + accounts, 0);
  return `${count} account${count === 1 ? '' : 's'}`;
};

interface Row {
  readonly action: string;
  readonly when: string;
  readonly plot: Plot;
  /** Before it is confirmed, with the numbers of the plan. */
  readonly says: (record: RolloutRecord) => string | RegExp;
  /** In the log, by jo and with the reason. */
  readonly logs: Partial<RolloutEvent>;
  readonly comesTo: object;
}
const rows: readonly Row[] = [
  {
    action: 'Approve',
    when: 'a wave wants an approval',
    plot: wantsApproval,
    says: ({ waves, wave }) => `Wave staging opens: ${waves[wave]?.accounts} accounts are deployed to and checked`,
    logs: { type: 'answered', decision: 'approve' },
    comesTo: { status: { kind: 'finished', outcome: 'completed' } },
  },
  {
    action: 'Reject',
    when: 'a wave wants an approval',
    plot: wantsApproval,
    says: (record) =>
      `The rollout ends here; what was done stays as it is, and ${accountsFrom(record, record.wave)} are not reached`,
    logs: { type: 'answered', decision: 'reject' },
    comesTo: { status: { kind: 'finished', outcome: 'held' } },
  },
  {
    action: 'Approve',
    when: 'a wave is held',
    plot: held,
    says: (record) =>
      `Wave canary with ${record.waves[0]?.accounts} accounts counts as passed under your name, and ${accountsFrom(record, 1)} behind it follow`,
    logs: { type: 'answered', decision: 'approve' },
    comesTo: { status: { kind: 'finished', outcome: 'completed' } },
  },
  {
    action: 'Try again',
    when: 'a wave is held, and mended',
    plot: held,
    says: (record) =>
      `Wave canary is tried again: ${record.waves[0]?.accounts} accounts; what is done already is left as it is`,
    logs: { type: 'answered', decision: 'retry' },
    comesTo: { status: { kind: 'finished', outcome: 'completed' } },
  },
  {
    action: 'Roll back',
    when: 'a wave is held that has finished another release before',
    plot: { play: async (rig) => (await heldWithAWayBack(rig)).second },
    says: ({ waves }) =>
      new RegExp(`^Wave canary returns to r-\\w+, ${waves[0]?.accounts} accounts at most, and the rollout ends$`),
    logs: { type: 'answered', decision: 'rollBack' },
    comesTo: { status: { kind: 'finished', outcome: 'rolledBack' } },
  },
  {
    action: 'Pause',
    when: 'it has not ended',
    plot: wantsApproval,
    says: (record) =>
      `What runs is finished and nothing new is started; ${accountsFrom(record, record.wave)} are still to be finished`,
    logs: { type: 'paused' },
    comesTo: { paused: { by: 'jo', reason } },
  },
  {
    action: 'Resume',
    when: 'it is paused',
    plot: paused,
    says: (record) => `It goes on; ${accountsFrom(record, record.wave)} are still to be finished`,
    logs: { type: 'resumed' },
    comesTo: { paused: undefined },
  },
  {
    action: 'Abort',
    when: 'it has not ended',
    plot: wantsApproval,
    says: () => 'It ends now: what runs is stopped where it is, and what was done stays',
    logs: { type: 'answered', decision: 'abort' },
    comesTo: { status: { kind: 'finished', outcome: 'aborted', because: [`jo aborted it: ${reason}`] } },
  },
];

test.each(rows)(
  '$action, when $when: says what it does to whom, takes no empty reason, and is written down with who and why',
  async ({ action, plot, says, logs, comesTo }) => {
    stage = await openStage({ plot });
    const { page } = stage;
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: action });
    const before = await standing();
    await open();
    await page.getByRole('button', { name: action }).click();
    const said = await dialog.locator('.consequence').innerText();
    await confirm.click();
    await dialog.getByText('Say why').waitFor();
    const unsaid = await standing();
    await dialog.getByRole('textbox').fill(reason);
    await confirm.click();
    await page.getByText(`${action}: written.`).waitFor();
    await stage.settled();
    await page
      .getByText(new RegExp(`jo .*: ${reason}`))
      .first()
      .waitFor();

    const wanted = says(before);
    expect(said).toEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
    expect(unsaid).toEqual(before);
    expect({ paused: undefined, ...(await standing()) }).toMatchObject(comesTo);
    expect(await logged()).toEqual(expect.arrayContaining([expect.objectContaining({ ...logs, by: 'jo', reason })]));
  },
);

test('Roll back, when it has ended: another rollout takes every wave back, with who and why', async () => {
  stage = await openStage({ plot: { play: async (rig) => (await finishedTwice(rig)).second } });
  const { page, rig, asking } = stage;
  const { waves } = await standing();
  await open();
  await page.getByRole('button', { name: 'Roll back' }).click();
  const dialog = page.getByRole('dialog');
  const said = await dialog.locator('.consequence').innerText();
  await dialog.getByRole('textbox').fill(reason);
  await dialog.getByRole('button', { name: 'Roll back' }).click();
  await page.getByText('Roll back: written.').waitFor();
  await stage.settled();

  const last = (await listRollouts(rig.ports)).at(-1);
  const reached = waves.filter(({ attempt }) => attempt > 0);
  expect(said).toContain(`Another rollout takes ${reached.length} waves back, the last first: `);
  for (const { name, accounts } of reached)
    expect(said).toMatch(new RegExp(`${name} with ${accounts} accounts? to r-`));
  expect(last?.id).not.toBe(asking);
  expect(last).toMatchObject({ request: { rollback: true, by: 'jo', reason }, status: { outcome: 'rolledBack' } });
});

test('the dialog is for everybody: axe-core finds nothing wrong', async () => {
  stage = await openStage();
  await open();
  await stage.page.getByRole('button', { name: 'Approve' }).click();
  await stage.page.getByRole('dialog').getByText('Wave staging opens').waitFor();
  await stage.page.screenshot({ path: join(screenshots, 'act.png') });

  expect(await violationsOf(stage.page)).toEqual([]);
});

test('goes by keyboard alone: into the dialog, out of it to where it was opened, and through it', async () => {
  stage = await openStage();
  const { page } = stage;
  const { keyboard } = page;
  const enter = async (): Promise<void> => {
    await keyboard.press('Enter');
    await page.getByRole('dialog').locator('button:focus').waitFor();
  };
  await open();
  await page.getByRole('button', { name: 'Approve' }).focus();
  await enter();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const back = await page.locator('button:focus').innerText();
  await enter();
  await keyboard.press('Tab');
  await keyboard.type(reason);
  for (const key of ['Tab', 'Tab', 'Enter']) await keyboard.press(key);
  await page.getByText('Approve: written.').waitFor();
  await stage.settled();

  expect(back).toBe('Approve');
  expect(await standing()).toMatchObject({ status: { kind: 'finished', outcome: 'completed' } });
});

test('tells who read something old that the rollout has moved on', async () => {
  stage = await openStage();
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
});

test('is not for those who only look', async () => {
  stage = await openStage({ role: 'viewer' });
  await open();
  await stage.page.getByText('You look on as a viewer').waitFor();

  expect(await stage.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
});
