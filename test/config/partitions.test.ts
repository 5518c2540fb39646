/** A config is about one partition, and says what that partition does not have. */
import { parseConfig } from '../../orchestrator/config/parse';
import { parseAccountId, parseOrganizationId, parseOuId } from '../../orchestrator/domain/model/brand';
import { catalog } from '../../orchestrator/domain/model/catalog';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { regionsOf } from '../../orchestrator/domain/model/module';
import type { Organization } from '../../orchestrator/domain/model/organization';
import { target } from '../../orchestrator/domain/planning/targeting';
import { problemsOf, withRegions } from './sample';

const sandbox = parseOuId('ou-ab12-00000001');
const anOrganization: Organization = {
  id: parseOrganizationId('o-exampleorgid'),
  managementAccountId: parseAccountId('111111111111'),
  accounts: [],
  ous: { pathOf: new Map([[sandbox, 'Sandbox']]), idOf: new Map([['Sandbox', sandbox]]) },
};

const inPartition = (home: string): string => withRegions(`home: ${home}, governed: [${home}]`);

const parsed = (text: string): DesiredState => {
  const config = parseConfig(text, 'strongroom.yaml');
  if (!config.ok) throw new Error(config.problems.map(({ message }) => message).join('\n'));
  return config.desiredState;
};

test.each([
  ['eu-central-1', 'cn-north-1', 'aws-cn', 'aws'],
  ['cn-north-1', 'us-gov-west-1', 'aws-us-gov', 'aws-cn'],
  ['us-gov-west-1', 'us-west-2', 'aws', 'aws-us-gov'],
])('a config with home region %s cannot govern %s', (home, other, theirs, ours) => {
  expect(problemsOf(withRegions(`home: ${home}, governed: [${home}, ${other}]`))).toEqual([
    expect.stringContaining(
      `regions.governed[1]: is in partition ${theirs}, but the home region "${home}" is in ${ours}`,
    ),
  ]);
});

test.each([
  ['notifications.topicArn', 'notifications: { topicArn: "arn:aws:sns:us-east-1:111122223333:notices" }'],
  [
    'installation.management.role',
    'installation: { management: { account: "111122223333", role: "arn:aws:iam::111122223333:role/Admin" } }',
  ],
  ['installation.controlTowerRegion', 'installation: { controlTowerRegion: eu-west-1 }'],
])('%s of another partition is refused', (path, written) => {
  const problems = problemsOf(`${inPartition('us-gov-west-1')}${written}\n`);

  expect(problems).toEqual([
    expect.stringContaining(`${path}: is in partition aws, but the home region "us-gov-west-1" is in aws-us-gov`),
  ]);
});

test.each([
  ['cn-north-1', 'controlTowerRegion: cn-north-1', 'needs AWS Control Tower, which partition aws-cn does not have'],
  [
    'us-gov-west-1',
    'dashboard: { issuer: "https://id.example.com", clientId: abc }',
    'needs Amazon CloudFront, which partition aws-us-gov does not have',
  ],
])('in %s, an option that the partition cannot serve is refused', (home, option, message) => {
  expect(problemsOf(`${inPartition(home)}installation: { ${option} }\n`)).toEqual([expect.stringContaining(message)]);
});

test('a partition that Strongroom was not written for is refused', () => {
  expect(problemsOf(inPartition('us-iso-east-1'))).toEqual([
    expect.stringContaining('regions.home: is in a partition that Strongroom does not support'),
  ]);
});

test.each([
  ['eu-central-1', []],
  ['cn-north-1', ['partition aws-cn does not have AWS Control Tower', 'partition aws-cn does not have root users']],
  [
    'us-gov-east-1',
    [
      'partition aws-us-gov does not have Amazon CloudFront',
      'partition aws-us-gov does not have the creation of accounts in Organizations',
    ],
  ],
])('a plan with home region %s says what the partition lacks', (home, lacks) => {
  const { notes } = target(anOrganization, parsed(inPartition(home)), new Date('2026-12-01'));

  expect(notes.filter((note) => note.startsWith('partition'))).toEqual(
    lacks.map((lack) => expect.stringContaining(lack)),
  );
});

test.each([
  ['eu-central-1', 'us-east-1'],
  ['cn-northwest-1', 'cn-north-1'],
  ['us-gov-east-1', 'us-gov-west-1'],
])('from home region %s, alerts reach %s too, where root users sign in', (home, global) => {
  expect(regionsOf(catalog.alerts, parsed(inPartition(home)))).toEqual([home, global]);
});
