/** Scenarios of the checks that are asked in each region: recorder, watchers, alerts, hardening, stacks. */
import type { AccountFacts, RegionFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { type Fact, read } from '../../../../orchestrator/domain/health/facts';
import { type ModuleId, moduleIds } from '../../../../orchestrator/domain/model/module';
import { type AlertRule, alertRuleState, alertRules } from '../../../../orchestrator/domain/policies/alert-patterns';
import { alertForward, alertForwarderTrust } from '../../../../orchestrator/domain/policies/alert-policy';
import { account, atHome, bus, factsIn, forwarder, home, ruleIn, rulesIn, stacksIn, valueRead } from './healthy';
import { expecting, missed, type Scenario, without } from './scenario';

const region = factsIn(home);
const atHomeWith = <Name extends keyof RegionFacts>(name: Name, change: object): AccountFacts =>
  atHome({ [name]: read({ ...valueRead(region[name] as Fact<object>), ...change }) });

const ofRegion: Readonly<Record<string, Scenario>> = {
  'config-recorder-is-recording': {
    fact: 'recorder',
    nearMisses: [
      missed('on, and failing', atHomeWith('recorder', { lastStatus: 'FAILURE' })),
      missed('on, and pending', atHomeWith('recorder', { lastStatus: 'PENDING' }), 'unknown'),
    ],
    notApplicable: 'moduleOff',
  },
  'config-recorder-covers-all-resource-types': {
    fact: 'recorder',
    nearMisses: [missed('all but the global types', atHomeWith('recorder', { globalTypes: false }))],
    notApplicable: 'moduleOff',
  },
  'config-delivery-channel-delivers': {
    fact: 'deliveryChannel',
    nearMisses: [missed('a channel that fails', atHomeWith('deliveryChannel', { failing: true }))],
    notApplicable: 'moduleOff',
  },
  'guardduty-detector-is-enabled': {
    fact: 'detector',
    nearMisses: [missed('a detector that is disabled', atHomeWith('detector', { enabled: false }))],
    notApplicable: 'moduleOff',
  },
  'securityhub-is-enabled': { fact: 'hub', nearMisses: [], notApplicable: 'moduleOff' },
  'securityhub-standards-match-config': {
    fact: 'hub',
    nearMisses: [
      missed(
        'one standard more, which costs',
        withStandards((wanted) => [...wanted, { ...wanted[0], arn: 'arn:aws:securityhub:::ruleset/cis' }]),
      ),
      missed(
        'the standard, not ready yet',
        withStandards((wanted) => wanted.map((s) => ({ ...s, status: 'PENDING' }))),
        'unknown',
      ),
    ],
    notApplicable: 'moduleOff',
  },
  'access-analyzer-is-active': {
    fact: 'analyzers',
    nearMisses: [
      missed(
        'being created',
        atHome({ analyzers: read([{ name: 'a', type: 'ACCOUNT', status: 'CREATING' }]) }),
        'unknown',
      ),
      missed(
        'of unused access',
        atHome({ analyzers: read([{ name: 'a', type: 'ACCOUNT_UNUSED_ACCESS', status: 'ACTIVE' }]) }),
      ),
    ],
    notApplicable: 'moduleOff',
  },
  'access-analyzer-has-no-active-findings': {
    fact: 'accessFindings',
    nearMisses: [
      missed('a role that is named nearly like the CI role', found([`arn:aws:iam::${account}:role/x/BaselineCi`])),
      missed('only those that may be, of more than were read', found([], false), 'unknown'),
    ],
    notApplicable: 'moduleOff',
  },
  'alert-forwarder-can-send': {
    fact: 'alertForwarder',
    nearMisses: [
      missed('a further policy, which may deny', forwarding({ attached: ['arn:aws:iam::aws:policy/AWSDenyAll'] })),
      missed('a further inline policy', forwarding({ inline: { ...forwarder.inline, deny: {} } })),
      missed('no policy', forwarding({ inline: {} })),
      missed('the bus of another account', forwarding({ inline: { Forward: alertForward(`${bus}s`) } })),
      missed('the trust of another account', forwarding({ trust: alertForwarderTrust({ account: '444455556666' }) })),
      missed('a trust that lets nobody in', forwarding({ trust: { Version: '2012-10-17', Statement: [] } })),
      missed('a boundary that allows nothing', forwarding({ boundaryArn: 'arn:aws:iam::111122223333:policy/none' })),
      missed('no boundary', forwarding({ boundaryArn: undefined })),
    ],
    notApplicable: 'moduleOff',
  },
  'ebs-default-encryption-is-on': {
    fact: 'ebsEncryption',
    nearMisses: [missed('off', atHomeWith('ebsEncryption', { enabled: false }))],
    notApplicable: without({ ebsEncryption: undefined }),
  },
  'ec2-default-requires-imdsv2': {
    fact: 'imdsDefaults',
    nearMisses: [missed('required, one hop too far', atHomeWith('imdsDefaults', { httpPutResponseHopLimit: 3 }))],
    notApplicable: without({ imdsDefaults: undefined }),
  },
  'ebs-snapshot-public-access-is-blocked': {
    fact: 'snapshotBlockPublicAccess',
    nearMisses: [
      missed('new sharing alone blocked', atHomeWith('snapshotBlockPublicAccess', { state: 'block-new-sharing' })),
    ],
    notApplicable: expecting({ snapshotBlockPublicAccess: false }),
  },
  'ebs-default-key-rotates': {
    fact: 'ebsDefaultKey',
    nearMisses: [missed('enabled, without rotation', atHomeWith('ebsDefaultKey', { rotates: false }))],
    notApplicable: 'moduleOff',
  },
};

function found(resources: readonly string[], complete = true): AccountFacts {
  return atHome({ accessFindings: read({ resources, complete }) });
}

function withStandards(
  change: (wanted: readonly { readonly arn: string; readonly status: string }[]) => readonly object[],
) {
  return atHomeWith('hub', { standards: change(valueRead(region.hub).standards) });
}

function forwarding(changed: object): AccountFacts {
  return atHome({ alertForwarder: read({ ...forwarder, ...changed }) });
}
const withRule = (rule: AlertRule, changed: object) =>
  atHome({ alertRules: read({ ...rulesIn(home), [rule]: { ...ruleIn(home, rule), ...changed } }) });
const onlyTarget = (rule: AlertRule) => ruleIn(home, rule).targets[0] ?? { arn: '' };
const otherState = (rule: AlertRule): string =>
  alertRuleState(rule) === 'ENABLED' ? 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' : 'ENABLED';

const ofRule = (rule: AlertRule): Scenario => ({
  fact: 'alertRules',
  nearMisses: [
    missed('another bus', withRule(rule, { targets: [{ ...onlyTarget(rule), arn: `${bus}2` }] })),
    missed(
      'another role',
      withRule(rule, { targets: [{ ...onlyTarget(rule), roleArn: `${onlyTarget(rule).roleArn}2` }] }),
    ),
    missed('no role', withRule(rule, { targets: [{ arn: bus }] })),
    missed(
      'other text in place of the event',
      withRule(rule, { targets: [{ ...onlyTarget(rule), replacesEvent: true }] }),
    ),
    missed('no target', withRule(rule, { targets: [] })),
    missed(
      'the state that drops what it must hear, or hears what it must not',
      withRule(rule, { state: otherState(rule) }),
    ),
    missed('disabled', withRule(rule, { state: 'DISABLED' })),
    missed(
      'another pattern',
      atHome({
        alertRules: read({
          ...rulesIn(home),
          [rule]: { ...ruleIn(home, rule), pattern: { source: ['aws.health'] } },
        }),
      }),
    ),
  ],
  notApplicable: 'moduleOff',
});

const withStack = (module: ModuleId, change: object): AccountFacts =>
  atHome({
    stacks: read(
      stacksIn(home).map((stack) => (stack.stackSet.endsWith(`-sandbox-${module}`) ? { ...stack, ...change } : stack)),
    ),
  });
const ofStack = (module: ModuleId): readonly (readonly [id: string, scenario: Scenario])[] => {
  const parameters = {
    ...stacksIn(home).find(({ stackSet }) => stackSet.endsWith(`-${module}`))?.parameters,
    More: 'x',
  };
  return [
    [
      `${module}-stack-is-complete`,
      {
        fact: 'stacks',
        nearMisses: [
          missed('rolled back', withStack(module, { status: 'UPDATE_ROLLBACK_COMPLETE' })),
          missed('still at it', withStack(module, { status: 'UPDATE_IN_PROGRESS' }), 'unknown'),
        ],
        notApplicable: 'moduleOff',
      },
    ],
    [
      `${module}-stack-parameters-match-release`,
      {
        fact: 'stacks',
        nearMisses: [missed('one parameter more', withStack(module, { parameters }))],
        notApplicable: 'moduleOff',
      },
    ],
  ];
};

export const regionScenarios: Readonly<Record<string, Scenario>> = {
  ...ofRegion,
  ...Object.fromEntries(alertRules.map((rule) => [`alert-rule-${rule}-forwards`, ofRule(rule)])),
  ...Object.fromEntries(moduleIds.flatMap(ofStack)),
};
