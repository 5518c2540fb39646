/** Probes over the accounts' contents: what would follow from the resources there, after about the time that AWS takes. */

import { errors } from '../domain/errors';
import type { RoleFacts } from '../domain/health/facts';
import { sampleTypes } from '../domain/health/probe';
import { type Decision, deniedAction, deniedRead, type OperatorCredentials } from '../domain/health/region-deny';
import type { AccountId, Region } from '../domain/model/brand';
import { alertRuleName, alertRuleState } from '../domain/policies/alert-patterns';
import { alertForwarderArn, alertForwarderName } from '../domain/policies/alert-policy';
import { readPolicy } from '../domain/policies/evaluation/document';
import { evaluate } from '../domain/policies/evaluation/evaluate';
import { keysOf } from '../domain/policies/evaluation/request';
import { conditionsOf, type PolicyDocument, statementsOf } from '../domain/policies/policy';
import type { Accounts, Probes, Sample, Visit } from '../ports/ports';
import type { AccountContents } from './account-contents';
import type { Random } from './random';
import type { Watch } from './security-services';
import type { VirtualClock } from './virtual-clock';

export interface ProbesWorld {
  readonly clock: VirtualClock;
  readonly contents: AccountContents;
  readonly watch: Watch;
  readonly random: Random;
  readonly accounts: Pick<Accounts, 'preflight'>;
  readonly home: Region;
}

/** The only role of an account that can assume the operator role. */
export const simulatedProbe = 'MfaProbe';
/** Profiles of a person with a user in every account: a session with MFA, a device that gives the code, and access keys alone. */
export const simulatedProfiles = { session: 'mfa-session', device: 'mfa-device', keys: 'keys-only' } as const;
export const simulatedCode = '246802';

const minuteMs = 60_000;
/** "On average within about 5 minutes" [doc:awscloudtrail/how-cloudtrail-works]; the spread is ours. */
const delivery = { leastMs: 3 * minuteMs, spreadMs: 7 * minuteMs };
/** "Within 5 minutes" [doc:guardduty/guardduty_findings_eventbridge]. */
const news = { leastMs: 30_000, spreadMs: 4 * minuteMs };

export function createProbes({ clock, contents, watch, random, accounts, home }: ProbesWorld): Probes {
  const calledAtMs = new Map<string, number>();
  const raisedAtMs = new Map<string, number>();
  const findingsOf = createFindings();
  /** Entering is the same for every probe. */
  const enter = (visit: Visit) => accounts.preflight(visit, []);
  const dueMs = (since: number | undefined, { leastMs, spreadMs }: typeof delivery, key: string): number =>
    (since ?? Number.POSITIVE_INFINITY) + leastMs + random.of(key) * spreadMs;
  const operatorRole = (visit: Visit, name: string): RoleFacts | undefined => contents.role(visit.account, name);

  return {
    markedCall: async (visit) => {
      await enter(visit);
      const marker = `baseline-${visit.rollout}`;
      calledAtMs.set(`${visit.account} ${marker}`, clock.nowMs());
      return marker;
    },
    lookForMarker: async (visit, { marker }) => {
      await enter(visit);
      const trails = watch.trails(visit.account, home);
      if (trails.length === 0) return undefined;
      const working = trails.find(({ logging, deliveryError }) => logging && deliveryError === undefined);
      const key = `${visit.account} ${marker}`;
      const isDelivered = working !== undefined && clock.nowMs() >= dueMs(calledAtMs.get(key), delivery, key);
      const deliveryError = working === undefined ? trails.find((t) => t.logging)?.deliveryError : undefined;
      return {
        logging: trails.some(({ logging }) => logging),
        ...(deliveryError !== undefined && { deliveryError }),
        objects: isDelivered ? 1 : 0,
        ...(isDelivered && { foundIn: `s3://${working.bucket}/AWSLogs/${visit.account}/CloudTrail/${home}` }),
      };
    },
    raiseSample: async (visit, region) => {
      await enter(visit);
      const detector = watch.detector(visit.account, region);
      if (detector === undefined) return undefined;
      if (!detector.enabled) throw errors.awsRefused('guardduty:CreateSampleFindings', 'BadRequest', 'it is suspended');
      const findings = findingsOf(visit.account);
      const fresh = sampleTypes.find((type) => !findings.has(type));
      const findingType = fresh ?? sampleTypes[0];
      findings.add(findingType);
      raisedAtMs.set(`${visit.account} ${findingType}`, clock.nowMs());
      return { region, findingType, isNew: fresh !== undefined };
    },
    lookForSample: async (visit, sample, bus) => {
      await enter(visit);
      const key = `${visit.account} ${sample.findingType}`;
      const isDue = sample.isNew && clock.nowMs() >= dueMs(raisedAtMs.get(key), news, key);
      return { isMade: true, hasArrived: isDue && isForwarded(visit, sample, bus) };
    },
    clearAway: async (visit) => {
      await enter(visit);
    },
    tryOperator: async (visit, { operator, probe }) => {
      await enter(visit);
      const role = operatorRole(visit, operator);
      if (role === undefined) return undefined;
      if (probe !== simulatedProbe) return { control: { decision: 'implicitDeny', because: [] } };
      const entered = !asksForMfa(role.trust);
      const said = entered ? 'welcome' : 'AccessDenied: User is not authorized to perform: sts:AssumeRole';
      return { control: { decision: 'allowed', because: [] }, attempt: { entered, said } };
    },
    simulateRegionDeny: async (visit, { operator, denied, governed }) => {
      await enter(visit);
      const role = operatorRole(visit, operator);
      return (
        role && {
          by: 'simulator',
          action: deniedAction,
          denied: { ...decided(role, denied, deniedAction), region: denied },
          governed: { ...decided(role, governed, deniedAction), region: governed },
        }
      );
    },
    tryRegionDeny: async (visit, { operator, denied, governed }, { profile, askCode }) => {
      await enter(visit);
      const role = operatorRole(visit, operator);
      if (role === undefined) return undefined;
      const hasMfa = await showsMfa(visit, profile, askCode);
      if (!hasMfa && asksForMfa(role.trust))
        throw errors.accessDenied(`sts:AssumeRole of ${operator}`, 'User is not authorized to perform: sts:AssumeRole');
      const inRegion = (region: Region) => ({ ...tried(decided(role, region, deniedRead)), region });
      return { by: 'operator', action: deniedRead, denied: inRegion(denied), governed: inRegion(governed) };
    },
  };

  async function showsMfa(
    { account }: Visit,
    profile: string,
    askCode: OperatorCredentials['askCode'],
  ): Promise<boolean> {
    if (!Object.values<string>(simulatedProfiles).includes(profile))
      throw errors.noCredentials(`no profile ${profile}`);
    if (profile === simulatedProfiles.device)
      return (await askCode(`arn:aws:iam::${account}:mfa/ada`)) === simulatedCode;
    return profile === simulatedProfiles.session;
  }
  function isForwarded({ account }: Visit, { region }: Sample, bus: string): boolean {
    const rule = contents.rule(account, region, alertRuleName('guardduty-findings'));
    const role = contents.role(account, alertForwarderName(region));
    const roleArn = alertForwarderArn({ partition: 'aws', account }, region);
    return (
      rule?.state === alertRuleState('guardduty-findings') &&
      rule.targets.some((target) => target.arn === bus && target.roleArn === roleArn) &&
      role !== undefined &&
      maySend(role, bus)
    );
  }
}

/** Types of the sample findings of each account. */
function createFindings(): (account: AccountId) => Set<string> {
  const byAccount = new Map<AccountId, Set<string>>();
  return (account) => {
    const found = byAccount.get(account) ?? new Set<string>();
    byAccount.set(account, found);
    return found;
  };
}

const maySend = ({ inline }: RoleFacts, bus: string): boolean => {
  const identity = Object.entries(inline).flatMap(([name, text]) => readPolicy('identity', name, text).policy ?? []);
  const principal = { kind: 'role', arn: 'arn:aws:iam::000000000000:role/forwarder', account: '000000000000' } as const;
  const request = {
    principal,
    action: 'events:PutEvents',
    resource: bus,
    keys: keysOf({}),
    otherKeys: 'absent',
  } as const;
  return evaluate({ identity }, request).outcome === 'allowed';
};

/** Whether every statement needs a condition key that is absent without MFA: operators with IfExists pass when the key is absent. */
const asksForMfa = (trust: PolicyDocument): boolean =>
  statementsOf(trust)
    .filter((statement) => statement['Effect'] === 'Allow')
    .every((statement) =>
      conditionsOf(statement).some(
        ({ operator, key }) => key.startsWith('aws:MultiFactorAuth') && ['Bool', 'NumericLessThan'].includes(operator),
      ),
    );

const administrator = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** An administrator with the inline policies of the role; a policy that IAM would refuse is none. */
function decided(role: RoleFacts, region: Region, action: string): Decision {
  const documents = [['AdministratorAccess', administrator] as const, ...Object.entries(role.inline)];
  const identity = documents.flatMap(([name, document]) => readPolicy('identity', name, document).policy ?? []);
  const verdict = evaluate(
    { identity },
    {
      principal: { kind: 'role', arn: 'arn:aws:iam::000000000000:role/operator', account: '000000000000' },
      action,
      resource: '*',
      keys: keysOf({ 'aws:RequestedRegion': region }),
      otherKeys: 'absent',
    },
  );
  return verdict.denial === 'explicit'
    ? { decision: 'explicitDeny', because: verdict.reasons.map(({ policy }) => policy) }
    : { decision: 'allowed', because: [] };
}

/** A denial names the kind of policy, not the policy itself. */
const tried = (decision: Decision): Decision =>
  decision.decision === 'explicitDeny' ? { ...decision, because: ['an identity-based policy'] } : decision;
