/** What `doctor` is answered where moto has no answer, or where something is missing. */
import { type Answer, type Call, queryFault } from './gateway';
import { motoAccount } from './moto';
import { jsonFault } from './moto-gaps';

export const json = (answer: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(answer),
});

/** moto's trails are those of one account. */
export const organizationTrail = ({ action, account }: Call): Answer | undefined =>
  action === 'DescribeTrails' && account === motoAccount
    ? json({ trailList: [{ IsOrganizationTrail: true }] })
    : undefined;

/** What STS says to a function of the orchestrator. */
export const asOrchestrator: Answer = {
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::${motoAccount}:assumed-role/Strongroom-Sweep/strongroom</Arn><UserId>AROAEXAMPLE:strongroom</UserId><Account>${motoAccount}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
};

/** Of the visitor's own first question, which alone tells the time here. */
export const anHourLater = (answer: Answer): Answer => ({
  ...answer,
  headers: {
    ...answer.headers,
    // AWS sends one with every answer, and moto does not.
    'x-amzn-requestid': 'c6104cbe-af31-11e0-8154-cbc7ccf896c7',
    date: new Date(Date.now() + 3_600_000).toUTCString(),
  },
});

export const xmlDenied = queryFault(403, 'AccessDenied', 'not authorized to perform this');

export const deniedJson = jsonFault(400, 'AccessDeniedException', 'not authorized to perform this');
