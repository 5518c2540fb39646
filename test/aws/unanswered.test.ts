/** moto as it is, without anything put before it: what it cannot answer is unknown, passes no check, and leaves its gate inconclusive. */
import { runChecks } from '../../orchestrator/domain/health/check';
import { checkTable } from '../../orchestrator/domain/health/checks/table';
import { factsWanted } from '../../orchestrator/domain/health/checks/wanted';
import { gatesOf, verdictOfAccount } from '../../orchestrator/domain/model/gate';
import { releaseOf } from '../domain/health/checks/healthy';
import { useVisits } from '../emulator/moto-visits';

const visits = useVisits();

test('moto returns three of the applied settings and cannot return two, so the gate neither passes nor fails', async () => {
  const release = releaseOf();
  const { passwordPolicy, s3PublicAccessBlock, ebsEncryption } = release.settings;
  const visit = visits.freshVisit();
  const known = {
    ...(passwordPolicy && { passwordPolicy }),
    ...(s3PublicAccessBlock && { s3PublicAccessBlock }),
    ...(ebsEncryption && { ebsEncryption }),
  };
  visits.instead = () => undefined;
  await visits.accounts.applySettings(visit, known, release.regions.governed);

  const facts = await visits.accounts.collectFacts(visit, factsWanted(release));

  const results = runChecks(checkTable, facts, release).filter(({ module }) => module === 'account-hardening');
  const hardening = results.filter(({ gate }) => gate === 'hardened');
  const outcomes = hardening.map(({ check, outcome }) => `${check} ${outcome}`);
  expect([...new Set(outcomes)].sort()).toEqual([
    'ebs-default-encryption-is-on pass',
    'ebs-snapshot-public-access-is-blocked unknown',
    'ec2-default-requires-imdsv2 unknown',
    'password-policy-is-strong pass',
    's3-public-access-is-blocked pass',
  ]);
  expect(gatesOf(hardening)).toEqual({ hardened: 'unknown' });
  expect(verdictOfAccount(hardening)).toBe('inconclusive');
});
