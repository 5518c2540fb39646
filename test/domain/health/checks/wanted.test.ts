import { factsWanted } from '../../../../orchestrator/domain/health/checks/wanted';
import {
  accountSources,
  type FactsWanted,
  type RegionFacts,
  regionSources,
} from '../../../../orchestrator/domain/health/fact-sources';
import type { ModuleChoices } from '../../../../orchestrator/domain/model/catalog';
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

type RegionFact = keyof RegionFacts;
const regional = Object.keys(regionSources) as RegionFact[];
const ours = regional.filter((id) => id !== 'detectorAdministrator');
const ofAlerts: readonly RegionFact[] = ['stacks', 'alertRules', 'alertForwarder'];
const roles = { ci: 'BaselineCi', reader: 'BaselineReader', operator: 'InfraAdmin' };

test('a release with all modules wants every fact, and of us-east-1 the alerts and their stack', () => {
  expect(wantedWith({})).toEqual({
    home: 'eu-west-1',
    roles,
    account: Object.keys(accountSources),
    regions: [
      { region: 'eu-west-1', facts: ours },
      { region: 'us-west-2', facts: ours },
      { region: 'us-east-1', facts: ofAlerts },
    ],
  });
});

test('who administers GuardDuty is wanted only where that is for the organization', () => {
  const managedByOrganization = { ...modules['threat-detection'], managedBy: 'organization' as const };

  expect(wantedWith({ 'threat-detection': managedByOrganization }).regions[0]?.facts).toEqual(regional);
});

test('a release without modules wants to know the way in and the root user, and nothing of its regions', () => {
  expect(wantedWith(off)).toEqual({
    home: 'eu-west-1',
    roles,
    account: ['identity', 'root', 'userKeys', 'ciRole', 'readerRole', 'roles'],
    regions: [
      { region: 'eu-west-1', facts: [] },
      { region: 'us-west-2', facts: [] },
    ],
  });
});

test.each(['passwordPolicy', 's3PublicAccessBlock'] as const)('%s is not wanted when it is not governed', (setting) => {
  expect(wantedWith({ 'account-hardening': { ...hardening, [setting]: false } }).account).not.toContain(setting);
});

test.each<{ facts: readonly RegionFact[]; without: string; choices: Partial<ModuleChoices> }>([
  {
    facts: ['ebsEncryption'],
    without: 'its setting',
    choices: { 'account-hardening': { ...hardening, ebsEncryption: false } },
  },
  {
    facts: ['imdsDefaults'],
    without: 'its setting',
    choices: { 'account-hardening': { ...hardening, imdsDefaults: false } },
  },
  {
    facts: ['snapshotBlockPublicAccess'],
    without: 'its setting',
    choices: { 'account-hardening': { ...hardening, snapshotBlockPublicAccess: false } },
  },
  {
    facts: ['snapshotBlockPublicAccess'],
    without: 'account-hardening',
    choices: { 'account-hardening': off['account-hardening'] },
  },
  { facts: ['ebsDefaultKey'], without: 'kms-default', choices: { 'kms-default': off['kms-default'] } },
  {
    facts: ['recorder', 'deliveryChannel'],
    without: 'aws-config',
    choices: { 'aws-config': off['aws-config'] },
  },
  {
    facts: ['detector', 'hub', 'analyzers', 'accessFindings'],
    without: 'threat-detection',
    choices: { 'threat-detection': off['threat-detection'] },
  },
  {
    facts: ['alertRules', 'alertForwarder'],
    without: 'alerts',
    choices: { alerts: off.alerts },
  },
])('$facts are wanted nowhere without $without', ({ facts, choices }) => {
  const wanted: FactsWanted = wantedWith(choices);

  expect(wanted.regions.flatMap((region) => region.facts.filter((id) => facts.includes(id)))).toEqual([]);
});

test('what the organization manages is verified, and no stack of it is wanted where nothing else is deployed', () => {
  const others = { ...off, 'aws-config': { enabled: true, managedBy: 'organization' as const } };

  expect(wantedWith(others).regions).toEqual([
    { region: 'eu-west-1', facts: ['recorder', 'deliveryChannel'] },
    { region: 'us-west-2', facts: ['recorder', 'deliveryChannel'] },
  ]);
});
