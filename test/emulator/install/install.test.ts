/** The rehearsal of docs/install.md: its commands as they are written, in an organization on two emulators, with its home in eu-central-1. */
import { motoAccount } from '../moto';
import { blocksOfGuide } from './guide';
import { type Life, live, stacks } from './life';
import { type Stand, startStand } from './stand';

const withinMs = 480_000;

let stand: Stand;
let life: Life;
beforeAll(async () => {
  stand = await startStand();
  life = await live(stand);
}, withinMs);
afterAll(() => stand.stop());

test('every block of commands in the guide is run here, or by the test of the package', () => {
  const run = ['Describe the installation', 'Install', 'The first rollout', 'Upgrade'];
  const end = 'Uninstall and keep the baseline';

  expect(blocksOfGuide().map(({ under }) => under)).toEqual(['Get it', ...run, end, end]);
});

test('a profile that belongs to another account is named, and nothing is done', () => {
  const { otherAccount, untouched } = life;

  expect(otherAccount.status).toBe(3);
  expect(otherAccount.out).toContain(`profile acme-management belongs to account ${motoAccount}`);
  expect(changesIn(untouched.out)).toEqual(stacks.map((stack) => [stack, 'create']));
});

test('killed while the orchestrator is being deployed, then run as the guide has it, the installation is whole', () => {
  const { initialized, installed, again } = life;

  expect(initialized).toMatchObject({ status: 0, out: expect.stringContaining('wrote strongroom.yaml') });
  expect(installed).toMatchObject({ status: 0, out: expect.stringContaining('no problems found') });
  expect(installed.out).toMatch(/StrongroomManagement: unchanged[\s\S]*StrongroomDashboard: deployed/);
  expect(again.status).toBe(0);
  expect(changesIn(again.out)).toEqual(stacks.map((stack) => [stack, 'none']));
});

test('the first rollout runs on the deployed state machine, in the home region', () => {
  const { first, executions } = life;

  expect(first).toMatchObject({ status: 0, out: expect.stringMatching(/rollout ro-\S+ completed/) });
  expect(first.out.match(/sandbox-[12] .* BASELINE_HEALTHY/g)).toHaveLength(2);
  expect(executions).toHaveLength(1);
});

test('a new account joins by its event, and a sweep of the deployed machine completes', () => {
  const { account, heard, joined, swept, ready } = life;

  expect(heard).toMatchObject({ kind: 'start', account });
  expect(joined).toMatchObject({ status: 0, out: expect.stringContaining('completed') });
  expect(swept).toBe('SUCCEEDED');
  expect(ready.out).toContain('BASELINE_HEALTHY');
});

test('the function of the deployed dashboard answers a person with a role, and no other', () => {
  expect([life.operator, life.stranger]).toMatchObject([{ statusCode: 200 }, { statusCode: 403 }]);
});

test('an upgrade replaces the functions under a rollout in flight, which then completes', () => {
  const { inFlight, refused, upgraded, approved } = life;

  expect(inFlight.out).toContain('approvalRequested');
  expect(refused).toMatchObject({ status: 4, err: expect.stringContaining('in progress') });
  expect(upgraded).toMatchObject({ status: 0, out: expect.stringContaining('StrongroomOrchestrator: deployed') });
  expect(upgraded.out).toContain('StrongroomManagement: unchanged');
  expect(approved).toMatchObject({ status: 0, out: expect.stringContaining('completed') });
});

test('uninstalled, the baseline and its records are kept and listed; installed again, a rollout takes over', () => {
  const { removed, gone, reinstalled } = life;

  expect(removed).toMatchObject({ status: 0, out: expect.stringContaining('StrongroomOrchestrator: deleted') });
  for (const kept of [
    /AWS::DynamoDB::Table .* StrongroomOrchestrator-/,
    /StackSet .* strongroom-sandbox-operator-role/,
    /stack .* StrongroomManagement/,
  ])
    expect(removed.out).toMatch(kept);
  expect(changesIn(gone.out)).toEqual([
    ['StrongroomLogArchive', 'none'],
    ['StrongroomManagement', 'none'],
    ['StrongroomOrchestrator', 'create'],
    ['StrongroomDashboard', 'create'],
  ]);
  expect(reinstalled).toMatchObject({ status: 0, out: expect.stringMatching(/rollout ro-\S+ completed/) });
});

interface Planned {
  readonly changes: readonly { readonly stack: string; readonly change: string }[];
}
function changesIn(out: string): readonly (readonly [string, string])[] {
  const planned: Planned = JSON.parse(out.split('\n')[0] ?? '');
  return planned.changes.map(({ stack, change }) => [stack, change]);
}
