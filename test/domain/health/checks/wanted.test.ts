import { factsWanted } from '../../../../orchestrator/domain/health/checks/wanted';
import type { FactsWanted } from '../../../../orchestrator/domain/health/facts';
import type { ModuleChoices } from '../../../../orchestrator/domain/model/desired-state';
import { modules } from '../../../stackset-templates/sample-desired-state';
import { releaseOf } from './healthy';

const wantedWith = (choices: Partial<ModuleChoices>) => factsWanted(releaseOf(choices));
const hardening = modules['account-hardening'];
const off: ModuleChoices = {
  'account-hardening': { ...hardening, enabled: false },
  'audit-logging': { ...modules['audit-logging'], enabled: false },
  'aws-config': { ...modules['aws-config'], enabled: false },
  'threat-detection': { ...modules['threat-detection'], enabled: false },
  alerts: { enabled: false },
  'operator-role': { ...modules['operator-role'], enabled: false },
  'kms-default': { enabled: false },
};

const regional = [
  'ebsEncryption',
  'imdsDefaults',
  'alerts',
  'subscriptions',
  'snapshots',
  'ebsDefaultKey',
  'config',
  'threats',
  'administrator',
  'stacks',
] as const;
const ours = regional.filter((name) => name !== 'administrator');
type Wanted = FactsWanted['regions'][number];
const only = (region: string, ...names: readonly (typeof regional)[number][]) => ({
  region,
  ...Object.fromEntries(regional.map((name) => [name, names.includes(name)])),
});

test('a release with all modules wants every fact, and of us-east-1 the alerts and their stack', () => {
  expect(wantedWith({})).toEqual({
    operatorRoleName: 'InfraAdmin',
    ciRoleName: 'BaselineCi',
    root: true,
    roles: true,
    trails: true,
    passwordPolicy: true,
    s3PublicAccessBlock: true,
    home: 'eu-west-1',
    regions: [
      only('eu-west-1', ...ours),
      only('us-west-2', ...ours),
      only('us-east-1', 'alerts', 'subscriptions', 'stacks'),
    ],
  });
});

test('who administers GuardDuty is wanted only where that is for the organization', () => {
  const managedByOrganization = { ...modules['threat-detection'], managedBy: 'organization' as const };

  expect(wantedWith({ 'threat-detection': managedByOrganization }).regions[0]).toEqual(only('eu-west-1', ...regional));
});

test('who receives the alerts is wanted only where the config names somebody', () => {
  const nobody = ours.filter((name) => name !== 'subscriptions');

  expect(wantedWith({ alerts: { enabled: true } }).regions[0]).toEqual(only('eu-west-1', ...nobody));
});

test('a release without modules wants to know the way in and the root user, and nothing of its regions', () => {
  expect(wantedWith(off)).toEqual({
    operatorRoleName: undefined,
    ciRoleName: 'BaselineCi',
    root: true,
    roles: true,
    trails: false,
    passwordPolicy: false,
    s3PublicAccessBlock: false,
    home: 'eu-west-1',
    regions: [only('eu-west-1'), only('us-west-2')],
  });
});

test.each(['passwordPolicy', 's3PublicAccessBlock'] as const)('%s is not wanted when it is not governed', (setting) => {
  expect(wantedWith({ 'account-hardening': { ...hardening, [setting]: false } })[setting]).toBe(false);
});

test.each<{ fact: keyof Wanted; without: string; choices: Partial<ModuleChoices> }>([
  {
    fact: 'ebsEncryption',
    without: 'its setting',
    choices: { 'account-hardening': { ...hardening, ebsEncryption: false } },
  },
  {
    fact: 'imdsDefaults',
    without: 'its setting',
    choices: { 'account-hardening': { ...hardening, imdsDefaults: false } },
  },
  {
    fact: 'snapshots',
    without: 'its setting',
    choices: { 'account-hardening': { ...hardening, snapshotBlockPublicAccess: false } },
  },
  { fact: 'snapshots', without: 'account-hardening', choices: { 'account-hardening': off['account-hardening'] } },
  { fact: 'ebsDefaultKey', without: 'kms-default', choices: { 'kms-default': off['kms-default'] } },
  { fact: 'config', without: 'aws-config', choices: { 'aws-config': off['aws-config'] } },
  { fact: 'threats', without: 'threat-detection', choices: { 'threat-detection': off['threat-detection'] } },
  { fact: 'alerts', without: 'alerts', choices: { alerts: off.alerts } },
])('$fact are wanted nowhere without $without', ({ fact, choices }) => {
  expect(new Set(wantedWith(choices).regions.map((region) => region[fact]))).toEqual(new Set([false]));
});

test('what the organization manages is verified, and no stack of it is wanted where nothing else is deployed', () => {
  const others = { ...off, 'aws-config': { enabled: true, managedBy: 'organization' as const } };

  expect(wantedWith(others).regions).toEqual([only('eu-west-1', 'config'), only('us-west-2', 'config')]);
});
