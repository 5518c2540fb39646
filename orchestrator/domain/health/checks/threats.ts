/** G2: somebody watches the account, in every governed region. */

import type { Release } from '../../model/release';
import { standardArn } from '../../model/standards';
import { partitionOf } from '../../policies/operator-policy';
import { type Answer, type Check, few, fixedByOthers, isRunByOthers, judged, type Place, putBack } from '../check';
import { type AccessFindings, type AnalyzerFacts, type DetectorFacts, type HubFacts, looksOutside } from '../facts';
import { rolesOfTheOrganization } from './roles';

const row = {
  gate: 'G2',
  module: 'threat-detection',
  severity: 'critical',
} as const;

type Judged = Omit<Answer, 'expected'>;

const isOrganizations = ({ expectations }: Release): boolean =>
  expectations.organizationManaged.includes('threat-detection');

/** A detector of the account's own is not the organization's: its findings would reach nobody who watches for the organization. */
const judgeDetector = ({ enabled, administrator }: DetectorFacts, release: Release): Judged => {
  if (!enabled) return { outcome: 'fail', observed: 'disabled' };
  if (administrator !== undefined) return { outcome: 'pass', observed: `enabled, administered by ${administrator}` };
  return isOrganizations(release)
    ? { outcome: 'fail', observed: 'enabled, without an administrator' }
    : { outcome: 'pass', observed: 'enabled' };
};

const nameOf = (arn: string): string => arn.split(':standards/').at(-1) ?? arn;

/** More standards than wanted cost more [controls 004-31]; what others run they also pay for, and have their reasons for. */
const judgeStandards = ({ standards }: HubFacts, release: Release, place: Place): Judged => {
  const wanted = new Set(arnsWanted(release, place));
  const seen = new Map(standards.map(({ arn, status }) => [arn, status]));
  const ours = !isRunByOthers('threat-detection', release, place);
  const missing = [...wanted].filter((arn) => !seen.has(arn));
  const added = [...seen.keys()].filter((arn) => ours && !wanted.has(arn));
  const unready = [...seen].filter(([arn, status]) => wanted.has(arn) && status !== 'READY');
  const observed = [
    ...missing.map((arn) => `${nameOf(arn)} missing`),
    ...added.map((arn) => `${nameOf(arn)} added`),
    ...unready.map(([arn, status]) => `${nameOf(arn)} ${status}`),
  ].join(', ');
  if (observed === '') return { outcome: 'pass', observed: 'as configured' };
  // PENDING is also said of a standard to which AWS adds controls [bc:securityhub:StandardsStatus].
  const isPending = missing.length + added.length === 0 && unready.every(([, status]) => status === 'PENDING');
  return { outcome: isPending ? 'unknown' : 'fail', observed };
};

const arnsWanted = ({ expectations }: Release, { region }: Place): readonly string[] =>
  expectations.standards.map((standard) => standardArn(partitionOf(region), region, standard));

const judgeAnalyzers = (analyzers: readonly AnalyzerFacts[]): Judged => {
  const external = analyzers.filter(looksOutside);
  const observed = external.map(({ name, status }) => `${name} ${status}`).join(', ');
  if (external.some(({ status }) => status === 'ACTIVE')) return { outcome: 'pass', observed };
  if (external.some(({ status }) => status === 'CREATING')) return { outcome: 'unknown', observed };
  return { outcome: 'fail', observed: observed || 'no analyzer of external access' };
};

/** Roles that are entered from outside in every account, of which 003-20 and 002-15 judge the trusts; the last is made by service-managed StackSets. */
const enteredFromOutside = (resource: string, ciRole: string): boolean => {
  const [, role] = resource.split(':role/');
  if (role === undefined) return false;
  return [ciRole, ...rolesOfTheOrganization].includes(role) || /^(aws-reserved\/|stacksets-exec-[0-9a-f]+$)/.test(role);
};

/** An archived finding is not active: the analyzer keeps what is allowed. */
const judgeFindings = ({ resources, complete }: AccessFindings, ciRole: string): Judged => {
  const open = resources.filter((resource) => !enteredFromOutside(resource, ciRole));
  if (open.length > 0) return { outcome: 'fail', observed: few(open) };
  return complete ? { outcome: 'pass', observed: 'none' } : { outcome: 'unknown', observed: 'more than were read' };
};

export const threatChecks: readonly Check[] = [
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: '000-09',
    title: 'GuardDuty watches',
    remediation: putBack('the detector'),
    remediationByOthers: fixedByOthers,
    judge: ({ detector }, release) => {
      const expected = isOrganizations(release) ? 'a detector, enabled, with an administrator' : 'a detector, enabled';
      return judged(detector, expected, 'fail', (seen) => judgeDetector(seen, release));
    },
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: '000-10',
    title: 'Security Hub gathers the findings',
    remediation: 'Enable Security Hub again by hand, without its default standards: CloudFormation does not',
    remediationByOthers: fixedByOthers,
    judge: ({ hub }) => judged(hub, 'enabled', 'fail', () => ({ outcome: 'pass', observed: 'enabled' })),
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: '004-31',
    title: 'Security Hub checks by the configured standards, and no other',
    remediation: 'Enable or disable the standards by hand, as configured, or configure what is wanted',
    remediationByOthers: fixedByOthers,
    judge: ({ hub }, release, place) => {
      const expected = release.expectations.standards.join(', ') || 'no standard';
      return judged(hub, expected, 'fail', (seen) => judgeStandards(seen, release, place));
    },
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: '000-11',
    module: 'access-analyzer',
    title: 'IAM Access Analyzer looks for access from outside',
    remediation: 'Make the external-access analyzer again by hand, under its former name if a stack had made it',
    remediationByOthers: fixedByOthers,
    judge: ({ analyzers }) => judged(analyzers, 'an ACCOUNT or ORGANIZATION analyzer, ACTIVE', 'fail', judgeAnalyzers),
  },
  {
    gate: 'G2',
    severity: 'advisory',
    scope: 'region',
    where: 'governed',
    id: '002-14',
    module: 'access-analyzer',
    title: 'nothing of the account is open to the outside',
    remediation:
      'Take the access away; where it is meant, archive its finding in Access Analyzer, by a rule whose name says why',
    judge: ({ accessFindings }, { expectations }) =>
      judged(accessFindings, 'no active finding, but of roles that rows of their own judge', 'fail', (findings) =>
        judgeFindings(findings, expectations.ciRole),
      ),
  },
];
