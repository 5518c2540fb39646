/** The status of every account: for people, for spreadsheets and for machines. */
import type { AccountRecord } from '../domain/model/account-record';
import { actorName } from '../domain/model/actor';
import { isReadyForKeys, readinessStates } from '../domain/model/readiness';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Colour, Paint } from './paint';
import { promptState } from './prompt';
import { csvCell, plural, table } from './text';

/** The shape of `status --json`, which is a contract. */
export const statusEntry = (account: AccountRecord) => ({
  accountId: account.id,
  name: account.name,
  ou: account.ou,
  wave: account.wave ?? null,
  state: account.state,
  readyForKeys: isReadyForKeys(account.state),
  release: account.release ?? null,
  gates: account.gates,
  failing: account.failing.map(({ title, severity, gate, check, control, region, observed, expected }) => ({
    title,
    severity,
    gate,
    check,
    control: control ?? null,
    region,
    observed,
    expected,
  })),
  skipped: (account.skipped ?? []).map(({ module, region, because }) => ({ module, region, because })),
  checkedAt: account.checkedAt ?? null,
});

const columns = ['account', 'name', 'OU', 'wave', 'state', 'keys', 'release', 'failing', 'checked'] as const;

/** What the table shows. A record has 40 times as much, which costs time and memory at 10,000 accounts. */
export type StatusRow = Pick<
  AccountRecord,
  'id' | 'name' | 'ou' | 'wave' | 'state' | 'release' | 'failing' | 'checkedAt' | 'skipped'
>;
export const statusRow = ({
  id,
  name,
  ou,
  wave,
  state,
  release,
  failing,
  checkedAt,
  skipped,
}: AccountRecord): StatusRow => ({ id, name, ou, wave, state, release, failing, checkedAt, skipped });

const row = (account: StatusRow): readonly string[] => [
  account.id,
  account.name,
  account.ou,
  account.wave ?? '-',
  account.state,
  isReadyForKeys(account.state) ? 'ready' : '-',
  account.release ?? '-',
  String(account.failing.length),
  account.checkedAt === undefined ? '-' : account.checkedAt.slice(0, 16).replace('T', ' '),
];

export const statusLines = (accounts: readonly StatusRow[], paint: Paint): readonly string[] => {
  const [heading = '', ...rows] = table([columns, ...accounts.map(row)]);
  return [
    paint.bold(heading),
    ...rows.map((line, index) => paintState(line, accounts[index], paint)),
    ...skippedLines(accounts, paint),
  ];
};

/** Modules that preflight skipped; their checks are unknown until a rollout deploys them. */
function skippedLines(accounts: readonly StatusRow[], paint: Paint): readonly string[] {
  const rows = accounts.flatMap(({ id, name, skipped = [] }) =>
    skipped.map(({ module, region, because }) => [id, name, module, region, because]),
  );
  return rows.length === 0 ? [] : ['', paint.bold('skipped modules'), ...table(rows, '  ')];
}

const goodStates: ReadonlySet<string> = new Set(['READY_FOR_KEYS', 'BASELINE_HEALTHY']);
const badStates: ReadonlySet<string> = new Set([
  'BOOTSTRAP_FAILED',
  'DEPLOY_FAILED',
  'UNHEALTHY',
  'KEYS_AT_RISK',
  'DRIFTED',
]);
export const stateColour = (state: string): Colour =>
  goodStates.has(state) ? 'green' : badStates.has(state) ? 'red' : 'dim';

const paintState = (line: string, account: StatusRow | undefined, paint: Paint): string =>
  account === undefined
    ? line
    : line.replace(` ${account.state} `, ` ${paint[stateColour(account.state)](account.state)} `);

export const csvLines = (accounts: readonly StatusRow[]): readonly string[] => [
  'accountId,name,ou,wave,state,readyForKeys,release,failing,checkedAt',
  ...accounts.map((account) =>
    [
      account.id,
      account.name,
      account.ou,
      account.wave ?? '',
      account.state,
      String(isReadyForKeys(account.state)),
      account.release ?? '',
      account.failing.map(({ check, region }) => `${check} in ${region}`).join('; '),
      account.checkedAt ?? '',
    ]
      .map(csvCell)
      .join(','),
  ),
];

/** `87 READY_FOR_KEYS, 3 UNHEALTHY`, in the order of the states. */
export const countsByState = (accounts: readonly Pick<AccountRecord, 'state'>[]): string =>
  readinessStates
    .map((state) => [state, accounts.filter((account) => account.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');

export const rolloutRow = ({ id, startedAt, request, release, status }: RolloutRecord): readonly string[] => [
  id,
  `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
  `by ${actorName(request.by)}`,
  release,
  rolloutStatus(status),
];

function rolloutStatus(status: RolloutRecord['status']): string {
  switch (status.kind) {
    case 'running':
      return `running: ${status.doing}`;
    case 'waiting':
      return `${status.doing} until ${status.until.slice(0, 16).replace('T', ' ')} UTC`;
    case 'awaitingApproval':
      return `${promptState(status.prompt.about)} at wave ${status.prompt.wave}`;
    case 'finished':
      return status.outcome;
  }
}

export const accountsTitle = (accounts: readonly Pick<AccountRecord, 'state'>[]): string =>
  `${plural(accounts.length, 'account')}: ${countsByState(accounts)}`;
