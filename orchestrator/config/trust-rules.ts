/** The trust policies of the CI role and the reader role have to fit into what IAM takes, with all callers that the config names. */
import { installationDefaults } from '../domain/model/installation';
import { ciTrust, gitHubTrust, orchestratorRoles, readerTrust } from '../domain/policies/ci-policy';
import { type Finding, field } from './values';

/** Without a higher quota, in characters without whitespace [doc:IAM/reference_iam-quotas]. */
const trustLengthMax = 2_048;

export function trustRules(config: unknown): readonly Finding[] {
  const installation = field(config, 'installation');
  const written = (option: string, otherwise: string): string => {
    const value = field(installation, option);
    return typeof value === 'string' ? value : otherwise;
  };
  const people = field(installation, 'people');
  const account = '0'.repeat(12);
  const subject = written('gitHubSubject', '');
  const callers = {
    // The longest id of an organization.
    organization: `o-${'a'.repeat(32)}`,
    orchestratorAccount: account,
    administrationRole: written('administrationRole', installationDefaults.administrationRole),
    orchestratorRoles,
    people: Array.isArray(people) ? people.filter((role) => typeof role === 'string') : [],
    externalId: written('externalId', installationDefaults.externalId),
  };
  const gitHub = subject === '' ? [] : [gitHubTrust({ partition: 'aws-us-gov', account }, subject)];
  const ci = ciTrust('aws-us-gov', callers);
  const lengths = [{ ...ci, Statement: [...ci.Statement, ...gitHub] }, readerTrust('aws-us-gov', callers)].map(
    (trust) => JSON.stringify(trust).length,
  );
  const length = Math.max(...lengths);
  if (length <= trustLengthMax) return [];
  const message = `needs a trust policy of ${length} characters in every account, but IAM takes ${trustLengthMax}; shorten people, gitHubSubject or externalId`;
  return [{ path: ['installation'], message }];
}
