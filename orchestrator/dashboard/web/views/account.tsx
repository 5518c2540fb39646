/** Everything that is known of one account, and what to do about it. */

import { whatDiffers } from '../../../domain/health/drift';
import { isWithoutBeginning, lastFailures } from '../../../domain/model/account-record';
import { isReadyForKeys } from '../../../domain/model/readiness';
import { failureFinding } from '../../../presentation/findings';
import { stateSpells } from '../../../presentation/readiness';
import type { AccountSeen } from '../../api/contract';
import { useLive } from '../live';
import { Facts } from '../parts/facts';
import { Loading } from '../parts/loading';
import { Mark, StateMark } from '../parts/mark';
import { Panel } from '../parts/panel';
import { Rows } from '../parts/rows';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { outcomeKinds, outcomeWords, sentenceCase, timeOf } from '../say';
import { Gates } from './account-gates';

export default function AccountView({ id }: { readonly id: string }) {
  const { data: seen, refused } = useLive<AccountSeen>(`/accounts/${encodeURIComponent(id)}`);
  if (seen === undefined) return <Loading what={`account ${id}`} refused={refused} />;
  const { account } = seen;
  return (
    <>
      <p className="trail">
        <a href={hrefTo('accounts')}>Accounts</a> / {account.id}
      </p>
      <h1>
        <Text>{account.name}</Text> <span className="quiet">{account.id}</span>
      </h1>
      <div className="columns">
        <Panel title="Readiness" id="readiness">
          <Standing seen={seen} />
        </Panel>
        <Panel title="What to do next" id="next">
          <ul className="steps">
            {seen.nextSteps.map((step) => (
              <li key={step}>
                {step.startsWith('→ ') ? (
                  <code className="command">{step.slice(2)}</code>
                ) : (
                  <Text>{sentenceCase(step)}</Text>
                )}
              </li>
            ))}
          </ul>
          <Failures seen={seen} />
        </Panel>
      </div>
      <Panel title="Readiness over time" id="states">
        <States seen={seen} />
      </Panel>
      <Panel title="Gates and checks" id="gates">
        <Gates seen={seen} />
      </Panel>
      <Panel title="Modules" id="modules">
        <Modules seen={seen} />
      </Panel>
      <Probes seen={seen} />
      <Panel title="Visits" id="visits">
        <Visits seen={seen} />
      </Panel>
    </>
  );
}

interface SeenProps {
  readonly seen: AccountSeen;
}

function Standing({ seen: { account, evidence } }: SeenProps) {
  const { state, stateSince, ou, orgState, wave, because, release, settingsRelease, holder, passing } = account;
  return (
    <Facts
      facts={[
        ['State', <StateMark key="state" state={state} />, `since ${timeOf(stateSince)}`],
        ['Ready for keys', isReadyForKeys(state) ? 'yes' : 'no'],
        ['Organization', <Text key="ou">{ou === '' ? 'directly in the root' : ou}</Text>, orgState.toLowerCase()],
        state === 'EXEMPT' ? ['Exception', <Text key="exception">{because}</Text>] : ['Wave', wave ?? 'none', because],
        ['Release', release ?? 'none, or not all parts at the same'],
        ['Settings', settingsRelease === undefined ? 'not applied' : `as in ${settingsRelease}`],
        [
          'Held by',
          holder === undefined ? 'no rollout' : <a href={hrefTo('rollouts', holder.rollout)}>{holder.rollout}</a>,
        ],
        ['Checked', evidence === undefined ? 'never' : timeOf(evidence.at)],
        ['Passes', passing === undefined ? 'not yet' : `every visit since ${timeOf(passing.at)}`],
        ['First seen', account.firstSeenAt === undefined ? 'not known' : timeOf(account.firstSeenAt)],
      ]}
    />
  );
}

function States({ seen: { account } }: SeenProps) {
  return (
    <>
      <Rows
        label="Readiness over time"
        heads={['Since', 'State', 'Lasted', 'Why', 'Release', 'Held by']}
        rows={stateSpells(account).map(({ at, state, lasted, why, release, rollout }) => ({
          key: at,
          cells: [
            timeOf(at),
            <StateMark key="state" state={state} />,
            lasted,
            sentenceCase(why),
            release ?? '–',
            rollout === undefined ? (
              '–'
            ) : (
              <a key="rollout" href={hrefTo('rollouts', rollout)}>
                {rollout}
              </a>
            ),
          ],
        }))}
        empty="Nothing is known of it."
      />
      {isWithoutBeginning(account) ? <p className="quiet">What was before is not kept.</p> : undefined}
    </>
  );
}

function Failures({ seen: { account } }: SeenProps) {
  const failures = lastFailures(account).map(failureFinding);
  if (failures.length === 0) return undefined;
  return (
    <>
      <h3>Failures of rollout {account.work?.rollout}</h3>
      <ul className="entries">
        {failures.map(({ where, what }) => (
          <li key={`${where} ${what}`}>
            <Mark kind="bad">
              <Text>{`${where}: ${what}`}</Text>
            </Mark>
          </li>
        ))}
      </ul>
    </>
  );
}

function Modules({ seen: { account } }: SeenProps) {
  const drift = account.drift ?? [];
  const driftIn = (module: string, region: string) => {
    const found = drift.find((stack) => stack.module === module && stack.region === region);
    if (found === undefined) return <span className="quiet">none known</span>;
    return found.outcome === 'unknown' ? (
      <Mark kind="unsure">
        <Text>{`could not be measured: ${found.because}`}</Text>
      </Mark>
    ) : (
      <Mark kind="bad">
        <Text>{whatDiffers(found)}</Text>
      </Mark>
    );
  };
  const deployed = account.modules.map(({ module, region, version, status, reason, notInRelease }) => ({
    key: `${module} ${region}`,
    cells: [
      module,
      region,
      version === '' ? 'not known' : <code key="version">{version}</code>,
      <Mark key="status" kind={status === 'current' ? 'good' : 'bad'}>
        <Text>{reason === undefined ? status : `${status}: ${reason}`}</Text>
        {notInRelease ? ' (made by a newer release, left standing)' : ''}
      </Mark>,
      driftIn(module, region),
    ],
  }));
  const adopted = (account.adopted ?? []).map(({ module, region, because }) => ({
    key: `${module} ${region} adopted`,
    cells: [
      module,
      region,
      '–',
      <Mark key="status" kind="other">
        <Text>{`left to others: ${because}`}</Text>
      </Mark>,
      '–',
    ],
  }));
  return (
    <Rows
      label="Modules"
      heads={['Module', 'Region', 'Version', 'Status', 'Drift']}
      rows={[...deployed, ...adopted]}
      empty="Nothing is deployed there."
    />
  );
}

function Probes({ seen: { account } }: SeenProps) {
  const { probes } = account;
  if (probes === undefined) return undefined;
  return (
    <Panel title="Proofs" id="probes">
      <p className="quiet">Experiments in the account, with release {probes.release}</p>
      <Rows
        label="Proofs"
        heads={['Proof', 'Outcome', 'Observed', 'Expected', 'When']}
        rows={probes.results.map(({ probe, outcome, observed, expected, at, remediation }) => ({
          key: probe,
          cells: [
            probe,
            <Mark key="outcome" kind={outcomeKinds[outcome]}>
              {sentenceCase(outcomeWords[outcome])}
            </Mark>,
            <Text key="observed">{observed}</Text>,
            <Text key="expected">{expected}</Text>,
            timeOf(at),
          ],
          note: outcome === 'fail' ? <Text>{remediation}</Text> : undefined,
        }))}
        empty="None."
      />
    </Panel>
  );
}

const Visits = ({ seen: { history } }: SeenProps) => (
  <Rows
    label="Visits"
    heads={['When', 'By', 'Release', 'Passed', 'Failed', 'Not measured']}
    rows={history.map(({ at, by, release, passed, failed, unknown }) => ({
      key: `${at} ${by}`,
      cells: [
        timeOf(at),
        by,
        release,
        passed,
        failed === 0 ? '0' : <Mark kind="bad">{failed}</Mark>,
        unknown === 0 ? '0' : <Mark kind="unsure">{unknown}</Mark>,
      ],
    }))}
    empty="Nobody has looked into it yet."
  />
);
