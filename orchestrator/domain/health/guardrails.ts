/**
 * Safeguards outside the member accounts, which no visit to a member can see; `doctor` checks them. Strongroom only creates the bucket
 * of the log archive, with its template.
 */
import type { Region } from '../model/brand';
import { type PolicyDocument, principalsOf, statementsOf } from '../policies/policy';
import { few } from './check';
import { type Finding, type Judged, judged, type Look, ok, problem } from './finding';

export interface Archive {
  readonly versioning: string;
  /** Absent if the bucket has none. */
  readonly policy?: PolicyDocument | undefined;
  /** Absent without object lock. */
  readonly objectLock?: string | undefined;
}

export interface Guardrails {
  /** Absent if nothing of Strongroom delivers to it. */
  readonly archive?: { readonly bucket: string; readonly look: Look<Archive> } | undefined;
  /** In the home region; absent if the organization does not manage GuardDuty. */
  readonly newDetectors?: { readonly region: Region; readonly look: Look<NewDetectors> } | undefined;
  /** Features of central root access that the organization has enabled. */
  readonly rootFeatures: Look<readonly string[]>;
  /** Names of the service control policies. */
  readonly servicePolicies: Look<readonly string[]>;
}

export interface NewDetectors {
  readonly detectorId: string;
  readonly autoEnable: string;
}

export const guardrailFindings = (seen: Guardrails): readonly Finding[] => [
  ...(seen.archive === undefined ? [] : [archiveFinding(seen.archive)]),
  ...(seen.newDetectors === undefined ? [] : [detectorFinding(seen.newDetectors)]),
  judged('root users', elsewhere(seen.rootFeatures, rootFeaturesAsked), 'unknown', judgeRootFeatures),
  judged('service control policies', elsewhere(seen.servicePolicies, policiesAsked), 'unknown', (names) =>
    ok(`${few(names) || 'none'}; Strongroom neither creates nor judges them`),
  ),
];

/** Other accounts than the one that starts rollouts can see these. */
const elsewhere = <T>(look: Look<T>, next: string): Look<T> => (look.kind === 'seen' ? look : { ...look, next });

/** [controls 002-32]. */
function archiveFinding({ bucket, look }: NonNullable<Guardrails['archive']>): Finding {
  const ask = `aws s3api get-bucket-versioning --bucket ${bucket}`;
  const next = `in the account of the log archive: \`${ask}\`, \`aws s3api get-bucket-policy --bucket ${bucket}\``;
  return judged('log archive', elsewhere(look, next), 'unknown', (archive) => judgeArchive(bucket, archive));
}

function judgeArchive(bucket: string, { versioning, policy, objectLock }: Archive): Judged {
  const where = 'in the account of the log archive';
  if (versioning !== 'Enabled')
    return problem(
      `versioning of bucket ${bucket} is ${versioning}`,
      `${where}: \`aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled\``,
    );
  const deploy = `${where}: deploy the template log-archive again, which sets the bucket policy`;
  if (policy === undefined) return problem(`bucket ${bucket} has no policy`, deploy);
  const others = statementsOf(policy)
    .filter(({ Effect }) => Effect !== 'Deny')
    .flatMap((statement) => (statement['NotPrincipal'] === undefined ? principalsOf(statement) : everybody))
    .flatMap(([kind, name]) => (kind === 'Service' ? [] : [name]));
  if (others.length > 0) return problem(`the policy of bucket ${bucket} allows access by ${few(others)}`, deploy);
  return ok(`bucket ${bucket} has versioning, allows access by AWS services only, ${objectLock ?? 'no object lock'}`);
}
const everybody: ReturnType<typeof principalsOf> = [['AWS', 'all principals except some']];

/** [controls 004-29]. */
function detectorFinding({ region, look }: NonNullable<Guardrails['newDetectors']>): Finding {
  const detector = `--detector-id $(aws guardduty list-detectors --region ${region} --query DetectorIds[0] --output text)`;
  const ask = `aws guardduty describe-organization-configuration --region ${region} ${detector}`;
  return judged(
    'GuardDuty in new accounts',
    elsewhere(look, `in the account that administers GuardDuty: \`${ask}\``),
    'unknown',
    ({ detectorId, autoEnable }) =>
      autoEnable === 'ALL'
        ? ok(`enabled automatically in all accounts, in ${region}`)
        : problem(
            `in ${region} auto-enable is ${autoEnable} instead of ALL`,
            `\`aws guardduty update-organization-configuration --region ${region} --detector-id ${detectorId} --auto-enable-organization-members ALL\``,
          ),
  );
}

/** [controls 004-15]: with both, root users of member accounts need no credentials. */
const rootFeatures = {
  RootCredentialsManagement: 'enable-organizations-root-credentials-management',
  RootSessions: 'enable-organizations-root-sessions',
} as const;
const rootFeaturesAsked = 'in the management account: `aws iam list-organizations-features`';

function judgeRootFeatures(features: readonly string[]): Judged {
  const missing = Object.entries(rootFeatures).filter(([feature]) => !features.includes(feature));
  if (missing.length === 0) return ok('root users of member accounts are managed centrally');
  const trust =
    features.length > 0 ? '' : '`aws organizations enable-aws-service-access --service-principal iam.amazonaws.com`, ';
  return problem(
    `root users of member accounts are not managed centrally: ${missing.map(([feature]) => feature).join(', ')} not enabled`,
    `in the management account: ${trust}${missing.map(([, command]) => `\`aws iam ${command}\``).join(', ')}`,
  );
}

const policiesAsked = 'in the management account: `aws organizations list-policies --filter SERVICE_CONTROL_POLICY`';
