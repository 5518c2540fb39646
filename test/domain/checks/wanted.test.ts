import { factsWanted } from '../../../orchestrator/domain/checks/wanted';
import { buildRelease } from '../../../stackset-templates/release';
import { intent, modules, templateHashes } from '../../stackset-templates/sample-intent';

const wantedWith = (choices: Partial<typeof modules>) =>
  factsWanted(buildRelease({ ...intent, modules: { ...modules, ...choices } }, templateHashes));
const off = { enabled: false };

test('a release with all modules wants every fact, and alerts in us-east-1 besides', () => {
  expect(wantedWith({})).toEqual({
    operatorRoleName: 'InfraAdmin',
    passwordPolicy: true,
    s3PublicAccessBlock: true,
    home: 'eu-west-1',
    regions: [
      { region: 'eu-west-1', ebsEncryption: true, imdsDefaults: true, alerts: true },
      { region: 'us-west-2', ebsEncryption: true, imdsDefaults: true, alerts: true },
      { region: 'us-east-1', ebsEncryption: false, imdsDefaults: false, alerts: true },
    ],
  });
});

test('a release without modules wants nothing of its regions', () => {
  const wanted = wantedWith({
    alerts: off,
    'operator-role': { ...modules['operator-role'], ...off },
    'account-hardening': { ...modules['account-hardening'], ...off },
  });

  expect(wanted).toEqual({
    operatorRoleName: undefined,
    passwordPolicy: false,
    s3PublicAccessBlock: false,
    home: 'eu-west-1',
    regions: [
      { region: 'eu-west-1', ebsEncryption: false, imdsDefaults: false, alerts: false },
      { region: 'us-west-2', ebsEncryption: false, imdsDefaults: false, alerts: false },
    ],
  });
});

test.each(['passwordPolicy', 's3PublicAccessBlock'] as const)('%s is not wanted when it is not governed', (setting) => {
  const hardening = { ...modules['account-hardening'], [setting]: false };

  expect(wantedWith({ 'account-hardening': hardening })[setting]).toBe(false);
});

test.each(['ebsEncryption', 'imdsDefaults'] as const)('%s is wanted nowhere when it is not governed', (setting) => {
  const hardening = { ...modules['account-hardening'], [setting]: false };

  expect(wantedWith({ 'account-hardening': hardening }).regions.map((region) => region[setting])).toEqual([
    false,
    false,
    false,
  ]);
});
