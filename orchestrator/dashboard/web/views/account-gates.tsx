/** Each gate with the checks behind it: those that did not pass open, the rest folded. */
import { type CheckOutcome, type CheckResult, type GateId, gateIds, gateTitles } from '../../../domain/model/gate';
import type { AccountSeen } from '../../api/contract';
import { Mark } from '../parts/mark';
import { type Row, Rows } from '../parts/rows';
import { Text } from '../parts/text';
import { outcomeKinds, outcomeWords, sentenceCase } from '../say';

/** The evidence has every check, the record only those that did not pass, with what to do about them. */
type Shown = Omit<CheckResult, 'remediation'> & { readonly remediation?: string | undefined };

export function Gates({ seen: { account, evidence } }: { readonly seen: AccountSeen }) {
  const shown: readonly Shown[] = (evidence?.results ?? account.failing).map((result) => ({
    ...result,
    remediation: account.failing.find(({ check, region }) => check === result.check && region === result.region)
      ?.remediation,
  }));
  const judged = gateIds.filter((gate) => account.gates[gate] !== undefined || shown.some((r) => r.gate === gate));
  if (judged.length === 0) return <p className="quiet">No gate was judged yet.</p>;
  return judged.map((gate) => (
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
    <section className="gate-section" aria-label={`Gate ${gateTitles[gate]}`}>
      <h3>
        {sentenceCase(gateTitles[gate])}{' '}
        <Mark kind={outcome === undefined ? 'other' : outcomeKinds[outcome]}>
          {outcome === undefined ? 'advisory checks only' : outcomeWords[outcome]}
        </Mark>
      </h3>
      {bad.length === 0 ? undefined : <Checks gate={gate} label="that did not pass" results={bad} />}
      {good.length === 0 ? undefined : (
        <details>
          <summary>
            {good.length} {good.length === 1 ? 'check' : 'checks'} passed or not applicable
          </summary>
          <Checks gate={gate} label="that passed" results={good} />
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
    label={`Checks of gate ${gateTitles[gate]} ${label}`}
    heads={['Check', 'Severity', 'Region', 'Outcome', 'Observed', 'Expected']}
    rows={results.map(checkRow)}
    empty="None."
  />
);

const checkRow = ({
  title,
  severity,
  check,
  region,
  module,
  outcome,
  observed,
  expected,
  remediation,
}: Shown): Row => ({
  key: `${check} ${region} ${module}`,
  cells: [
    <span key="check">
      {title}
      <br />
      <code>{check}</code>
    </span>,
    sentenceCase(severity),
    region,
    <Mark key="outcome" kind={outcomeKinds[outcome]}>
      {sentenceCase(outcomeWords[outcome])}
    </Mark>,
    <Text key="observed">{observed}</Text>,
    <Text key="expected">{expected}</Text>,
  ],
  note: remediation === undefined ? undefined : <Text>{remediation}</Text>,
});
