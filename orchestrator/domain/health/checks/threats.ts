/** The watched gate: GuardDuty, Security Hub and IAM Access Analyzer watch every governed region. */

import { partitionOf } from '../../model/partition';
import type { Release } from '../../model/release';
import { standardArn } from '../../model/standards';
import { type Answer, type Check, few, fixedByOthers, isRunByOthers, judged, type Place, restore } from '../check';
import {
  type AccessFindings,
  type AnalyzerFacts,
  type DetectorFacts,
  type Fact,
  type HubFacts,
  looksOutside,
} from '../facts';
import { rolesOfTheOrganization } from './roles';

const row = {
  gate: 'watched',
  module: 'threat-detection',
  severity: 'critical',
} as const;

type Judged = Omit<Answer, 'expected'>;

const isOrganizations = ({ expectations }: Release): boolean =>
  expectations.organizationManaged.includes('threat-detection');

/** The organization does not see the findings of a detector that it does not administer. */
const judgeDetector = ({ enabled }: DetectorFacts, administrator: Fact<string>, release: Release): Judged => {
  if (!enabled) return { outcome: 'fail', observed: 'disabled' };
  if (!isOrganizations(release)) return { outcome: 'pass', observed: 'enabled' };
  switch (administrator.kind) {
    case 'read':
      return { outcome: 'pass', observed: `enabled, administered by ${administrator.value}` };
    case 'absent':
      return { outcome: 'fail', observed: 'enabled, without an administrator account' };
    case 'unreadable':
      return { outcome: 'unknown', observed: administrator.why };
  }
};

const nameOf = (arn: string): string => arn.split(':standards/').at(-1) ?? arn;

/** Each additional standard costs [controls 004-31]. Another team that runs Security Hub may enable more. */
const judgeStandards = ({ standards }: HubFacts, release: Release, place: Place): Judged => {
  const wanted = new Set(arnsWanted(release, place));
  const seen = new Map(standards.map(({ arn, status }) => [arn, status]));
  const ours = !isRunByOthers('threat-detection', release, place);
  const missing = [...wanted].filter((arn) => !seen.has(arn));
  const added = [...seen.keys()].filter((arn) => ours && !wanted.has(arn));
  const unready = [...seen].filter(([arn, status]) => wanted.has(arn) && status !== 'READY');
  const observed = [
    ...missing.map((arn) => `${nameOf(arn)} is missing`),
    ...added.map((arn) => `${nameOf(arn)} is not configured`),
    ...unready.map(([arn, status]) => `${nameOf(arn)} is ${status}`),
  ].join(', ');
  if (observed === '') return { outcome: 'pass', observed: 'as configured' };
  // A standard is PENDING also while AWS adds controls to it [bc:securityhub:StandardsStatus].
  const isPending = missing.length + added.length === 0 && unready.every(([, status]) => status === 'PENDING');
  return { outcome: isPending ? 'unknown' : 'fail', isPending, observed };
};

const arnsWanted = ({ expectations }: Release, { region }: Place): readonly string[] =>
  expectations.standards.map((standard) => standardArn(partitionOf(region).id, region, standard));

const judgeAnalyzers = (analyzers: readonly AnalyzerFacts[]): Judged => {
  const external = analyzers.filter(looksOutside);
  const observed = external.map(({ name, status }) => `${name} is ${status}`).join(', ');
  if (external.some(({ status }) => status === 'ACTIVE')) return { outcome: 'pass', observed };
  if (external.some(({ status }) => status === 'CREATING')) return { outcome: 'unknown', isPending: true, observed };
  return { outcome: 'fail', observed: observed || 'no external access analyzer' };
};

/** Every account has these roles for other accounts, and other checks judge their trust policies. Service-managed StackSets make the last one. */
const enteredFromOutside = (resource: string, ours: readonly string[]): boolean => {
  const [, role] = resource.split(':role/');
  if (role === undefined) return false;
  return (
    [...ours, ...rolesOfTheOrganization].includes(role) || /^(aws-reserved\/|stacksets-exec-[0-9a-f]+$)/.test(role)
  );
};

/** Archived findings are not active: archiving is how a person accepts one. */
const judgeFindings = ({ resources, complete }: AccessFindings, ours: readonly string[]): Judged => {
  const open = resources.filter((resource) => !enteredFromOutside(resource, ours));
  if (open.length > 0) return { outcome: 'fail', observed: few(open) };
  return complete
    ? { outcome: 'pass', observed: 'no active finding' }
    : { outcome: 'unknown', observed: 'more findings than were read' };
};

export const threatChecks: readonly Check[] = [
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: 'guardduty-detector-is-enabled',
    control: '000-09',
    title: 'GuardDuty is enabled',
    needs: ['detector', 'detectorAdministrator'],
    remediation: restore('the detector'),
    remediationByOthers: fixedByOthers,
    judge: ({ detector, detectorAdministrator }, release) => {
      const expected = isOrganizations(release)
        ? 'an enabled detector with an administrator account'
        : 'an enabled detector';
      return judged(detector, expected, 'fail', (seen) => judgeDetector(seen, detectorAdministrator, release));
    },
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: 'securityhub-is-enabled',
    control: '000-10',
    title: 'Security Hub is enabled',
    needs: ['hub'],
    remediation: 'Enable Security Hub again by hand, without its default standards, because CloudFormation does not',
    remediationByOthers: fixedByOthers,
    judge: ({ hub }) => judged(hub, 'enabled', 'fail', () => ({ outcome: 'pass', observed: 'enabled' })),
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: 'securityhub-standards-match-config',
    control: '004-31',
    title: 'Security Hub has exactly the configured standards enabled',
    // Nothing documents how long a standard is PENDING [assumption A46].
    settlesMinutes: 30,
    needs: ['hub'],
    remediation: 'Enable or disable standards by hand to match strongroom.yaml, or change strongroom.yaml',
    remediationByOthers: fixedByOthers,
    judge: ({ hub }, release, place) => {
      const expected = release.expectations.standards.join(', ') || 'no standards';
      return judged(hub, expected, 'fail', (seen) => judgeStandards(seen, release, place));
    },
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: 'access-analyzer-is-active',
    needs: ['analyzers'],
    control: '000-11',
    module: 'access-analyzer',
    title: 'IAM Access Analyzer looks for external access',
    // Nothing documents how long an analyzer is CREATING [assumption A46].
    settlesMinutes: 30,
    remediation:
      'Create the external access analyzer again by hand, with its former name if a Strongroom stack had created it',
    remediationByOthers: fixedByOthers,
    judge: ({ analyzers }) =>
      judged(analyzers, 'an ACTIVE analyzer of type ACCOUNT or ORGANIZATION', 'fail', judgeAnalyzers),
  },
  {
    gate: 'watched',
    severity: 'advisory',
    scope: 'region',
    where: 'governed',
    id: 'access-analyzer-has-no-active-findings',
    needs: ['accessFindings'],
    control: '002-14',
    module: 'access-analyzer',
    title: 'No resource can be accessed from outside the account',
    remediation:
      'Remove the external access; if it is intended, archive the finding with an archive rule whose name says why',
    judge: ({ accessFindings }, { expectations }) =>
      judged(accessFindings, 'no active finding, apart from roles that other checks judge', 'fail', (findings) =>
        judgeFindings(findings, [expectations.ciRole, expectations.readerRole]),
      ),
  },
];
