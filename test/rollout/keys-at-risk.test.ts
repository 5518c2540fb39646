/** When a rollout alerts about an account that may hold keys. */

import type { AccountId } from '../../orchestrator/domain/model/brand';
import { newer } from '../operations/newcomers';
import { damage, risks, waves } from '../operations/sweeping';
import { anAccountIn, createRig, type Rig } from '../rig';

type Failing = (rig: Rig, account: AccountId) => void;
const checks: Failing = (rig, account) => void damage(rig, account);
const deployment: Failing = ({ world }, account) => {
  world.faults.failInstance = (attempt) => (attempt.account === account ? 'no space left' : undefined);
};

test.each([
  ['checks', checks],
  ['deployment', deployment],
])('a rollout that is held alerts about an account that was ready, and whose %s failed', async (_what, fail) => {
  const rig = await createRig({ accounts: 40 });
  await rig.rollOut({ waves });
  const account = anAccountIn(rig, 'Sandbox');
  fail(rig, account);

  const { end } = await rig.rollOut({ waves }, newer(rig.desiredState));

  expect(end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
  expect(risks(rig).map(({ subject }) => subject)).toEqual([expect.stringContaining(account)]);
});
