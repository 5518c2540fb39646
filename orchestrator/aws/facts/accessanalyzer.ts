import {
  AccessAnalyzerClient,
  type AnalyzerSummary,
  paginateListAnalyzers,
  paginateListFindingsV2,
} from '@aws-sdk/client-accessanalyzer';
import { errors } from '../../domain/errors';
import { type AccessFindings, type AnalyzerFacts, looksOutside } from '../../domain/health/facts';
import { calling } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';

const listCall = 'access-analyzer:ListAnalyzers';

export const listAnalyzers = ({ clients }: Session, region: string): Promise<readonly AnalyzerSummary[]> =>
  everyItem(
    `${listCall} in ${region}`,
    paginateListAnalyzers({ client: clients.in(AccessAnalyzerClient, region) }, {}),
    (page) => page.analyzers,
  );

export const analyzerFacts = (analyzers: readonly AnalyzerSummary[]): readonly AnalyzerFacts[] =>
  analyzers.map(({ name = '', type = '', status = '' }) => ({ name, type, status }));

/** Past 300 findings it matters little which they are. */
const findingsPerPage = 100;
const findingPagesMax = 3;

/** What the account shares, according to the active analyzer; one that is being created or has failed says nothing. */
export async function readAccessFindings(
  { clients, account }: Session,
  region: string,
  analyzers: readonly AnalyzerSummary[],
): Promise<AccessFindings | undefined> {
  const external = analyzers.filter(looksOutside);
  if (external.length === 0) return undefined;
  const analyzerArn = external.find(({ status }) => status === 'ACTIVE')?.arn;
  if (analyzerArn === undefined)
    throw errors.incompleteAnswer(`${listCall} in ${region}`, 'an analyzer that is ACTIVE');
  const client = clients.in(AccessAnalyzerClient, region);
  // That of an organization has the findings of all its accounts.
  const filter = { status: { eq: ['ACTIVE'] }, resourceOwnerAccount: { eq: [account] } };
  return calling(`access-analyzer:ListFindings in ${region}`, async () => {
    const resources = new Set<string>();
    let pages = 0;
    for await (const { findings = [], nextToken } of paginateListFindingsV2(
      { client, pageSize: findingsPerPage },
      { analyzerArn, filter },
    )) {
      for (const { resource, id } of findings) resources.add(resource ?? `finding ${id}`);
      pages += 1;
      if (pages === findingPagesMax) return { resources: [...resources], complete: nextToken === undefined };
    }
    return { resources: [...resources], complete: true };
  });
}
