/** Who has long-lived credentials: the root user by IAM's counts, everybody else by the credential report. */
import {
  GenerateCredentialReportCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { errors } from '../../domain/errors';
import type { RootFacts, UserKeys } from '../../domain/health/facts';
import { calling } from '../failures';
import type { Session } from '../sessions';

const summaryCall = 'iam:GetAccountSummary';

/** How many there are of each. A missing count does not mean zero. */
export type Counts = (
  name: 'AccountAccessKeysPresent' | 'AccountPasswordPresent' | 'AccountMFAEnabled' | 'Users',
) => number;

export async function countIdentities({ clients, home }: Session): Promise<Counts> {
  const { SummaryMap: counts = {} } = await calling(summaryCall, () =>
    clients.in(IAMClient, home).send(new GetAccountSummaryCommand({})),
  );
  return (name) => {
    const count = counts[name];
    if (count === undefined) throw errors.incompleteAnswer(summaryCall, name);
    return count;
  };
}

export const rootIn = (count: Counts): RootFacts => ({
  accessKeys: count('AccountAccessKeysPresent') > 0,
  password: count('AccountPasswordPresent') > 0,
  mfa: count('AccountMFAEnabled') > 0,
});

const reportCall = 'iam:GetCredentialReport';

/**
 * A report takes a while to be made, and is up to four hours old [doc:IAM/id_credentials_getting-report]: where there is
 * none, this visit has it made and the next one reads it. An account without users needs none.
 */
export async function readUserKeys({ clients, home }: Session, count: Counts): Promise<readonly UserKeys[]> {
  if (count('Users') === 0) return [];
  const client = clients.in(IAMClient, home);
  const call = 'iam:GenerateCredentialReport';
  const { State: state } = await calling(call, () => client.send(new GenerateCredentialReportCommand({})));
  if (state !== 'COMPLETE') throw errors.incompleteAnswer(call, 'a finished report; the next visit reads it');
  const { Content: content } = await calling(reportCall, () => client.send(new GetCredentialReportCommand({})));
  return keysIn(new TextDecoder().decode(content));
}

const keyColumns = ['access_key_1_active', 'access_key_2_active'];
/** The report has a row for the root user, whose keys the summary counts. */
const rootRow = '<root_account>';

/** @param report comma-separated, with column names in the first row. Anything unexpected is an error: a guess could pass a check. */
export function keysIn(report: string): readonly UserKeys[] {
  const [names = [], ...rows] = report.split(/\r?\n/).filter(Boolean).map(cells);
  const columnOf = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0) throw errors.incompleteAnswer(reportCall, name);
    return index;
  };
  const [user, keys] = [columnOf('user'), keyColumns.map(columnOf)];
  const isActive = (row: readonly string[], column: number): boolean => {
    const said = row[column];
    if (row.length !== names.length || (said !== 'true' && said !== 'false'))
      throw errors.incompleteAnswer(reportCall, `${names[column]} of ${row[user] ?? 'a user'}`);
    return said === 'true';
  };
  return rows
    .filter((row) => row[user] !== rootRow)
    .map((row) => ({ user: row[user] ?? '', activeKeys: keys.filter((column) => isActive(row, column)).length }));
}

/** A cell in quotes may hold commas. */
const cells = (line: string): readonly string[] =>
  (`,${line}`.match(/,("(?:[^"]|"")*"|[^,]*)/g) ?? []).map((cell) => cell.slice(1).replaceAll('"', ''));
