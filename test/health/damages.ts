/** What people do to a baseline by hand: each deed, and just the checks that must fail for it. */

import { alertRuleName, ebsKeyAlias, type PolicyDocument, trailName } from '../../orchestrator/domain/health/facts';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import {
  regionDeny,
  regionDenyName,
  selfProtect,
  selfProtectName,
} from '../../orchestrator/domain/policies/operator-policy';
import { operatorCarveOuts } from '../../orchestrator/domain/policies/policy-carve-outs';
import { simulatedCiRole } from '../../orchestrator/simulated/config';
import type { OutOfBandChange } from '../../orchestrator/simulated/out-of-band-changes';
import { home, other } from '../simulated/small-world';
import { type Damage, damagesOfIdentities } from './damages-of-identities';

export const damages: readonly Damage[] = [
  ...damagesOfIdentities,

  ['the trail stops', 'audit-logging', trail({ logging: false }), ['000-07-delivery']],
  ['the trail cannot deliver', 'audit-logging', trail({ deliveryError: 'AccessDenied' }), ['000-07-delivery']],
  [
    'the trail has not delivered for days',
    'audit-logging',
    trail({ deliveredAt: '2026-11-20T00:00:00.000Z' }),
    ['000-07-delivery'],
  ],
  ['the trail is not validated', 'audit-logging', trail({ logFileValidation: false }), ['000-07']],
  ['the trail records one region', 'audit-logging', trail({ multiRegion: false }), ['000-07']],
  ['the trail goes elsewhere', 'audit-logging', trail({ bucket: 'mallory' }), ['002-27']],
  [
    'the trail is deleted',
    'audit-logging',
    { kind: 'delete', of: 'trails', name: trailName },
    ['000-07', '000-07-delivery', '002-27'],
  ],

  [
    'the recorder stops',
    'aws-config',
    { kind: 'change', of: 'recorders', region: other, to: { recording: false } },
    [`000-08 ${other}`],
  ],
  [
    'the recorder fails',
    'aws-config',
    { kind: 'change', of: 'recorders', region: home, to: { lastStatus: 'Failure' } },
    [`000-08 ${home}`],
  ],
  [
    'the recorder omits types',
    'aws-config',
    { kind: 'change', of: 'recorders', region: home, to: { allSupported: false } },
    [`000-08-types ${home}`],
  ],
  [
    'the recorder is deleted',
    'aws-config',
    { kind: 'delete', of: 'recorders', region: home },
    [`000-08 ${home}`, `000-08-types ${home}`],
  ],
  [
    'the channel fails',
    'aws-config',
    { kind: 'change', of: 'channels', region: other, to: { failing: true } },
    [`000-08-delivery ${other}`],
  ],
  [
    'the channel is deleted',
    'aws-config',
    { kind: 'delete', of: 'channels', region: other },
    [`000-08-delivery ${other}`],
  ],

  [
    'the detector is suspended',
    'threat-detection',
    { kind: 'change', of: 'detectors', region: other, to: { enabled: false } },
    [`000-09 ${other}`],
  ],
  [
    'the detector is deleted',
    'threat-detection',
    { kind: 'delete', of: 'detectors', region: other },
    [`000-09 ${other}`],
  ],
  [
    'a standard is disabled',
    'threat-detection',
    { kind: 'change', of: 'hubs', region: home, to: { standards: [] } },
    [`004-31 ${home}`],
  ],
  [
    'Security Hub is disabled',
    'threat-detection',
    { kind: 'delete', of: 'hubs', region: home },
    [`000-10 ${home}`, `004-31 ${home}`],
  ],
  [
    'a bucket is opened to the world',
    'access-analyzer',
    { kind: 'share', region: other, resource: 'arn:aws:s3:::acme-public' },
    [`002-14 ${other}`],
  ],
  [
    'the analyzer is deleted',
    'access-analyzer',
    { kind: 'delete', of: 'analyzers', region: home },
    [`000-11 ${home}`, `002-14 ${home}`],
  ],
  [
    'the analyzer fails',
    'access-analyzer',
    { kind: 'change', of: 'analyzers', region: home, to: { status: 'FAILED' } },
    [`000-11 ${home}`, `002-14 ${home}`],
  ],

  [
    'the topic is decrypted',
    'alerts',
    { kind: 'change', of: 'topics', region: home, to: { kmsKey: undefined } },
    [`000-12-encryption ${home}`],
  ],
  [
    'the topic forgets EventBridge',
    'alerts',
    { kind: 'change', of: 'topics', region: home, to: { policy: { Statement: [] } } },
    [`000-12-topic ${home}`],
  ],
  [
    'everybody unsubscribes',
    'alerts',
    { kind: 'change', of: 'topics', region: other, to: { subscriptions: [] } },
    [`000-12-subscription ${other}`],
  ],
  [
    'the topic is deleted',
    'alerts',
    { kind: 'delete', of: 'topics', region: home },
    [`000-12-encryption ${home}`, `000-12-subscription ${home}`, `000-12-topic ${home}`],
  ],
  [
    'a rule is disabled',
    'alerts',
    { kind: 'change', of: 'rules', region: home, name: alertRuleName('tampering'), to: { enabled: false } },
    [`000-12-tampering ${home}`],
  ],
  [
    'a rule is deleted',
    'alerts',
    { kind: 'delete', of: 'rules', region: home, name: alertRuleName('root-api-use') },
    [`000-12-root-api-use ${home}`],
  ],

  [
    'the operator role may do nothing',
    'operator-role',
    { kind: 'change', of: 'roles', to: { attached: [] } },
    ['000-18'],
  ],
  [
    'anybody may enter it',
    'operator-role',
    { kind: 'changeTrust', role: 'InfraAdmin', trust: { Statement: [{ Effect: 'Allow', Principal: '*' }] } },
    ['000-14', '000-15', '000-16'],
  ],
  [
    'its stack is given other parameters',
    'operator-role',
    {
      kind: 'changeParameters',
      stackSet: 'strongroom-wave-operator-role',
      region: home,
      parameters: { MfaMaxAgeSeconds: '99999' },
    },
    [`002-50-operator-role ${home}`],
  ],
  [
    'its sessions last',
    'operator-role',
    { kind: 'change', of: 'roles', to: { maxSessionSeconds: 43_200 } },
    ['000-13'],
  ],

  ['passwords are weak', 'account-hardening', { kind: 'deletePasswordPolicy' }, ['000-04']],
  ['buckets can be public', 'account-hardening', { kind: 'openBuckets' }, ['000-05']],
  ['volumes are not encrypted', 'account-hardening', { kind: 'stopEbsEncryption', region: other }, [`000-06 ${other}`]],
  ['instances answer to IMDSv1', 'account-hardening', { kind: 'forgetImds', region: home }, [`imds-defaults ${home}`]],
  [
    'snapshots can be public',
    'account-hardening',
    { kind: 'delete', of: 'snapshotBlocks', region: home },
    [`snapshot-sharing ${home}`],
  ],

  [
    'its stack is deleted',
    'account-hardening',
    { kind: 'deleteStack', stackSet: 'strongroom-wave-account-hardening', region: other },
    [`000-03-account-hardening ${other}`, `002-50-account-hardening ${other}`, `snapshot-sharing ${other}`],
  ],
  ["volumes are encrypted with AWS's key", 'kms-default', { kind: 'forgetEbsKey', region: other }, [`002-52 ${other}`]],
  [
    'the EBS key is disabled',
    'kms-default',
    { kind: 'change', of: 'keys', name: ebsKeyAlias, region: home, to: { enabled: false } },
    [`002-52 ${home}`],
  ],
  [
    'the EBS key does not rotate',
    'kms-default',
    { kind: 'change', of: 'keys', name: ebsKeyAlias, region: other, to: { rotates: false } },
    [`002-52 ${other}`],
  ],
  ...(['guardduty-findings', 'securityhub-findings', 'root-sign-in'] as const).map(
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
      [`000-12-${rule} ${home}`],
    ],
  ),
  ['its fence is gone', 'operator-role', inline(undefined), ['000-17', '000-19', '000-20']],
  ['its fence has one region more', 'operator-role', inline(regionDeny([home, other, 'sa-east-1'])), ['000-19']],
  [
    'its fence lets a service through',
    'operator-role',
    inline(
      regionDeny([home, other], {
        ...operatorCarveOuts,
        anywhere: [...operatorCarveOuts.anywhere, 's3:*'],
      }),
    ),
    ['000-20'],
  ],
  [
    'its fence locks out of IAM',
    'operator-role',
    inline(
      regionDeny([home, other], {
        ...operatorCarveOuts,
        anywhere: operatorCarveOuts.anywhere.filter((actions) => actions !== 'iam:*'),
      }),
    ),
    ['000-20', '000-21'],
  ],
  [
    'it may lower its fence',
    'operator-role',
    { kind: 'change', of: 'roles', to: { inline: { [regionDenyName]: regionDeny([home, other]) } } },
    ['operator-self-protect'],
  ],
];

function trail(to: Extract<OutOfBandChange, { kind: 'change'; of: 'trails' }>['to']): OutOfBandChange {
  return { kind: 'change', of: 'trails', name: trailName, to };
}

/** The operator role's policies, with another fence or none; what protects them stays as it is. */
function inline(fencingToken: PolicyDocument | undefined): (account: AccountId) => OutOfBandChange {
  return (account) => {
    const roles = ['InfraAdmin', simulatedCiRole];
    const protecting = { [selfProtectName]: selfProtect({ partition: 'aws', account, roles }) };
    return {
      kind: 'change',
      of: 'roles',
      to: { inline: fencingToken === undefined ? protecting : { ...protecting, [regionDenyName]: fencingToken } },
    };
  };
}
