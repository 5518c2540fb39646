/** An account in which every check passes, for tests to break in one place. */

import { runChecks } from '../../../../orchestrator/domain/health/check';
import { ciBoundaryArn, readerPolicyArn } from '../../../../orchestrator/domain/health/checks/bootstrap';
import { checkTable } from '../../../../orchestrator/domain/health/checks/table';
import type { AccountFacts, RegionFacts } from '../../../../orchestrator/domain/health/fact-sources';
import {
  type AlertRuleFacts,
  type CiRoleFacts,
  type Fact,
  type ListedRole,
  notWanted,
  type RoleFacts,
  type RuleFacts,
  read,
  type StackFacts,
  type TrailFacts,
} from '../../../../orchestrator/domain/health/facts';
import type { Adopted } from '../../../../orchestrator/domain/model/account-record';
import { parseAccountId, parseRegion, parseWaveName, type Region } from '../../../../orchestrator/domain/model/brand';
import type { ModuleChoices } from '../../../../orchestrator/domain/model/catalog';
import type { CheckOutcome, CheckResult } from '../../../../orchestrator/domain/model/gate';
import type { ModuleId } from '../../../../orchestrator/domain/model/module';
import { stackSetName } from '../../../../orchestrator/domain/model/module';
import type { Release } from '../../../../orchestrator/domain/model/release';
import { standardArn } from '../../../../orchestrator/domain/model/standards';
import {
  type AlertRule,
  alertPatterns,
  alertRuleState,
  alertRules,
} from '../../../../orchestrator/domain/policies/alert-patterns';
import {
  alertForward,
  alertForwarderArn,
  alertForwarderTrust,
  alertForwardPolicyName,
} from '../../../../orchestrator/domain/policies/alert-policy';
import { ciTrust, orchestratorRoles, readerTrust } from '../../../../orchestrator/domain/policies/ci-policy';
import { operatorTrust, regionDeny } from '../../../../orchestrator/domain/policies/operator-policy';
import { selfProtect } from '../../../../orchestrator/domain/policies/self-protect';
import { buildRelease } from '../../../../stackset-templates/release';
import { desiredState, modules, templateHashes } from '../../../stackset-templates/sample-desired-state';

export const account = parseAccountId('111122223333');
export const standard = 'aws-foundational-security-best-practices/v/1.0.0';

/** A release with every module, or with other choices. */
export const releaseOf = (choices: Partial<ModuleChoices> = {}): Release =>
  buildRelease({ ...desiredState, modules: { ...modules, ...choices } }, templateHashes);
export const release = releaseOf();
export const home = parseRegion('eu-west-1');

export const role: RoleFacts = {
  trust: operatorTrust({ partition: 'aws', account, mfaMaxAgeSeconds: '3600' }),
  maxSessionSeconds: 3600,
  attached: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  inline: {
    'region-deny': regionDeny(release.regions.governed),
    'self-protect': selfProtect({ partition: 'aws', account, roles: ['InfraAdmin', 'BaselineCi'] }),
  },
};

/** As the bootstrap makes it, for an orchestrator in another account. */
const callers = {
  organization: 'o-abcde12345',
  orchestratorAccount: '777788889999',
  administrationRole: 'StrongroomStackSetAdministration',
  orchestratorRoles,
  externalId: 'strongroom',
};
export const ciRole: CiRoleFacts = { trust: ciTrust('aws', callers), boundaryArn: ciBoundaryArn('aws', account) };
export const readerRole: CiRoleFacts = {
  trust: readerTrust('aws', callers),
  boundaryArn: readerPolicyArn('aws', account),
};

const linkedRole = (service: string): ListedRole => ({
  name: `AWSServiceRoleFor-${service}`,
  path: `/aws-service-role/${service}/`,
  trust: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  },
});
export const roles: readonly ListedRole[] = [
  { name: 'BaselineCi', path: '/', trust: ciRole.trust },
  { name: 'BaselineReader', path: '/', trust: readerRole.trust },
  { name: 'InfraAdmin', path: '/', trust: role.trust },
  ...['config.amazonaws.com', 'autoscaling.amazonaws.com'].map(linkedRole),
];

export const trail: TrailFacts = {
  name: 'strongroom-trail',
  homeRegion: home,
  multiRegion: true,
  organizationTrail: false,
  logFileValidation: true,
  bucket: 'acme-log-archive',
  logging: true,
  deliveredAt: '2026-11-22T11:55:00.000Z',
  digestDeliveredAt: '2026-11-22T11:30:00.000Z',
};

export const bus = `arn:aws:events:${home}:333344445555:event-bus/strongroom-alerts`;
const patterns = alertPatterns({ ciRole: 'BaselineCi', operatorRole: 'InfraAdmin' });

export const ruleIn = (region: string, rule: AlertRule): RuleFacts => ({
  state: alertRuleState(rule),
  pattern: patterns[rule],
  targets: [{ arn: bus, roleArn: alertForwarderArn({ partition: 'aws', account }, region) }],
});

export const forwarder: RoleFacts = {
  trust: alertForwarderTrust({ account }),
  maxSessionSeconds: 3_600,
  attached: [],
  inline: { [alertForwardPolicyName]: alertForward(bus) },
  boundaryArn: `arn:aws:iam::${account}:policy/baseline/BaselineServiceRoleBoundary`,
};

export const rulesIn = (region: string): AlertRuleFacts =>
  Object.fromEntries(alertRules.map((rule) => [rule, ruleIn(region, rule)]));

export const stacksIn = (region: Region): readonly StackFacts[] =>
  release.modules
    .filter(({ regions }) => regions.includes(region))
    .map(({ module, parameters }) => ({
      stackSet: stackSetName(parseWaveName('sandbox'), module),
      status: 'CREATE_COMPLETE',
      parameters,
    }));

export const factsIn = (region: Region): RegionFacts => ({
  ebsEncryption: read({ enabled: true }),
  imdsDefaults: read({ httpTokens: 'required', httpPutResponseHopLimit: 2 }),
  snapshotBlockPublicAccess: read({ state: 'block-all-sharing', managedBy: 'account' }),
  ebsDefaultKey: read({ arn: `arn:aws:kms:${region}:${account}:key/1234`, enabled: true, rotates: true }),
  recorder: read({
    name: 'strongroom-recorder',
    recording: true,
    lastStatus: 'SUCCESS',
    allSupported: true,
    globalTypes: region === home,
    roleArn: `arn:aws:iam::${account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
  }),
  deliveryChannel: read({ failing: false }),
  detector: read({ id: 'd1', enabled: true }),
  detectorAdministrator: notWanted,
  hub: read({ standards: [{ arn: standardArn('aws', region, standard), status: 'READY' }] }),
  analyzers: read([{ name: 'strongroom-external-access', type: 'ACCOUNT', status: 'ACTIVE' }]),
  accessFindings: read({
    resources: ['BaselineCi', 'BaselineReader'].map((name) => `arn:aws:iam::${account}:role/${name}`),
    complete: true,
  }),
  stacks: read(stacksIn(region)),
  alertForwarder: read(forwarder),
  alertRules: read(rulesIn(region)),
});

export const facts: AccountFacts = {
  account,
  collectedAt: '2026-11-22T12:00:00.000Z',
  identity: read({ account, arn: `arn:aws:sts::${account}:assumed-role/BaselineReader/strongroom` }),
  ciRole: read(ciRole),
  readerRole: read(readerRole),
  roles: read(roles),
  root: read({ accessKeys: false, password: true, mfa: true }),
  userKeys: read([{ user: 'jo', activeKeys: 0 }]),
  trails: read([trail]),
  passwordPolicy: read({
    minimumLength: 14,
    requireSymbols: true,
    requireNumbers: true,
    requireUppercase: true,
    requireLowercase: true,
    allowUsersToChange: true,
    maxAgeDays: 90,
    reusePrevention: 24,
    hardExpiry: false,
  }),
  s3PublicAccessBlock: read({
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  }),
  operatorRole: read(role),
  regions: Object.fromEntries(release.expectations.alertRegions.map((region) => [region, factsIn(region)])),
};

/** What was read; facts of the healthy account all are. */
export const valueRead = <T>(fact: Fact<T>): T => {
  if (fact.kind !== 'read') throw new Error(`the fact is ${fact.kind}`);
  return fact.value;
};

/** The account, but for what is read in its home region. */
export const atHome = (changed: Partial<RegionFacts>): AccountFacts => ({
  ...facts,
  regions: { ...facts.regions, [home]: { ...factsIn(home), ...changed } },
});

export const resultsOf = (
  seen: AccountFacts,
  of: Release = release,
  adopted: readonly Adopted[] = [],
): readonly CheckResult[] => runChecks(checkTable, seen, of, { adopted });

/** The release, with a module that the organization manages: no stack of it is deployed. */
export const managedByOrganization = (module: ModuleId): Release => ({
  ...release,
  modules: release.modules.filter((deployed) => deployed.module !== module),
  expectations: { ...release.expectations, organizationManaged: [module] },
});

/** As preflight leaves a module to others in the home region. */
export const adoptedAtHome = (module: ModuleId): readonly Adopted[] => [
  { module, region: home, because: 'others run it' },
];

/** Every check that did not say `pass`, by id; a result per region counts once. */
export const notPassing = (
  seen: AccountFacts,
  of: Release = release,
  adopted: readonly Adopted[] = [],
): Readonly<Record<string, CheckOutcome>> =>
  Object.fromEntries(
    resultsOf(seen, of, adopted)
      .filter(({ outcome }) => outcome !== 'pass')
      .map(({ check, outcome }) => [check, outcome]),
  );

/** The one result of a check, in the home region if it is asked per region. */
export function resultOf(
  check: string,
  seen: AccountFacts,
  of: Release = release,
  adopted: readonly Adopted[] = [],
): CheckResult {
  const found = resultsOf(seen, of, adopted).find(
    (r) => r.check === check && (r.region === 'global' || r.region === home),
  );
  if (found === undefined) throw new Error(`check ${check} was not asked`);
  return found;
}
