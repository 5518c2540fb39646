/** The checks of each gate: those that did not pass are expanded, the rest collapsed. */
import { type CheckOutcome, type CheckResult, type GateId, gateIds } from '../../../domain/model/gate';
import type { AccountDetail } from '../../api/contract';
import { checkTitle, gateTitle, outcomeKinds, outcomeWords, sentenceCase, severityTitles } from '../labels';
import { Mark } from '../parts/mark';
import { type Row, Rows } from '../parts/rows';
import { Text } from '../parts/text';

/** The evidence has every check; the account record has only those that did not pass, with their remediation. */
type Shown = Omit<CheckResult, 'remediation'> & { readonly remediation?: string | undefined };

export function Gates({ detail: { account, evidence } }: { readonly detail: AccountDetail }) {
  const shown: readonly Shown[] = (evidence?.results ?? account.failing).map((result) => ({
    ...result,
    remediation: account.failing.find(({ check, region }) => check === result.check && region === result.region)
      ?.remediation,
  }));
  const checked = gateIds.filter((gate) => account.gates[gate] !== undefined || shown.some((r) => r.gate === gate));
  if (checked.length === 0) return <p className="quiet">No gate has been checked yet.</p>;
  return checked.map((gate) => (
    <GateOf key={gate} gate={gate} outcome={account.gates[gate]} results={shown.filter((r) => r.gate === gate)} />
  ));
}

interface GateProps {
  readonly gate: GateId;
  readonly outcome: CheckOutcome | undefined;
  readonly results: readonly Shown[];
}
function GateOf({ gate, outcome, results }: GateProps) {
  const isGood = ({ outcome }: Shown): boolean => outcome === 'pass' || outcome === 'notApplicable';
  const bad = results.filter((result) => !isGood(result));
  const good = results.filter(isGood);
  return (
    <section className="gate-section" aria-label={`Gate: ${gateTitle(gate)}`}>
      <h3>
        {gateTitle(gate)}{' '}
        <Mark kind={outcome === undefined ? 'other' : outcomeKinds[outcome]}>
          {outcome === undefined ? 'advisory checks only' : outcomeWords[outcome]}
        </Mark>
      </h3>
      {bad.length === 0 ? undefined : <Checks gate={gate} label="Checks that did not pass" results={bad} />}
      {good.length === 0 ? undefined : (
        <details>
          <summary>
            {good.length} {good.length === 1 ? 'check' : 'checks'} passed or not applicable
          </summary>
          <Checks gate={gate} label="Checks that passed" results={good} />
        </details>
      )}
    </section>
  );
}

interface ChecksProps {
  readonly gate: GateId;
  readonly label: string;
  readonly results: readonly Shown[];
}
const Checks = ({ gate, label, results }: ChecksProps) => (
  <Rows
    label={`${gateTitle(gate)}: ${label}`}
    heads={['Check', 'Severity', 'Region', 'Result', 'Observed', 'Expected']}
    rows={results.map(checkRow)}
    empty="None."
  />
);

/** The title, and below it the id for searches and for the command line. */
function CheckName({ title, id }: { readonly title: string; readonly id: string }) {
  if (title === id) return <code>{id}</code>;
  return (
    <span className="check">
      {title} <code className="quiet">{id}</code>
    </span>
  );
}

const checkRow = ({
  check,
  title,
  region,
  module,
  outcome,
  severity,
  observed,
  expected,
  remediation,
}: Shown): Row => ({
  key: `${check} ${region} ${module}`,
  cells: [
    <CheckName key="check" title={checkTitle({ title })} id={check} />,
    severityTitles[severity],
    region,
    <Mark key="outcome" kind={outcomeKinds[outcome]}>
      {sentenceCase(outcomeWords[outcome])}
    </Mark>,
    <Text key="observed">{observed}</Text>,
    <Text key="expected">{expected}</Text>,
  ],
  note: remediation === undefined ? undefined : <Text>{remediation}</Text>,
});
