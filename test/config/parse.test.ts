import { parseConfig } from '../../orchestrator/config/parse';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { and, full, problemsOf, smallest, withModules, withWaves } from './sample';

const intentOf = (text: string): DesiredState => {
  const parsed = parseConfig(text, 'strongroom.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.desiredState;
};

const warningsOf = (text: string): readonly string[] => {
  const parsed = parseConfig(text, 'strongroom.yaml');
  return parsed.ok ? parsed.warnings : ['has problems'];
};

test('a config that says little gets the safe defaults', () => {
  expect(intentOf(smallest)).toEqual({
    installation: {
      ciRole: 'BaselineCi',
      readerRole: 'BaselineReader',
      externalId: 'strongroom',
      administrationRole: 'StrongroomStackSetAdministration',
      operatorRole: 'InfraAdmin',
      people: [],
      targets: [],
    },
    regions: { home: 'us-east-1', governed: ['us-east-1'] },
    modules: {
      'account-hardening': {
        enabled: true,
        passwordPolicy: true,
        s3PublicAccessBlock: true,
        ebsEncryption: true,
        imdsDefaults: true,
        snapshotBlockPublicAccess: true,
      },
      'audit-logging': { enabled: false, managedBy: 'strongroom' },
      'aws-config': { enabled: false, managedBy: 'strongroom' },
      'threat-detection': { enabled: false, managedBy: 'strongroom', standards: [] },
      alerts: { enabled: false },
      'operator-role': { enabled: false, mfaMaxAgeSeconds: 3_600, exemptActions: [], exemptActionsInUsEast1: [] },
      'kms-default': { enabled: false },
    },
    waves: [
      {
        name: 'sandbox',
        ous: ['Sandbox'],
        accounts: [],
        tags: {},
        percent: 100,
        maxConcurrent: { kind: 'percent', percent: 10, atLeast: 10 },
        failureTolerance: { kind: 'count', count: 0 },
        slowStart: true,
        strict: false,
        soakMinutes: 1_440,
        approval: 'automatic',
        probe: false,
        approvalHours: 72,
      },
    ],
    exclude: { ous: [], accounts: [] },
    exceptions: [],
    freezes: [],
    checks: { settleMinutes: [1, 2, 5] },
    probes: {},
    onFailure: 'hold',
    outageWaitMinutes: 60,
  });
});

test('the documented config is read as it is written', () => {
  const desiredState = intentOf(full);

  expect(desiredState.waves.map((wave) => wave.name)).toEqual(['canary', 'sandbox', 'dev', 'prod-canary', 'prod']);
  expect(desiredState.waves[2]).toMatchObject({
    ous: ['Workloads/Dev'],
    maxConcurrent: { kind: 'percent', percent: 25 },
    failureTolerance: { kind: 'percent', percent: 5 },
  });
  expect(desiredState.waves[3]).toMatchObject({ percent: 10, approval: 'manual' });
  expect(desiredState.exclude.ous).toEqual(['Suspended']);
  expect(desiredState.exceptions).toEqual([
    {
      account: '444455556666',
      reason: 'acquisition in progress',
      owner: 'jo@example.com',
      expires: '2027-01-31',
    },
  ]);
  expect(warningsOf(full)).toEqual([]);
});

test.each([
  ['maxConcurrent: 5', { maxConcurrent: { kind: 'count', count: 5 } }],
  ['maxConcurrent: "5%, at least 3"', { maxConcurrent: { kind: 'percent', percent: 5, atLeast: 3 } }],
  ['maxConcurrent: 100%', { maxConcurrent: { kind: 'percent', percent: 100 } }],
  ['maxConcurrent: 0.5%', { maxConcurrent: { kind: 'percent', percent: 0.5 } }],
  ['failureTolerance: "12.25%"', { failureTolerance: { kind: 'percent', percent: 12.25 } }],
  ['percent: 0.5', { percent: 0.5 }],
  ['soakMinutes: 0', { soakMinutes: 0 }],
  ['accounts: ["012345678901"]', { accounts: ['012345678901'] }],
  ['tags: { stage: dev, "cost center": "" }', { tags: { stage: 'dev', 'cost center': '' } }],
  ['tags: { 2027: "yes" }', { tags: { '2027': 'yes' } }],
])('%s', (written, expected) => {
  expect(intentOf(withWaves(`{ name: dev, ous: [Dev, ou-ab12-cdef3456], ${written} }`)).waves[0]).toMatchObject(
    expected,
  );
});

test.each([
  ['windows line ends', smallest.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\ufeff${smallest}`],
  ['a document end', `---\n${smallest}...\n`],
  [
    'JSON',
    JSON.stringify({
      regions: { home: 'us-east-1', governed: ['us-east-1'] },
      modules: { 'account-hardening': { enabled: true } },
      waves: [{ name: 'sandbox', ous: ['Sandbox'] }],
    }),
  ],
  ['aliases', smallest.replace('home: us-east-1, governed: [us-east-1]', 'home: &home us-east-1, governed: [*home]')],
])('%s change nothing', (_name, text) => expect(intentOf(text)).toEqual(intentOf(smallest)));

test('an alias has the value of its anchor', () => {
  const [dev, prod] = intentOf(withWaves('{ name: dev, ous: &all [A, B] }', '{ name: prod, ous: *all }')).waves;
  expect(prod?.ous).toEqual(dev?.ous);
});

test('a YAML 1.1 directive does not make truth of a yes', () => {
  const parsed = parseConfig(`%YAML 1.1\n---\n${and('onFailure: yes')}`, 'strongroom.yaml');
  expect(parsed).toMatchObject({ ok: false, problems: [{ message: 'must be hold or rollBack, got "yes"' }] });
});

test('an account may be excluded and excepted: neither touches it', () => {
  expect(
    warningsOf(
      and(`exclude: { accounts: ["111122223333"] }
exceptions: [{ account: "111122223333", reason: r, owner: o, expires: 2028-02-29 }]`),
    ),
  ).toEqual([]);
});

test.each([
  [
    'account-hardening: { enabled: true }, alerts: { email: jo@example.com }',
    ['strongroom.yaml:2:58 modules.alerts: is configured but not enabled; add "enabled: true" to roll it out'],
  ],
  ['alerts: { enabled: true }', ['strongroom.yaml:2:20 modules.alerts: has no email, so no person receives alerts']],
])('{ %s } is allowed, with a warning', (modules, expected) => {
  expect(warningsOf(withModules(modules))).toEqual(expected);
});

test('the operator role is not the role that Strongroom enters through', () => {
  expect(problemsOf(and('installation: { operatorRole: BaselineCi }'))).toEqual([
    expect.stringMatching(/ installation\.operatorRole: must be a separate role, not the CI role "BaselineCi"$/),
  ]);
});
