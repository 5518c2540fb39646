/** What can be wrong with the choice of modules, and with what they need of each other. */
import { full, problemsOf, smallest, withModules } from './sample';

describe('modules', () => {
  test('the documented config has none', () => {
    expect(problemsOf(full)).toEqual([]);
  });

  const none =
    'must enable at least one of account-hardening, audit-logging, aws-config, threat-detection, alerts, operator-role, kms-default';
  const bucket = 'requires modules.audit-logging.logArchiveBucket, or managedBy: organization';
  const standard = 'a standard like aws-foundational-security-best-practices/v/1.0.0';
  const age = 'must be a whole number from 900 to 14400';
  test.each<[string, readonly string[]]>([
    ['', [`2:10 modules: ${none}`]],
    ['alerts: { enabled: false }', [`2:10 modules: ${none}`]],
    ['alerts: { enabled: on }', ['2:31 modules.alerts.enabled: must be true or false, got "on"']],
    ['alerts: true', ['2:20 modules.alerts: must be a map of settings, got true', `2:10 modules: ${none}`].sort()],
    ['alerts: { enabled: true, email: jo }', ['2:44 modules.alerts.email: must be an email address, got "jo"']],
    [
      'operator-role: { enabled: true, mfaMaxAgeSeconds: 899 }',
      [`2:62 modules.operator-role.mfaMaxAgeSeconds: ${age}, got 899`],
    ],
    [
      'operator-role: { enabled: true, mfaMaxAgeSeconds: 14401 }',
      [`2:62 modules.operator-role.mfaMaxAgeSeconds: ${age}, got 14401`],
    ],
    ['audit-logging: { enabled: true }', [`2:27 modules.audit-logging: ${bucket}`]],
    ['audit-logging: { enabled: true, managedBy: strongroom }', [`2:27 modules.audit-logging: ${bucket}`]],
    ['audit-logging: { enabled: true, managedBy: organization }', []],
    ['aws-config: { enabled: true }', [`2:24 modules.aws-config: ${bucket}`]],
    ['aws-config: { enabled: true, managedBy: organization }', []],
    ['aws-config: { enabled: true }, audit-logging: { logArchiveBucket: acme-log-archive }', []],
    ['alerts: { enabled: true }, audit-logging: { enabled: false }, aws-config: { enabled: false }', []],
    [
      'aws-config: { enabled: true }, audit-logging: { logArchiveBucket: Acme }',
      ['2:78 modules.audit-logging.logArchiveBucket: must be an S3 bucket name, got "Acme"'],
    ],
    [
      'alerts: { enabled: true }, audit-logging: { logArchiveKeyArn: alias/logs }',
      ['2:74 modules.audit-logging.logArchiveKeyArn: must be the ARN of a KMS key, got "alias/logs"'],
    ],
    [
      'threat-detection: { enabled: true, standards: [cis] }',
      [`2:59 modules.threat-detection.standards[0]: must be ${standard}, got "cis"`],
    ],
    [
      'threat-detection: { enabled: true, standards: [a/v/1.0.0, b/v/1.0.0, c/v/1.0.0, d/v/1.0.0, e/v/1.0.0, f/v/1.0.0] }',
      ['2:58 modules.threat-detection.standards: must be a list of at most 5 standards, got a list of 6'],
    ],
  ])('{ %s }', (modules, expected) => expect(problemsOf(withModules(modules))).toEqual(expected));
});

test('alerts have a security account to go to', () => {
  const nowhere = smallest.replace('account-hardening: { enabled: true }', 'alerts: { enabled: true }');

  expect(problemsOf(nowhere)).toEqual([
    '2:20 modules.alerts: requires installation.security, the account that alerts go to',
  ]);
});
