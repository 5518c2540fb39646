/** Probes what the operator role denies: with a probe role without MFA, and otherwise with the IAM policy simulator. */
import {
  type EvaluationResult,
  GetRoleCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type Credentials as Given, STSClient } from '@aws-sdk/client-sts';
import { errors, messageOf } from '../../domain/errors';
import type { OperatorTrial } from '../../domain/health/probe';
import {
  type Decision,
  deniedAction,
  type RegionDenyRequest,
  type RegionDenyTrial,
} from '../../domain/health/region-deny';
import type { Region } from '../../domain/model/brand';
import type { Visit } from '../../ports/ports';
import type { Clients, Credentials } from '../clients';
import { calling, finding, isAws } from '../failures';
import { type Session, sessionNameOf } from '../sessions';

export const arnOf = ({ partition, account }: Session, role: string): string =>
  `arn:${partition}:iam::${account}:role/${role}`;

/** The minimum of STS; the session has no permissions and is discarded [bc:sts:AssumeRole]. */
const durationSeconds = 900;
const nothing = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** @param callers clients that assume the probe role, because the CI role cannot assume any role. */
export async function tryOperator(
  session: Session,
  callers: Pick<Clients, 'in' | 'as'>,
  visit: Visit,
  { operator, probe }: { readonly operator: string; readonly probe: string },
): Promise<OperatorTrial | undefined> {
  // STS returns the same error for a role that does not exist.
  if (!(await exists(session, operator))) return undefined;
  const control = await simulated(session, {
    PolicySourceArn: arnOf(session, probe),
    ActionNames: ['sts:AssumeRole'],
    ResourceArns: [arnOf(session, operator)],
    ContextEntries: [
      { ContextKeyName: 'aws:MultiFactorAuthPresent', ContextKeyType: 'boolean', ContextKeyValues: ['true'] },
      { ContextKeyName: 'aws:MultiFactorAuthAge', ContextKeyType: 'numeric', ContextKeyValues: ['60'] },
    ],
  });
  if (control.decision !== 'allowed') return { control };
  const asProbe = callers.as(await enterProbe(session, callers, visit, probe)).in(STSClient, session.home);
  return { control, attempt: await attempt(asProbe, arnOf(session, operator), visit) };
}

export async function exists({ clients, home }: Session, role: string): Promise<boolean> {
  const found = await finding('iam:GetRole', ['NoSuchEntity'], () =>
    clients.in(IAMClient, home).send(new GetRoleCommand({ RoleName: role })),
  );
  return found !== undefined;
}

/** Uses a session of a role, which never has MFA [controls 1.4.3]. */
async function enterProbe(
  session: Session,
  callers: Pick<Clients, 'in'>,
  visit: Visit,
  probe: string,
): Promise<Credentials> {
  const call = `sts:AssumeRole of ${probe}`;
  const { Credentials: given } = await calling(call, () =>
    callers.in(STSClient, session.home).send(
      new AssumeRoleCommand({
        RoleArn: arnOf(session, probe),
        RoleSessionName: sessionNameOf(visit),
        ExternalId: visit.externalId,
        DurationSeconds: durationSeconds,
      }),
    ),
  );
  return credentialsOf(call, given);
}

export function credentialsOf(call: string, given: Given | undefined): Credentials {
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
    throw errors.incompleteAnswer(call, 'credentials');
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
}

async function attempt(sts: STSClient, RoleArn: string, visit: Visit): Promise<OperatorTrial['attempt']> {
  try {
    await calling('sts:AssumeRole', () =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn,
          RoleSessionName: sessionNameOf(visit),
          DurationSeconds: durationSeconds,
          Policy: nothing,
        }),
      ),
    );
    return { entered: true, said: '' };
  } catch (error) {
    // Matches the name, because other errors with the same status say nothing about the role.
    if (isAws(error, 'AccessDenied')) return { entered: false, said: messageOf(error) };
    throw error;
  }
}

export async function simulateRegionDeny(
  session: Session,
  { operator, denied, governed }: RegionDenyRequest,
): Promise<RegionDenyTrial | undefined> {
  if (!(await exists(session, operator))) return undefined;
  const inRegion = async (region: Region) => ({
    region,
    ...(await simulated(session, {
      PolicySourceArn: arnOf(session, operator),
      ActionNames: [deniedAction],
      ContextEntries: [{ ContextKeyName: 'aws:RequestedRegion', ContextKeyType: 'string', ContextKeyValues: [region] }],
    })),
  });
  return { by: 'simulator', action: deniedAction, denied: await inRegion(denied), governed: await inRegion(governed) };
}

/** Organization policies are reported separately, and those with conditions are not evaluated [controls 1.4.11]. */
async function simulated({ clients, home }: Session, prompt: SimulatePrincipalPolicyCommandInput): Promise<Decision> {
  const call = `iam:SimulatePrincipalPolicy of ${prompt.ActionNames?.join()}`;
  const { EvaluationResults: [result] = [] } = await calling(call, () =>
    clients.in(IAMClient, home).send(new SimulatePrincipalPolicyCommand(prompt)),
  );
  const decision = decisions.find((known) => known === result?.EvalDecision);
  if (result === undefined || decision === undefined) throw errors.incompleteAnswer(call, 'a decision');
  const byOrganization = result.OrganizationsDecisionDetail?.AllowedByOrganizations;
  return { decision, because: policiesOf(result), ...(byOrganization !== undefined && { byOrganization }) };
}

const decisions = ['allowed', 'implicitDeny', 'explicitDeny'] as const satisfies readonly Decision['decision'][];

const policiesOf = ({ MatchedStatements = [] }: EvaluationResult): readonly string[] => [
  ...new Set(MatchedStatements.flatMap(({ SourcePolicyId }) => SourcePolicyId ?? [])),
];
