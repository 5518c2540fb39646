/**
 * What protects the members from outside of them, and what no visit to a member can see: rows of the controls' gates that `doctor`
 * answers. Strongroom makes the archive's bucket (by its template) and none of the others.
 */
import type { Region } from '../model/brand';
import { type PolicyDocument, principalsOf, statementsOf } from '../policies/policy';
import { few } from './check';
import { type Finding, type Judged, judged, type Look, ok, problem } from './finding';

export interface Archive {
  readonly versioning: string;
  /** Absent if the bucket has none. */
  readonly policy?: PolicyDocument | undefined;
  /** Absent if it locks nothing. */
  readonly objectLock?: string | undefined;
}

export interface Guardrails {
  /** Absent where nothing of ours delivers to it. */
  readonly archive?: { readonly bucket: string; readonly look: Look<Archive> } | undefined;
  /** In the home region; absent where GuardDuty is not for the organization. */
  readonly newDetectors?: { readonly region: Region; readonly look: Look<NewDetectors> } | undefined;
  /** What the organization manages of its members' root users. */
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
    ok(`${few(names) || 'none'}: Strongroom makes none, and judges none`),
  ),
];

/** These are seen from other accounts than the one that rollouts start from. */
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
      `bucket ${bucket} keeps no versions: versioning is ${versioning}`,
      `${where}: \`aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled\``,
    );
  const deploy = `${where}: deploy the template log-archive again, which brings the bucket's policy`;
  if (policy === undefined) return problem(`bucket ${bucket} has no policy`, deploy);
  const others = statementsOf(policy)
    .filter(({ Effect }) => Effect !== 'Deny')
    .flatMap((statement) => (statement['NotPrincipal'] === undefined ? principalsOf(statement) : everybody))
    .flatMap(([kind, name]) => (kind === 'Service' ? [] : [name]));
  if (others.length > 0) return problem(`the policy of bucket ${bucket} lets in ${few(others)}`, deploy);
  return ok(`bucket ${bucket}: versions kept, services alone let in, ${objectLock ?? 'no object lock'}`);
}
const everybody: ReturnType<typeof principalsOf> = [['AWS', 'all but some']];

/** [controls 004-29]. */
function detectorFinding({ region, look }: NonNullable<Guardrails['newDetectors']>): Finding {
  const detector = `--detector-id $(aws guardduty list-detectors --region ${region} --query DetectorIds[0] --output text)`;
  const ask = `aws guardduty describe-organization-configuration --region ${region} ${detector}`;
  return judged(
    'GuardDuty of new accounts',
    elsewhere(look, `in the account that administers GuardDuty: \`${ask}\``),
    'unknown',
    ({ detectorId, autoEnable }) =>
      autoEnable === 'ALL'
        ? ok(`enabled in all accounts, in ${region}`)
        : problem(
            `in ${region} it is enabled by itself for ${autoEnable} of the organization's accounts, and not for ALL`,
            `\`aws guardduty update-organization-configuration --region ${region} --detector-id ${detectorId} --auto-enable-organization-members ALL\``,
          ),
  );
}

/** [controls 004-15]: with both, a member's root user needs no credentials of its own. */
const rootFeatures = {
  RootCredentialsManagement: 'enable-organizations-root-credentials-management',
  RootSessions: 'enable-organizations-root-sessions',
} as const;
const rootFeaturesAsked = 'in the management account: `aws iam list-organizations-features`';

function judgeRootFeatures(features: readonly string[]): Judged {
  const missing = Object.entries(rootFeatures).filter(([feature]) => !features.includes(feature));
  if (missing.length === 0) return ok("the members' root users are managed centrally");
  const trust =
    features.length > 0 ? '' : '`aws organizations enable-aws-service-access --service-principal iam.amazonaws.com`, ';
  return problem(
    `the members' root users are not managed centrally: no ${missing.map(([feature]) => feature).join(', no ')}`,
    `in the management account: ${trust}${missing.map(([, command]) => `\`aws iam ${command}\``).join(', ')}`,
  );
}

const policiesAsked = 'in the management account: `aws organizations list-policies --filter SERVICE_CONTROL_POLICY`';
