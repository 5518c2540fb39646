/** Probes the region deny with operator credentials, because only a person with MFA can assume the operator role. */
import { DescribeAvailabilityZonesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { errors, messageOf } from '../../domain/errors';
import {
  type Decision,
  denialIn,
  deniedRead,
  type OperatorCredentials,
  type RegionDenyRequest,
  type RegionDenyTrial,
} from '../../domain/health/region-deny';
import type { Region } from '../../domain/model/brand';
import type { Visit } from '../../ports/ports';
import type { Clients, Credentials } from '../clients';
import { calling, isAws } from '../failures';
import { type Session, sessionNameOf } from '../sessions';
import { arnOf, credentialsOf, exists } from './roles';

/** The minimum of STS [bc:sts:AssumeRole]; the session policy allows only this one call. */
const durationSeconds = 900;
const onlyTheCall = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: deniedRead, Resource: '*' }],
});

export async function tryRegionDeny(
  session: Session,
  callers: Pick<Clients, 'as'>,
  visit: Visit,
  { operator, denied, governed }: RegionDenyRequest,
  operatorCredentials: OperatorCredentials,
): Promise<RegionDenyTrial | undefined> {
  if (!(await exists(session, operator))) return undefined;
  const enter = (own: Credentials, mfa: Mfa) => enterOperator(callers.as(own).in(STSClient, session.home), visit, mfa);
  const asOperator = callers.as(await operatorSession(operatorCredentials, arnOf(session, operator), enter));
  const inRegion = async (region: Region) => ({ region, ...(await attempt(asOperator.in(EC2Client, region))) });
  return {
    by: 'operator',
    action: deniedRead,
    denied: await inRegion(denied),
    governed: await inRegion(governed),
  };
}

interface Mfa {
  readonly RoleArn: string;
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
}

/**
 * If the profile names the role, it is assumed as the SDK would do it, including the MFA code, but with our session name, duration and
 * policy. If the profile is already a session with MFA, it assumes the role directly.
 */
async function operatorSession(
  { profile, askCode }: OperatorCredentials,
  operator: string,
  enter: (own: Credentials, mfa: Mfa) => Promise<Credentials>,
): Promise<Credentials> {
  const entered: Credentials[] = [];
  const own = await calling(`profile ${profile}`, () =>
    fromIni({
      profile,
      mfaCodeProvider: askCode,
      roleAssumer: async (source, { RoleArn, SerialNumber, TokenCode }) => {
        if (RoleArn !== operator) throw errors.otherProfile(profile, RoleArn, operator);
        const mfa = { RoleArn, ...(SerialNumber && { SerialNumber }), ...(TokenCode && { TokenCode }) };
        const given = await enter(source, mfa);
        entered.push(given);
        return given;
      },
    })(),
  );
  return entered[0] ?? enter(own, { RoleArn: operator });
}

/** Sets no source identity, because the trust policy of the operator role does not allow sts:SetSourceIdentity. */
async function enterOperator(sts: STSClient, visit: Visit, mfa: Mfa): Promise<Credentials> {
  const call = `sts:AssumeRole of ${mfa.RoleArn}`;
  const { Credentials: given } = await calling(call, () =>
    sts.send(
      new AssumeRoleCommand({
        ...mfa,
        RoleSessionName: sessionNameOf(visit),
        DurationSeconds: durationSeconds,
        Policy: onlyTheCall,
      }),
    ),
  );
  return credentialsOf(call, given);
}

async function attempt(ec2: EC2Client): Promise<Decision> {
  try {
    await calling(deniedRead, () => ec2.send(new DescribeAvailabilityZonesCommand({})));
    return { decision: 'allowed', because: [] };
  } catch (error) {
    if (isAws(error, 'UnauthorizedOperation', 'AccessDenied')) return denialIn(messageOf(error));
    throw error;
  }
}
