/** What a person reads about an alert. The events are those of AWS's documentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertMessage, samplesIn } from '../../../orchestrator/domain/health/alert-message';
import type { NamedAccounts } from '../../../orchestrator/domain/model/alerting';

type Json = Readonly<Record<string, unknown>>;
const samples: Readonly<Record<string, { readonly event: Json & { readonly detail: Json } }>> = JSON.parse(
  readFileSync(join(__dirname, '../../scenarios/alerts/samples.json'), 'utf8'),
);
const sample = (name: string, detail: Json = {}, top: Json = {}): Json => {
  const { event } = samples[name] ?? {};
  if (event === undefined) throw new Error(`there is no sample ${name}`);
  return { ...event, ...top, detail: { ...event.detail, ...detail } };
};
const known: NamedAccounts = {
  at: '2026-11-29T00:00:00.000Z',
  accounts: {
    '111122223333': { name: 'acme-shop', ou: 'Workloads/Production', wave: 'prod' },
    '444455556666': { name: 'acme-lab', ou: '' },
  },
};

test('names account, OU, wave, Region, time, person, control and next step', () => {
  const event = sample('call', { eventSource: 'cloudtrail.amazonaws.com', eventName: 'StopLogging' });

  const { subject, text } = alertMessage([event], known);

  expect(subject).toBe('[Strongroom] acme-shop: The trail was changed: cloudtrail:StopLogging');
  expect(text).toBe(`The trail was changed: cloudtrail:StopLogging
  account  111122223333 (acme-shop), OU Workloads/Production, wave prod
  region   us-east-1
  time     2026-11-30T10:00:00Z
  who      arn:aws:sts::111122223333:assumed-role/Developer/jo from 203.0.113.64
  control  000-07
  next     Find out who did it and why; \`strongroom verify\` shows whether the trail still records
  event    7d2b3a10-aaaa-bbbb-cccc-000000000001`);
});

test.each<[what: string, event: unknown, says: string]>([
  ['a sign-in of the root user', sample('signIn'), 'The root user: ConsoleLogin Success'],
  [
    'a password reset',
    sample('signIn', { eventName: 'PasswordRecoveryCompleted', responseElements: null }),
    'The root user: PasswordRecoveryCompleted',
  ],
  [
    'a call of the root user that failed',
    sample('call', {
      userIdentity: { type: 'Root' },
      eventSource: 's3.amazonaws.com',
      eventName: 'ListBuckets',
      errorCode: 'AccessDenied',
    }),
    'The root user called s3:ListBuckets (failed: AccessDenied)',
  ],
  [
    'a finding',
    sample('guardDuty'),
    'GuardDuty, severity 8: Credentials for an EC2 instance role were used from a remote AWS account',
  ],
  [
    'a finding of Security Hub',
    sample('securityHub'),
    'Security Hub, critical: Hardware MFA should be enabled for the root user',
  ],
  ['a finding of the new Security Hub', sample('securityHubV2'), 'Security Hub, critical: An exposure was found'],
  [
    'a changed role',
    sample('call', { eventName: 'UpdateAssumeRolePolicy' }),
    'A role or policy of the baseline was changed: iam:UpdateAssumeRolePolicy',
  ],
  [
    'an account that leaves',
    sample('call', { eventSource: 'organizations.amazonaws.com', eventName: 'LeaveOrganization' }),
    'The account leaves the organization: organizations:LeaveOrganization',
  ],
  ['an event that nobody foresaw', { source: 'aws.new', 'detail-type': 'News' }, 'News from aws.new'],
  ['a body that is no JSON', undefined, 'An event that cannot be read from an unknown source'],
])('%s', (_what, event, says) => {
  expect(alertMessage([event], known).text.split('\n')[0]).toBe(says);
});

describe('what is unknown is said to be unknown', () => {
  const event = sample('signIn', {}, { account: '777788889999' });

  test('an account that the list does not have', () => {
    expect(alertMessage([event], known).text).toContain(
      '777788889999; its name, OU and wave are unknown: it is not in the list of 2026-11-29T00:00:00.000Z',
    );
  });

  test('a list that cannot be read', () => {
    expect(alertMessage([event], undefined).text).toContain(
      '777788889999; its name, OU and wave are unknown: the list of accounts cannot be read',
    );
  });

  test('an account in no wave', () => {
    expect(alertMessage([sample('signIn', {}, { account: '444455556666' })], known).text).toContain(
      '444455556666 (acme-lab), OU root, in no wave',
    );
  });

  test('a name of JavaScript is no account', () => {
    expect(alertMessage([sample('signIn', {}, { account: 'constructor' })], known).text).toContain(
      'is not in the list',
    );
  });
});

test('a finding that the administrator of GuardDuty forwards is about the member, and the same finding is in the message once', () => {
  const own = sample('guardDuty');
  const forwarded = sample('guardDuty', {}, { account: '999999999999', id: 'another' });

  const { subject, text } = alertMessage([own, forwarded], known);

  expect(subject).toContain('acme-shop: GuardDuty, severity 8: ');
  expect(text.match(/ {2}account {2}/g)).toHaveLength(1);
  expect(alertMessage([forwarded], known).text).toContain('111122223333 (acme-shop)');
});

test('a flood becomes one message that counts what it leaves out', () => {
  const flood = Array.from({ length: 1_000 }, (_, n) => sample('call', { eventName: `Put${n}` }, { id: `e${n}` }));

  const { subject, text } = alertMessage(flood, known);

  expect(subject).toBe('[Strongroom] 1000 alerts in acme-shop');
  expect(text).toContain('and 980 more alerts, in the log of the function');
  expect(Buffer.byteLength(text)).toBeLessThan(256 * 1_024);
});

describe('an attacker who chooses names and values', () => {
  const forged = `x\r\nSubject: all clear\n\n  account  1 (fine)\u2028\u202e${'y'.repeat(10_000)}`;
  const event = sample('call', {
    eventName: forged,
    userIdentity: { type: 'AssumedRole', arn: forged },
    sourceIPAddress: forged,
  });
  const named: NamedAccounts = { at: 'now', accounts: { '111122223333': { name: forged, ou: forged, wave: forged } } };

  test('adds no line', () => {
    const { text } = alertMessage([event], named);

    expect(text.split('\n')).toHaveLength(8);
    expect(text).not.toMatch(/[\r\u2028\u202e]/);
  });

  test('gets a subject that SNS takes: one line of ASCII with fewer than 100 characters', () => {
    const { subject } = alertMessage([event], named);

    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  });
});

test('only sample findings of GuardDuty are written down', () => {
  expect(
    samplesIn([
      sample('guardDuty', { title: '[SAMPLE] An instance', id: 's1' }),
      sample('guardDuty', { title: 'A real one', id: 'r1' }),
      sample('call', { title: '[SAMPLE] not of GuardDuty', id: 'c1' }),
    ]),
  ).toEqual(['s1']);
});
