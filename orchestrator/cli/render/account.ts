/** Everything that is known of one account. */
import type { AccountRecord } from '../../domain/account-record';
import { type GateId, gateIds, gateTitles } from '../../domain/gate';
import { isReadyForKeys } from '../../domain/readiness';
import type { Evidence } from '../../records';
import type { Paint } from '../paint';
import { table } from '../text';
import { stateColour } from './status';
import { checkFinding, failureFinding, findingLines } from './trouble';

export function accountLines(account: AccountRecord, evidence: Evidence | undefined, paint: Paint): readonly string[] {
  const { id, name, ou, state, stateSince, wave, because, release, modules, failing, holder, work } = account;
  const failures = work?.failures ?? [];
  const rows = [
    ['state', `${paint[stateColour(state)](state)} since ${time(stateSince)}`],
    ['ready for keys', isReadyForKeys(state) ? 'yes' : 'no'],
    ['organization', `${account.orgState}, ${ou === '' ? 'directly in the root' : `OU ${ou}`}`],
    ['wave', wave === undefined ? `none: ${because}` : `${wave}: ${because}`],
    ['release', release ?? 'none, or not all parts at the same'],
    ['settings', account.settingsRelease === undefined ? 'not applied' : `as in ${account.settingsRelease}`],
    ['holder', holder === undefined ? 'no rollout' : `rollout ${holder.rollout}`],
    ['evidence', evidence === undefined ? 'never checked' : `${time(evidence.at)}, by rollout ${evidence.rollout}`],
  ];
  return [
    `${paint.bold(id)} ${name}`,
    ...table(rows, '  '),
    ...section(
      paint,
      'gates',
      table(
        gateIds.flatMap((gate) => gateRow(account, gate)),
        '  ',
      ),
    ),
    ...section(
      paint,
      'modules',
      table(
        modules.map(({ module, region, version, status, reason }) => [
          module,
          region,
          version === '' ? 'version not known' : version,
          reason === undefined ? status : `${status}: ${reason}`,
        ]),
        '  ',
      ),
    ),
    ...section(paint, 'failures', findingLines(failures.map(failureFinding), '  ')),
    ...section(paint, 'checks that did not pass', findingLines(failing.map(checkFinding), '  ')),
  ];
}

const time = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

const section = (paint: Paint, title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', paint.bold(title), ...lines];

const gateRow = ({ gates }: AccountRecord, gate: GateId): readonly (readonly string[])[] => {
  const outcome = gates[gate];
  return outcome === undefined ? [] : [[gate, gateTitles[gate], outcome]];
};
