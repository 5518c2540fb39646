/** What an account's record says of modules that preflight skipped. */
import { missedModules, withPreflight } from '../../../orchestrator/domain/model/account-changes';
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import { parseRegion, parseWaveName } from '../../../orchestrator/domain/model/brand';
import type { ModuleId } from '../../../orchestrator/domain/model/module';
import { workIn } from '../../../orchestrator/domain/planning/work';
import { accountOf } from '../account';
import { releaseOf } from '../planning/adopting';

const home = parseRegion('us-east-1');
const wave = parseWaveName('dev');
const release = releaseOf(['aws-config', 'alerts']);
const skip = (module: ModuleId) => ({ module, region: home, because: 'the call failed' });
const adopted = [{ module: 'aws-config', region: home, because: 'Control Tower manages recorder' } as const];
const deployed = (version: string, change: Partial<AccountRecord['modules'][number]> = {}) =>
  [{ module: 'aws-config', region: home, wave, version, status: 'current', ...change }] as const;
const current = '0123456789ab';
const account = (over: Partial<AccountRecord> = {}) =>
  accountOf('111122223333', { skipped: [skip('aws-config')], ...over });

describe('a skipped module is missed', () => {
  test.each<[string, Partial<AccountRecord>, boolean]>([
    ['where nothing of it is there', {}, true],
    ['at an older version', { modules: deployed('aaaaaaaaaaaa') }, true],
    ['in the middle of a change', { modules: deployed(current, { changing: true }) }, true],
    ['whose deployment failed', { modules: deployed(current, { status: 'failed' }) }, true],
    ['at the release', { modules: deployed(current) }, false],
    ['that others run', { adopted }, false],
  ])('%s', (_where, over, isMissed) => {
    expect(missedModules(account(over), release)).toEqual(isMissed ? [skip('aws-config')] : []);
  });

  test('if its stack is at the release and its settings are not', () => {
    const hardening = releaseOf(['account-hardening']);
    const wanted = { ...hardening, settings: { ebsEncryption: { enabled: true } } };
    const modules = deployed(current).map((there) => ({ ...there, module: 'account-hardening' as const }));
    const known = account({ skipped: [skip('account-hardening')], modules });

    expect(missedModules(known, wanted)).toEqual([skip('account-hardening')]);
    expect(missedModules({ ...known, settingsRelease: wanted.id }, wanted)).toEqual([]);
  });

  test('not if the release does not have it', () => {
    expect(missedModules(account({ skipped: [skip('kms-default')] }), release)).toEqual([]);
  });
});

test('nothing is deployed where it is skipped, and everything elsewhere', () => {
  const [config, alerts] = release.modules;
  if (config === undefined || alerts === undefined) throw new Error('the release has two modules');

  expect(workIn(account(), config, home, wave)).toBe('nothing');
  expect(workIn(account({ modules: deployed('aaaaaaaaaaaa') }), config, home, wave)).toBe('nothing');
  expect(workIn(account(), config, parseRegion('us-west-2'), wave)).toBe('create');
  expect(workIn(account(), alerts, home, wave)).toBe('create');
});

describe('the next preflight', () => {
  const nothing = { adopted: [], skipped: [] };

  test('replaces what the one before skipped', () => {
    expect(withPreflight(account(), nothing, release).skipped).toBeUndefined();
    expect(withPreflight(account(), { ...nothing, skipped: [skip('alerts')] }, release).skipped).toEqual([
      skip('alerts'),
    ]);
  });

  test('keeps what others run where it could not look, and forgets it where it could', () => {
    const known = account({ adopted, skipped: undefined });

    expect(withPreflight(known, { ...nothing, skipped: [skip('aws-config')] }, release).adopted).toEqual(adopted);
    expect(withPreflight(known, { ...nothing, skipped: [skip('alerts')] }, release).adopted).toBeUndefined();
  });

  test('leaves the account at its release where it only could not look', () => {
    const known = account({ adopted, skipped: undefined, release: release.id });

    expect(withPreflight(known, { ...nothing, skipped: [skip('aws-config')] }, release).release).toBe(release.id);
  });
});
