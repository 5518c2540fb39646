/** Results of a sweep, by check because one cause often affects many accounts, and by account. */

import { checkName } from '../../domain/model/check-name';
import type { Verdict } from '../../domain/model/gate';
import type { Verified } from '../../operations/sweep';
import { checkFinding, findingLines, outcomeVerb } from '../../presentation/findings';
import type { Paint } from '../../presentation/paint';
import { countsByState, stateColour, statusEntry } from '../../presentation/status';
import { few, groupedBy, plural, table } from '../../presentation/text';

type Looked = Extract<Verified, { kind: 'verified' }>;
type Unmanaged = Extract<Verified, { kind: 'unmanaged' }>;

export const isVerified = (verified: Verified): verified is Looked => verified.kind === 'verified';
const isUnmanaged = (verified: Verified): verified is Unmanaged => verified.kind === 'unmanaged';

/** An entry of `verify --json`: the entry of `status --json` with the verdict of this visit. */
export function verifiedEntry(verified: Verified) {
  const { member } = verified;
  if (verified.kind === 'unmanaged') {
    const { id: accountId, name, ou, wave } = member;
    return { accountId, name, ou, wave, verdict: null, recorded: false, because: verified.because };
  }
  const { account, verdict, unrecorded } = verified;
  return { ...statusEntry(account), verdict, recorded: unrecorded === undefined, because: unrecorded ?? null };
}

/** How many accounts are listed; the rest is counted, and `--json` has them all. */
const accountsNamedMax = 20;
/** How many ids are listed for a check. */
const idsMax = 3;

export function verifyLines(all: readonly Verified[], paint: Paint): readonly string[] {
  const looked = all.filter(isVerified);
  const troubled = looked.filter(({ account }) => account.failing.length > 0);
  const more = troubled.length - accountsNamedMax;
  return [
    ...section(paint, 'failing checks', byCheck(troubled)),
    ...section(paint, 'accounts with failing checks', [
      ...troubled.slice(0, accountsNamedMax).flatMap((one) => byAccount(one, paint)),
      ...(more > 0 ? [`  and ${plural(more, 'more account', 'more accounts')}; use --json to list all`] : []),
    ]),
    ...section(
      paint,
      'not recorded',
      reasons(looked, ({ unrecorded }) => unrecorded),
    ),
    ...section(
      paint,
      'not verified',
      reasons(all.filter(isUnmanaged), ({ because }) => because),
    ),
    ...(all.length === 0 ? [] : ['']),
    figures(looked),
  ];
}

const section = (paint: Paint, title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', paint.bold(title), ...lines];

function byCheck(troubled: readonly Looked[]): readonly string[] {
  const findings = troubled.flatMap(({ account }) => account.failing.map((result) => ({ id: account.id, result })));
  return groupedBy(findings, ({ result }) => `${result.check} ${result.outcome}`).flatMap(([, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const ids = [...new Set(group.map(({ id }) => id))];
    const { outcome, remediation } = first.result;
    return [
      `  ${checkName(first.result)} ${outcomeVerb(outcome)} in ${plural(ids.length, 'account')}: ${few(ids, idsMax)}`,
      `    → ${remediation}`,
    ];
  });
}

const byAccount = ({ account }: Looked, paint: Paint): readonly string[] => [
  `  ${paint.bold(account.id)} ${account.name} (wave ${account.wave ?? 'none'}): ${paint[stateColour(account.state)](account.state)}`,
  ...findingLines(
    account.failing.map((result) => ({ ...checkFinding(result), remedy: undefined })),
    '    ',
  ),
];

/** One line for each reason, with its accounts. */
function reasons<T extends Verified>(all: readonly T[], why: (one: T) => string | undefined): readonly string[] {
  const groups = groupedBy(
    all.filter((one) => why(one) !== undefined),
    (one) => why(one) ?? '',
  );
  return table(
    groups.map(([because, group]) => [
      plural(group.length, 'account'),
      because,
      few(
        group.map(({ member }) => member.id),
        idsMax,
      ),
    ]),
    '  ',
  );
}

function figures(looked: readonly Looked[]): string {
  if (looked.length === 0) return 'no accounts verified';
  const count = (verdict: Verdict): number => looked.filter((one) => one.verdict === verdict).length;
  const verdicts = `${count('healthy')} healthy, ${count('failed')} failed, ${count('inconclusive')} unknown`;
  return `${plural(looked.length, 'account')} verified: ${verdicts}; ${countsByState(looked.map(({ account }) => account))}`;
}
