/** What people do to a baseline by hand: each deed, and just the checks that must fail for it. */

import { ebsKeyAlias, trailName } from '../../orchestrator/domain/model/resource-names';
import { alertRuleName } from '../../orchestrator/domain/policies/alert-patterns';
import { alertForwarderName } from '../../orchestrator/domain/policies/alert-policy';
import type { OutOfBandChange } from '../../orchestrator/simulated/out-of-band-changes';
import { home, other } from '../simulated/small-world';
import { type Damage, damagesOfIdentities } from './damages-of-identities';
import { damagesOfOperatorRole } from './damages-of-operator-role';

export const damages: readonly Damage[] = [
  ...damagesOfIdentities,
  ...damagesOfOperatorRole,

  ['the trail stops', 'audit-logging', trail({ logging: false }), ['cloudtrail-trail-delivers-logs']],
  [
    'the trail cannot deliver',
    'audit-logging',
    trail({ deliveryError: 'AccessDenied' }),
    ['cloudtrail-trail-delivers-logs'],
  ],
  [
    'the trail has not delivered for days',
    'audit-logging',
    trail({ deliveredAt: '2026-11-20T00:00:00.000Z' }),
    ['cloudtrail-trail-delivers-logs'],
  ],
  [
    'the trail is not validated',
    'audit-logging',
    trail({ logFileValidation: false }),
    ['cloudtrail-trail-covers-all-regions'],
  ],
  [
    'the trail records one region',
    'audit-logging',
    trail({ multiRegion: false }),
    ['cloudtrail-trail-covers-all-regions'],
  ],
  ['the trail goes elsewhere', 'audit-logging', trail({ bucket: 'mallory' }), ['cloudtrail-trail-uses-log-archive']],
  [
    'the trail is deleted',
    'audit-logging',
    { kind: 'delete', of: 'trails', name: trailName },
    ['cloudtrail-trail-covers-all-regions', 'cloudtrail-trail-delivers-logs', 'cloudtrail-trail-uses-log-archive'],
  ],

  [
    'the recorder stops',
    'aws-config',
    { kind: 'change', of: 'recorders', region: other, to: { recording: false } },
    [`config-recorder-is-recording ${other}`],
  ],
  [
    'the recorder fails',
    'aws-config',
    { kind: 'change', of: 'recorders', region: home, to: { lastStatus: 'Failure' } },
    [`config-recorder-is-recording ${home}`],
  ],
  [
    'the recorder omits types',
    'aws-config',
    { kind: 'change', of: 'recorders', region: home, to: { allSupported: false } },
    [`config-recorder-covers-all-resource-types ${home}`],
  ],
  [
    'the recorder is deleted',
    'aws-config',
    { kind: 'delete', of: 'recorders', region: home },
    [`config-recorder-is-recording ${home}`, `config-recorder-covers-all-resource-types ${home}`],
  ],
  [
    'the channel fails',
    'aws-config',
    { kind: 'change', of: 'channels', region: other, to: { failing: true } },
    [`config-delivery-channel-delivers ${other}`],
  ],
  [
    'the channel is deleted',
    'aws-config',
    { kind: 'delete', of: 'channels', region: other },
    [`config-delivery-channel-delivers ${other}`],
  ],

  [
    'the detector is suspended',
    'threat-detection',
    { kind: 'change', of: 'detectors', region: other, to: { enabled: false } },
    [`guardduty-detector-is-enabled ${other}`],
  ],
  [
    'the detector is deleted',
    'threat-detection',
    { kind: 'delete', of: 'detectors', region: other },
    [`guardduty-detector-is-enabled ${other}`],
  ],
  [
    'a standard is disabled',
    'threat-detection',
    { kind: 'change', of: 'hubs', region: home, to: { standards: [] } },
    [`securityhub-standards-match-config ${home}`],
  ],
  [
    'Security Hub is disabled',
    'threat-detection',
    { kind: 'delete', of: 'hubs', region: home },
    [`securityhub-is-enabled ${home}`, `securityhub-standards-match-config ${home}`],
  ],
  [
    'a bucket is opened to the world',
    'access-analyzer',
    { kind: 'share', region: other, resource: 'arn:aws:s3:::acme-public' },
    [`access-analyzer-has-no-active-findings ${other}`],
  ],
  [
    'the analyzer is deleted',
    'access-analyzer',
    { kind: 'delete', of: 'analyzers', region: home },
    [`access-analyzer-is-active ${home}`, `access-analyzer-has-no-active-findings ${home}`],
  ],
  [
    'the analyzer fails',
    'access-analyzer',
    { kind: 'change', of: 'analyzers', region: home, to: { status: 'FAILED' } },
    [`access-analyzer-is-active ${home}`, `access-analyzer-has-no-active-findings ${home}`],
  ],

  [
    'the forwarding role is deleted',
    'alerts',
    { kind: 'delete', of: 'roles', name: alertForwarderName(home) },
    [`alert-forwarder-can-send ${home}`],
  ],
  [
    'a policy denies the forwarding role',
    'alerts',
    {
      kind: 'change',
      of: 'roles',
      name: alertForwarderName(other),
      to: { attached: ['arn:aws:iam::aws:policy/AWSDenyAll'] },
    },
    [`alert-forwarder-can-send ${other}`],
  ],
  [
    'the boundary of the forwarding role is replaced',
    'alerts',
    {
      kind: 'change',
      of: 'roles',
      name: alertForwarderName(home),
      to: { boundaryArn: 'arn:aws:iam::aws:policy/AWSDenyAll' },
    },
    [`alert-forwarder-can-send ${home}`],
  ],
  [
    'a rule forwards by a role that can do nothing',
    'alerts',
    {
      kind: 'change',
      of: 'rules',
      region: home,
      name: alertRuleName('root-user'),
      to: {
        targets: [
          {
            arn: 'arn:aws:events:us-east-1:333344445555:event-bus/strongroom-alerts',
            roleArn: 'arn:aws:iam::111122223333:role/mute',
          },
        ],
      },
    },
    [`alert-rule-root-user-forwards ${home}`],
  ],
  [
    'a rule forwards to nothing',
    'alerts',
    { kind: 'change', of: 'rules', region: home, name: alertRuleName('alert-tampering'), to: { targets: [] } },
    [`alert-rule-alert-tampering-forwards ${home}`],
  ],
  [
    'the rule on the root user hears no read-only calls',
    'alerts',
    { kind: 'change', of: 'rules', region: home, name: alertRuleName('root-user'), to: { state: 'ENABLED' } },
    [`alert-rule-root-user-forwards ${home}`],
  ],
  [
    'a rule is disabled',
    'alerts',
    { kind: 'change', of: 'rules', region: home, name: alertRuleName('identity-tampering'), to: { state: 'DISABLED' } },
    [`alert-rule-identity-tampering-forwards ${home}`],
  ],
  [
    'a rule is deleted',
    'alerts',
    { kind: 'delete', of: 'rules', region: home, name: alertRuleName('detection-tampering') },
    [`alert-rule-detection-tampering-forwards ${home}`],
  ],

  ['passwords are weak', 'account-hardening', { kind: 'deletePasswordPolicy' }, ['password-policy-is-strong']],
  ['buckets can be public', 'account-hardening', { kind: 'openBuckets' }, ['s3-public-access-is-blocked']],
  [
    'volumes are not encrypted',
    'account-hardening',
    { kind: 'stopEbsEncryption', region: other },
    [`ebs-default-encryption-is-on ${other}`],
  ],
  [
    'instances answer to IMDSv1',
    'account-hardening',
    { kind: 'forgetImds', region: home },
    [`ec2-default-requires-imdsv2 ${home}`],
  ],
  [
    'snapshots can be public',
    'account-hardening',
    { kind: 'delete', of: 'snapshotBlocks', region: home },
    [`ebs-snapshot-public-access-is-blocked ${home}`],
  ],

  [
    'its stack is deleted',
    'account-hardening',
    { kind: 'deleteStack', stackSet: 'strongroom-wave-account-hardening', region: other },
    [
      `account-hardening-stack-is-complete ${other}`,
      `account-hardening-stack-parameters-match-release ${other}`,
      `ebs-snapshot-public-access-is-blocked ${other}`,
    ],
  ],
  [
    "volumes are encrypted with AWS's key",
    'kms-default',
    { kind: 'forgetEbsKey', region: other },
    [`ebs-default-key-rotates ${other}`],
  ],
  [
    'the EBS key is disabled',
    'kms-default',
    { kind: 'change', of: 'keys', name: ebsKeyAlias, region: home, to: { enabled: false } },
    [`ebs-default-key-rotates ${home}`],
  ],
  [
    'the EBS key does not rotate',
    'kms-default',
    { kind: 'change', of: 'keys', name: ebsKeyAlias, region: other, to: { rotates: false } },
    [`ebs-default-key-rotates ${other}`],
  ],
  ...(['guardduty-findings', 'securityhub-findings', 'root-user'] as const).map(
    (rule): Damage => [
      `the rule ${rule} hears something else`,
      'alerts',
      {
        kind: 'change',
        of: 'rules',
        region: home,
        name: alertRuleName(rule),
        to: { pattern: { source: ['aws.health'] } },
      },
      [`alert-rule-${rule}-forwards ${home}`],
    ],
  ),
];

function trail(to: Extract<OutOfBandChange, { kind: 'change'; of: 'trails' }>['to']): OutOfBandChange {
  return { kind: 'change', of: 'trails', name: trailName, to };
}
