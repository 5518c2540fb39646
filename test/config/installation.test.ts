/** What a config may say of the installation. */
import { and, problemsOf } from './sample';

const saying = (more: string): string => and(`installation: { ${more} }`);

test.each([
  [
    'an account without quotes',
    'deployments: { account: 222222222222 }',
    'installation.deployments.account: must be 12 digits, in quotes',
  ],
  [
    'a profile with a space',
    'management: { account: "111111111111", profile: my profile }',
    'installation.management.profile: must be the name of an AWS profile',
  ],
  ['people by a wildcard alone', 'people: ["*"]', 'installation.people[0]: must be a role name with its path'],
  [
    'people by a short name with a wildcard',
    'people: ["ab*"]',
    'installation.people[0]: must be a role name with its path',
  ],
  [
    'people by an ARN',
    'people: ["arn:aws:iam::222222222222:role/Platform"]',
    'installation.people[0]: must be a role name with its path',
  ],
  [
    'more people than fit',
    'people: [Role1, Role2, Role3, Role4]',
    'installation.people: must be a list of at most 3 roles',
  ],
  [
    'a workflow of every branch',
    'gitHubSubject: "repo:acme/baseline:*"',
    'installation.gitHubSubject: must be the subject of one branch or environment',
  ],
  [
    'a workflow of pull requests',
    'gitHubSubject: repo:acme/baseline:pull_request',
    'installation.gitHubSubject: must be the subject of one branch or environment',
  ],
  [
    'a target that is an account',
    'targets: ["111111111111"]',
    'installation.targets[0]: must be a root like r-a1b2 or an OU id',
  ],
  [
    'an issuer without TLS',
    'dashboard: { issuer: "http://id.example.com", clientId: abc }',
    'installation.dashboard.issuer: must be a URL that starts with https://',
  ],
  ['the section that it replaces', 'organization: {}', 'installation.organization: is not a known key'],
])('%s is refused', (_what, more, problem) => {
  expect(problemsOf(saying(more))).toEqual([expect.stringContaining(problem)]);
});

test('callers that do not fit into a trust policy together are refused before every account refuses them', () => {
  const people = Array.from({ length: 3 }, (_, index) => `${index}${'x'.repeat(127)}`);
  const subject = `repo:acme/${'y'.repeat(400)}:ref:refs/heads/main`;

  expect(problemsOf(saying(`people: [${people.join(', ')}]`))).toEqual([]);
  expect(problemsOf(saying(`people: [${people.join(', ')}], gitHubSubject: "${subject}"`))).toEqual([
    expect.stringMatching(
      /installation: needs a trust policy of \d{4} characters in every account, but IAM takes 2048/,
    ),
  ]);
});
