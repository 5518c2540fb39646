/** One row for each thing that can be wrong in a config, with all that is said about it. */
import { and, problemsOf, smallest, withRegions, withWaves } from './sample';

const share = (least: number) => `must be a count from ${least} to 10000, or a percentage above 0% and up to 100%`;
const waveNameShape = 'a lowercase letter, then up to 39 lowercase letters, digits or hyphens';

describe('fields of a wave', () => {
  const percent = 'must be more than 0 and at most 100';
  const soak = 'must be a whole number from 0 to 43200';
  const ou = 'must be an OU path like Workloads/Dev, or an OU id';
  test.each<[string, string]>([
    ['percent: 0', `percent: ${percent}, got 0`],
    ['percent: 100.5', `percent: ${percent}, got 100.5`],
    ['percent: 10%', `percent: ${percent}, got "10%"`],
    ['percent: .nan', `percent: ${percent}, got .nan`],
    ['maxConcurrent: 0', `maxConcurrent: ${share(1)}, got 0`],
    ['maxConcurrent: 1.5', `maxConcurrent: ${share(1)}, got 1.5`],
    ['maxConcurrent: 0.0%', `maxConcurrent: ${share(1)}, got "0.0%"`],
    ['maxConcurrent: 101%', `maxConcurrent: ${share(1)}, got "101%"`],
    ['maxConcurrent: "5"', `maxConcurrent: ${share(1)}, got "5"`],
    ['maxConcurrent: true', `maxConcurrent: ${share(1)}, got true`],
    ['failureTolerance: -1', `failureTolerance: ${share(0)}, got -1`],
    ['failureTolerance: 10001', `failureTolerance: ${share(0)}, got 10001`],
    ['failureTolerance: 0%', `failureTolerance: ${share(0)}, got "0%"`],
    ['slowStart: yes', 'slowStart: must be true or false, got "yes"'],
    ['strict: 1', 'strict: must be true or false, got 1'],
    ['soakMinutes: -1', `soakMinutes: ${soak}, got -1`],
    ['soakMinutes: 1.5', `soakMinutes: ${soak}, got 1.5`],
    ['soakMinutes: 1e30', `soakMinutes: ${soak}, got 1e30`],
    ['soakMinutes: 1d', `soakMinutes: ${soak}, got "1d"`],
    ['approval: auto', 'approval: must be automatic or manual, got "auto"'],
    ['ous: Dev', 'ous: must be a list of at most 200 OUs, got "Dev"'],
    ['ous: ', 'ous: must be a list of at most 200 OUs, got nothing'],
    ['ous: [/Dev]', `ous[0]: ${ou}, got "/Dev"`],
    ['ous: [Dev/]', `ous[0]: ${ou}, got "Dev/"`],
    ['ous: [A//B]', `ous[0]: ${ou}, got "A//B"`],
    ['ous: [" Dev"]', `ous[0]: ${ou}, got " Dev"`],
    ['ous: ["Dev "]', `ous[0]: ${ou}, got "Dev "`],
    ['ous: [A/B/C/D/E/F]', `ous[0]: ${ou}, got "A/B/C/D/E/F"`],
    ['tags: [a]', 'tags: must be a map of at most 50 tag names to values, got a list of 1'],
    ['tags: { cost: 0012 }', 'tags.cost: must be text of at most 256 characters, in quotes, got 0012'],
    ['tags: { "": x }', 'tags: must have tag names of 1 to 128 characters, got a map'],
  ])('%s', (written, expected) => {
    // Starts on line 5, with fields at column 5; the last wave selects by another field than the one at fault.
    const [field = ''] = written.split(':');
    const selector = field === 'ous' ? 'accounts: ["111122223333"]' : 'ous: [Dev]';
    const text = withWaves(`name: dev\n    ${selector}\n    ${written}`);

    const [problem, ...more] = problemsOf(text);

    expect(more).toEqual([]);
    expect(problem?.replace(/^6:\d+ /, '')).toBe(`waves[0].${expected}`);
  });

  test.each(['Dev', '2nd', 'dev canary', 'd'.repeat(41)])('the name %s', (name) => {
    expect(problemsOf(withWaves(`{ name: ${name}, ous: [Dev] }`))).toEqual([
      `4:13 waves[0].name: must be ${waveNameShape}, got "${name}"`,
    ]);
  });

  test('a long value is shown in part', () => {
    expect(problemsOf(withWaves(`{ name: ${'d'.repeat(500)}, ous: [Dev] }`))).toEqual([
      `4:13 waves[0].name: must be ${waveNameShape}, got "${'d'.repeat(60)}…"`,
    ]);
  });
});

describe('account ids', () => {
  test.each<[string, string]>([
    ['111122223333', 'must be 12 digits, in quotes, got 111122223333'],
    ['012345678901', 'must be 12 digits, in quotes, got 012345678901'],
    ['"1111 2222 3333"', 'must be 12 digits, got "1111 2222 3333"'],
    ['" 111122223333"', 'must be 12 digits, got " 111122223333"'],
    ['1111-2222-3333', 'must be 12 digits, got "1111-2222-3333"'],
    ['"11112222333"', 'must be 12 digits, got "11112222333"'],
    ['{}', 'must be 12 digits, got a map'],
  ])('%s', (written, expected) => {
    expect(problemsOf(withWaves(`{ name: dev, accounts: [${written}] }`))).toEqual([
      `4:29 waves[0].accounts[0]: ${expected}`,
    ]);
  });
});

describe('more than a list may hold', () => {
  const many = (count: number, item: (n: number) => string) => Array.from({ length: count }, (_, n) => item(n)).join();
  const id = (n: number) => `"${String(n).padStart(12, '0')}"`;
  test.each<[string, string, string]>([
    [
      'accounts',
      withWaves(`{ name: dev, accounts: [${many(10_001, id)}] }`),
      '4:28 waves[0].accounts: must be a list of at most 10000 account ids, got a list of 10001',
    ],
    [
      'OUs',
      withWaves(`{ name: dev, ous: [${many(201, (n) => `ou${n}`)}] }`),
      '4:23 waves[0].ous: must be a list of at most 200 OUs, got a list of 201',
    ],
    [
      'tags',
      withWaves(`{ name: dev, tags: { ${many(51, (n) => `t${n}: x`)} } }`),
      '4:24 waves[0].tags: must be a map of at most 50 tag names to values, got a map',
    ],
    [
      'waves',
      withWaves(...Array.from({ length: 101 }, (_, n) => `{ name: w${n}, ous: [Dev] }`)),
      '4:3 waves: must be a list of at most 100 waves, got a list of 101',
    ],
    [
      'regions',
      withRegions(`home: us-east-1, governed: [${many(51, (n) => `us${'-x'.repeat(n)}-east-1`)}]`),
      '1:39 regions.governed: must be a list of at most 50 regions, got a list of 51',
    ],
    [
      'exceptions',
      and(`exceptions: [${many(1_001, (n) => `{ account: ${id(n)}, reason: r, owner: o, expires: 2027-01-31 }`)}]`),
      '5:13 exceptions: must be a list of at most 1000 exceptions, got a list of 1001',
    ],
  ])('%s', (_name, text, expected) => expect(problemsOf(text)).toEqual([expected]));
});

describe('sections', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'what must be there',
      'onFailure: hold\n',
      [
        '1:1 regions: is missing; it must be a map of home and governed',
        '1:1 waves: is missing; it must be a list of at most 100 waves',
        '1:1 modules: must enable at least one of account-hardening, audit-logging, aws-config, threat-detection, alerts, operator-role, kms-default',
      ],
    ],
    [
      'no waves',
      smallest.replace(/waves:.*/s, 'waves: []'),
      ['3:8 waves: must contain at least one wave, got a list of 0'],
    ],
    [
      'waves that are a map',
      smallest.replace(/waves:.*/s, 'waves: { name: dev }'),
      ['3:8 waves: must be a list of at most 100 waves, got a map'],
    ],
    ['a wave that is a text', withWaves('dev'), ['4:5 waves[0]: must be a map of one wave, got "dev"']],
    [
      'a region that is none',
      withRegions('home: us_east, governed: [us-east-1]'),
      ['1:18 regions.home: must be like "us-east-1", got "us_east"'],
    ],
    [
      'a role name',
      and('installation: { ciRole: my role }'),
      ['5:25 installation.ciRole: must be a role name: 1 to 64 letters, digits or any of +=,.@_-, got "my role"'],
    ],
    [
      'an external id',
      and('installation: { externalId: x }'),
      ['5:29 installation.externalId: must be 2 to 256 letters, digits or any of +=,.@:/-_, got "x"'],
    ],
    [
      'an ARN',
      and('installation: { deployments: { account: "222222222222", role: Admin } }'),
      ['5:63 installation.deployments.role: must be the ARN of an IAM role, got "Admin"'],
    ],
    ['onFailure', and('onFailure: rollback'), ['5:12 onFailure: must be hold or rollBack, got "rollback"']],
    ['exclude', and('exclude: [Suspended]'), ['5:10 exclude: must be a map of ous and accounts, got a list of 1']],
  ])('%s', (_name, text, expected) => expect(problemsOf(text)).toEqual(expected));
});

describe('what fields do not say alone', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'two waves of one name',
      withWaves('{ name: dev, ous: [A] }', '{ name: prod, ous: [B] }', '{ name: dev, ous: [C] }'),
      ['6:13 waves[2].name: two waves are named "dev", on line 4 and on line 6'],
    ],
    [
      'three waves of one name',
      withWaves('{ name: dev, ous: [A] }', '{ name: dev, ous: [B] }', '{ name: dev, ous: [C] }'),
      [
        '5:13 waves[1].name: two waves are named "dev", on line 4 and on line 5',
        '6:13 waves[2].name: two waves are named "dev", on line 4 and on line 6',
      ],
    ],
    [
      'an account in two waves',
      withWaves('{ name: dev, accounts: ["111122223333"] }', '{ name: prod, accounts: ["111122223333"] }'),
      [
        '5:30 waves[1].accounts[0]: account "111122223333" occurs twice, first on line 4; an account belongs to one wave',
      ],
    ],
    [
      'an account in a wave and excluded',
      `${withWaves('{ name: dev, accounts: ["111122223333"] }')}exclude: { accounts: ["111122223333"] }\n`,
      ['4:29 waves[0].accounts[0]: account "111122223333" is also excluded, on line 5'],
    ],
    [
      'a wave that selects nothing',
      withWaves('{ name: dev, ous: [], tags: {} }'),
      ['4:5 waves[0]: must select accounts by ous, accounts or tags'],
    ],
    [
      'a home region that is not governed',
      withRegions('home: us-east-1, governed: [us-west-2]'),
      ['1:39 regions.governed: must include the home region "us-east-1"'],
    ],
    [
      'a region governed twice',
      withRegions('home: us-east-1, governed: [us-east-1, us-east-1]'),
      ['1:51 regions.governed[1]: "us-east-1" occurs twice, first on line 1'],
    ],
    [
      'an exception that says nothing',
      and('exceptions: [{ account: "111122223333" }]'),
      [
        '5:14 exceptions[0].reason: is missing; it must be one line of text of at most 500 characters',
        '5:14 exceptions[0].owner: is missing; it must be one line of text of at most 200 characters',
        '5:14 exceptions[0].expires: is missing; it must be a valid date like 2027-01-31',
      ],
    ],
    [
      'two exceptions for one account',
      and(`exceptions:\n${'  - { account: "111122223333", reason: r, owner: o, expires: 2027-01-31 }\n'.repeat(2)}`),
      ['7:16 exceptions[1].account: account "111122223333" has two exceptions, first on line 6'],
    ],
  ])('%s', (_name, text, expected) => expect(problemsOf(text)).toEqual(expected));

  test.each(['2027-02-29', '2027-13-01', '2027-1-1', '31.01.2027', '2027-01-31T00:00:00Z', 'never'])(
    'an exception that expires on %s',
    (expires) => {
      const exception = `{ account: "111122223333", reason: r, owner: o, expires: "${expires}" }`;
      expect(problemsOf(and(`exceptions: [${exception}]`))).toEqual([
        `5:71 exceptions[0].expires: must be a valid date like 2027-01-31, got "${expires}"`,
      ]);
    },
  );

  test('all of them speak together, in the order of the file', () => {
    const text = `instalation: {}
regions: { home: us-east-1, governed: [us-west-2] }
modules: { aws-config: { enabled: true } }
waves:
  - { name: dev, ous: [A], percent: 140 }
  - { name: dev }
onFailure: ask
`;
    expect(problemsOf(text)).toEqual([
      '1:1 instalation: is not a known key; did you mean "installation"?',
      '2:39 regions.governed: must include the home region "us-east-1"',
      '3:24 modules.aws-config: requires modules.audit-logging.logArchiveBucket, or managedBy: organization',
      '5:37 waves[0].percent: must be more than 0 and at most 100, got 140',
      '6:5 waves[1]: must select accounts by ous, accounts or tags',
      '6:13 waves[1].name: two waves are named "dev", on line 5 and on line 6',
      '7:12 onFailure: must be hold or rollBack, got "ask"',
    ]);
  });
});
