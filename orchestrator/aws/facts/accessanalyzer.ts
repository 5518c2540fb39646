import { AccessAnalyzerClient, paginateListAnalyzers } from '@aws-sdk/client-accessanalyzer';
import type { AnalyzerFacts } from '../../domain/facts';
import { everyItem } from '../pages';
import type { Session } from '../sessions';

export async function readAnalyzers({ clients }: Session, region: string): Promise<readonly AnalyzerFacts[]> {
  const analyzers = await everyItem(
    `access-analyzer:ListAnalyzers in ${region}`,
    paginateListAnalyzers({ client: clients.in(AccessAnalyzerClient, region) }, {}),
    (page) => page.analyzers,
  );
  return analyzers.map(({ name = '', type = '', status = '' }) => ({ name, type, status }));
}
