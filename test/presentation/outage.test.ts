import { unreachedText } from '../../orchestrator/presentation/outage';

test.each([
  [{ at: 'preflight', fault: 'ours', because: 'no network' }, 'preflight: outage on our side: no network'],
  [{ at: 'health', fault: 'aws', because: 'sts was throttled' }, 'health checks: outage at AWS: sts was throttled'],
  [{ at: 'settings', fault: 'account', because: 'denied' }, 'applying settings: refused by the account: denied'],
] as const)('%j reads as %s', (unreached, text) => {
  expect(unreachedText(unreached)).toBe(text);
});
