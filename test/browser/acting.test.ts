/** Actions on a rollout from the page: each states its consequence, requires a reason and applies to what the user saw. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import type { RolloutRecord } from '../../orchestrator/domain/model/rollout';
import { pauseRollout } from '../../orchestrator/operations/pause';
import { readEvents } from '../../orchestrator/records/rollout-events';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { person } from '../actors';
import { finishedTwice, heldWithRollbackTarget, spoilPasswordPolicy } from '../dashboard/plots';
import { complaintsOf, violationsOf } from './complaints';
import { closeBrowser, openStage, type Plot, requiresApproval, type Stage } from './staged';

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
    const fix = spoilPasswordPolicy(rig);
    const { id } = await rig.rollOut();
    fix();
    return id;
  },
};
const paused: Plot = {
  ...requiresApproval,
  play: async (rig) => {
    const id = await requiresApproval.play(rig);
    await pauseRollout(rig.ports, id, { by: person('kim'), reason: 'lunch' });
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
  /** Shown afterwards. */
  readonly confirmed: string;
  /** Shown before confirmation, with the numbers of the plan. */
  readonly says: (record: RolloutRecord) => string | RegExp;
  /** The event, which also has the user and the reason. */
  readonly logs: Partial<RolloutEvent>;
  readonly comesTo: object;
}
const rows: readonly Row[] = [
  {
    action: 'Approve',
    confirmed: 'Approved. The rollout continues.',
    when: 'a wave requires approval',
    plot: requiresApproval,
    says: ({ waves, wave }) => `Wave staging starts: it deploys to ${waves[wave]?.accounts} accounts and checks them.`,
    logs: { type: 'answered', decision: 'approve' },
    comesTo: { status: { kind: 'finished', outcome: 'completed' } },
  },
  {
    action: 'Reject',
    confirmed: 'Rejected. The rollout ends.',
    when: 'a wave requires approval',
    plot: requiresApproval,
    says: (record) =>
      `The rollout ends here. Completed work stays in place, and ${accountsFrom(record, record.wave)} will not be reached.`,
    logs: { type: 'answered', decision: 'reject' },
    comesTo: { status: { kind: 'finished', outcome: 'held' } },
  },
  {
    action: 'Approve',
    confirmed: 'Approved. The rollout continues.',
    when: 'a wave is held',
    plot: held,
    says: (record) =>
      `Wave canary with ${record.waves[0]?.accounts} accounts counts as passed under your identity. The rollout continues with ${accountsFrom(record, 1)} in later waves.`,
    logs: { type: 'answered', decision: 'approve' },
    comesTo: { status: { kind: 'finished', outcome: 'completed' } },
  },
  {
    action: 'Retry',
    confirmed: 'Retry requested.',
    when: 'a wave is held and the cause is fixed',
    plot: held,
    says: (record) => `Wave canary is retried: ${record.waves[0]?.accounts} accounts. Completed work stays in place.`,
    logs: { type: 'answered', decision: 'retry' },
    comesTo: { status: { kind: 'finished', outcome: 'completed' } },
  },
  {
    action: 'Roll back',
    confirmed: 'Rollback requested.',
    when: 'a held wave has completed another release before',
    plot: { play: async (rig) => (await heldWithRollbackTarget(rig)).second },
    says: ({ waves }) =>
      new RegExp(
        `^Wave canary is rolled back to r-\\w+ in up to ${waves[0]?.accounts} accounts, and the rollout ends\\.$`,
      ),
    logs: { type: 'answered', decision: 'rollBack' },
    comesTo: { status: { kind: 'finished', outcome: 'rolledBack' } },
  },
  {
    action: 'Pause',
    confirmed: 'Pause requested. Running work finishes first.',
    when: 'it has not ended',
    plot: requiresApproval,
    says: (record) =>
      `Running work finishes and nothing new starts. ${accountsFrom(record, record.wave)} not finished yet.`,
    logs: { type: 'paused' },
    comesTo: { paused: { by: person('jo'), reason } },
  },
  {
    action: 'Resume',
    confirmed: 'Resumed. The rollout continues.',
    when: 'it is paused',
    plot: paused,
    says: (record) => `The rollout continues. ${accountsFrom(record, record.wave)} not finished yet.`,
    logs: { type: 'resumed' },
    comesTo: { paused: undefined },
  },
  {
    action: 'Abort',
    confirmed: 'Abort requested.',
    when: 'it has not ended',
    plot: requiresApproval,
    says: () => 'The rollout ends immediately and running operations are stopped. Completed work stays in place.',
    logs: { type: 'answered', decision: 'abort' },
    comesTo: { status: { kind: 'finished', outcome: 'aborted', because: [`jo aborted it: ${reason}`] } },
  },
];

test.each(rows)(
  '$action, when $when: states its consequence, requires a reason, and is recorded with user and reason',
  async ({ action, confirmed, plot, says, logs, comesTo }) => {
    stage = await openStage({ plot });
    const { page } = stage;
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: action });
    const before = await standing();
    await open();
    await page.getByRole('button', { name: action }).click();
    const said = await dialog.locator('.consequence').innerText();
    await confirm.click();
    await dialog.getByText('Enter a reason.').waitFor();
    const unsaid = await standing();
    await dialog.getByRole('textbox').fill(reason);
    await confirm.click();
    await page.getByText(confirmed).waitFor();
    await stage.settled();
    await page
      .getByText(new RegExp(`jo .*: ${reason}`))
      .first()
      .waitFor();

    const wanted = says(before);
    expect(said).toEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
    expect(unsaid).toEqual(before);
    expect({ paused: undefined, ...(await standing()) }).toMatchObject(comesTo);
    expect(await logged()).toEqual(
      expect.arrayContaining([expect.objectContaining({ ...logs, by: person('jo'), reason })]),
    );
  },
);

test('Roll back, when the rollout has ended: a new rollout rolls back every wave, with user and reason', async () => {
  stage = await openStage({ plot: { play: async (rig) => (await finishedTwice(rig)).second } });
  const { page, rig, asking } = stage;
  const { waves } = await standing();
  await open();
  await page.getByRole('button', { name: 'Roll back' }).click();
  const dialog = page.getByRole('dialog');
  const said = await dialog.locator('.consequence').innerText();
  await dialog.getByRole('textbox').fill(reason);
  await dialog.getByRole('button', { name: 'Roll back' }).click();
  await page.getByText('Rollback requested.').waitFor();
  await stage.settled();

  const last = (await listRollouts(rig.ports)).at(-1);
  const reached = waves.filter(({ attempt }) => attempt > 0);
  expect(said).toContain(`A new rollout rolls back ${reached.length} waves, last wave first: `);
  for (const { name, accounts } of reached)
    expect(said).toMatch(new RegExp(`${name} \\(${accounts} accounts?\\) to r-`));
  expect(last?.id).not.toBe(asking);
  expect(last).toMatchObject({
    request: { rollback: true, by: person('jo'), reason },
    status: { outcome: 'rolledBack' },
  });
});

test('the dialog is accessible: axe-core finds nothing wrong', async () => {
  stage = await openStage();
  await open();
  await stage.page.getByRole('button', { name: 'Approve' }).click();
  await stage.page.getByRole('dialog').getByText('Wave staging starts').waitFor();
  await stage.page.screenshot({ path: join(screenshots, 'act.png') });

  expect(await violationsOf(stage.page)).toEqual([]);
});

test('the dialog works by keyboard alone, and returns the focus to its button', async () => {
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
  await page.getByText('Approved. The rollout continues.').waitFor();
  await stage.settled();

  expect(back).toBe('Approve');
  expect(await standing()).toMatchObject({ status: { kind: 'finished', outcome: 'completed' } });
});

test('a user who saw an earlier step sees that the rollout has moved on', async () => {
  stage = await openStage();
  const { page } = stage;
  await open();
  await page.route('**/rollouts/*/*', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 409, json: { code: 'StaleWrite', message: 'it has moved on', next: 'look again' } })
      : route.continue(),
  );
  await page.getByRole('group', { name: 'Actions' }).getByRole('button').last().click();
  await page.getByRole('dialog').getByRole('textbox').fill('because');
  await page.getByRole('dialog').getByRole('button').last().click();

  await page.getByRole('dialog').getByText('It has moved on. Look again.').waitFor();
  await page.unroute('**/rollouts/*/*');
});

test('a viewer gets no actions', async () => {
  stage = await openStage({ role: 'viewer' });
  await open();
  await stage.page.getByText('You have view-only access').waitFor();

  expect(await stage.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
});
