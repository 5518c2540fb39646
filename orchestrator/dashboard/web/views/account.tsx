/** Everything known about one account, and the next steps. */
import { whatDiffers } from '../../../domain/health/drift';
import { isWithoutBeginning, lastFailures } from '../../../domain/model/account-record';
import { isReadyForKeys } from '../../../domain/model/readiness';
import { failureFinding } from '../../../presentation/findings';
import { unreachedText } from '../../../presentation/outage';
import { stateSpells } from '../../../presentation/readiness';
import type { AccountDetail } from '../../api/contract';
import { formatTime, outcomeKinds, outcomeWords, sentenceCase } from '../labels';
import { useLive } from '../live';
import { Facts } from '../parts/facts';
import { Loading } from '../parts/loading';
import { Mark, StateMark } from '../parts/mark';
import { Panel } from '../parts/panel';
import { Person } from '../parts/person';
import { Rows } from '../parts/rows';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { Gates } from './account-gates';

export default function AccountView({ id }: { readonly id: string }) {
  const { data: detail, error } = useLive<AccountDetail>(`/accounts/${encodeURIComponent(id)}`);
  if (detail === undefined) return <Loading what={`account ${id}`} error={error} />;
  const { account } = detail;
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
          <Readiness detail={detail} />
        </Panel>
        <Panel title="Next steps" id="next">
          <ul className="steps">
            {detail.nextSteps.map((step) => (
              <li key={step}>
                {step.startsWith('→ ') ? (
                  <code className="command">{step.slice(2)}</code>
                ) : (
                  <Text>{sentenceCase(step)}</Text>
                )}
              </li>
            ))}
          </ul>
          <Failures detail={detail} />
        </Panel>
      </div>
      <Panel title="Readiness history" id="history">
        <History detail={detail} />
      </Panel>
      <Panel title="Gates and checks" id="gates">
        <Gates detail={detail} />
      </Panel>
      <Panel title="Modules" id="modules">
        <Modules detail={detail} />
      </Panel>
      <Probes detail={detail} />
      <Panel title="Check history" id="checks">
        <CheckHistory detail={detail} />
      </Panel>
    </>
  );
}

interface AccountProps {
  readonly detail: AccountDetail;
}

function Readiness({ detail: { account, evidence } }: AccountProps) {
  const { state, stateSince, ou, orgState, wave, because, release, settingsRelease, holder, passing } = account;
  return (
    <Facts
      facts={[
        ['State', <StateMark key="state" state={state} />, `since ${formatTime(stateSince)}`],
        ['Ready for keys', isReadyForKeys(state) ? 'Yes' : 'No'],
        ['OU', <Text key="ou">{ou === '' ? 'Root' : ou}</Text>, `(account ${orgState.toLowerCase()})`],
        state === 'EXEMPT'
          ? ['Exception', <Text key="exception">{because}</Text>]
          : ['Wave', wave ?? 'None', `(${because})`],
        ['Release', release ?? 'None or mixed'],
        ['Settings release', settingsRelease ?? 'Not applied'],
        [
          'Active rollout',
          holder === undefined ? 'None' : <a href={hrefTo('rollouts', holder.rollout)}>{holder.rollout}</a>,
        ],
        ['Last checked', evidence === undefined ? 'Never' : formatTime(evidence.at)],
        ['Passing since', passing === undefined ? 'Not passing' : formatTime(passing.at)],
        ['Discovered', account.firstSeenAt === undefined ? 'Unknown' : formatTime(account.firstSeenAt)],
      ]}
    />
  );
}

function History({ detail: { account } }: AccountProps) {
  return (
    <>
      <Rows
        label="Readiness history"
        heads={['Since', 'State', 'Duration', 'Reason', 'Release', 'Rollout']}
        rows={stateSpells(account).map(({ at, state, lasted, why, release, rollout }) => ({
          key: at,
          cells: [
            formatTime(at),
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
        empty="No history yet."
      />
      {isWithoutBeginning(account) ? <p className="quiet">Earlier history is not available.</p> : undefined}
    </>
  );
}

function Failures({ detail: { account } }: AccountProps) {
  const failures = lastFailures(account).map(failureFinding);
  const unreached = account.work?.unreached;
  if (failures.length === 0 && unreached === undefined) return undefined;
  return (
    <>
      {unreached === undefined ? undefined : (
        <p>
          <Mark kind="unsure">
            <Text>{`Not reached at ${formatTime(unreached.seenAt)}. ${sentenceCase(unreachedText(unreached))}`}</Text>
          </Mark>
        </p>
      )}
      {failures.length === 0 ? undefined : <h3>Failures in rollout {account.work?.rollout}</h3>}
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

function Modules({ detail: { account } }: AccountProps) {
  const drift = account.drift ?? [];
  const driftIn = (module: string, region: string) => {
    const found = drift.find((stack) => stack.module === module && stack.region === region);
    if (found === undefined) return <span className="quiet">None detected</span>;
    return found.outcome === 'unknown' ? (
      <Mark kind="unsure">
        <Text>{`Unknown: ${found.because}`}</Text>
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
      version === '' ? 'Unknown' : <code key="version">{version}</code>,
      <Mark key="status" kind={status === 'current' ? 'good' : 'bad'}>
        <Text>{sentenceCase(reason === undefined ? status : `${status}: ${reason}`)}</Text>
        {notInRelease ? ' (from a newer release, kept)' : ''}
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
        <Text>{`Managed externally: ${because}`}</Text>
      </Mark>,
      '–',
    ],
  }));
  const skipped = (account.skipped ?? []).map(({ module, region, because }) => ({
    key: `${module} ${region} skipped`,
    cells: [
      module,
      region,
      '–',
      <Mark key="status" kind="unsure">
        <Text>{`Skipped by the last preflight: ${because}`}</Text>
      </Mark>,
      '–',
    ],
  }));
  return (
    <Rows
      label="Modules"
      heads={['Module', 'Region', 'Version', 'Status', 'Drift']}
      rows={[...deployed, ...adopted, ...skipped]}
      empty="No modules are deployed."
    />
  );
}

function Probes({ detail: { account } }: AccountProps) {
  const { probes } = account;
  if (probes === undefined) return undefined;
  return (
    <Panel title="Probes" id="probes">
      <p className="quiet">Results for release {probes.release}</p>
      <Rows
        label="Probes"
        heads={['Probe', 'Result', 'Observed', 'Expected', 'Time']}
        rows={probes.results.map(({ title, probe, outcome, observed, expected, at, remediation }) => ({
          key: probe,
          cells: [
            `${title} (${probe})`,
            <Mark key="outcome" kind={outcomeKinds[outcome]}>
              {sentenceCase(outcomeWords[outcome])}
            </Mark>,
            <Text key="observed">{observed}</Text>,
            <Text key="expected">{expected}</Text>,
            formatTime(at),
          ],
          note: outcome === 'fail' ? <Text>{remediation}</Text> : undefined,
        }))}
        empty="None."
      />
    </Panel>
  );
}

const CheckHistory = ({ detail: { history } }: AccountProps) => (
  <Rows
    label="Check history"
    heads={['Time', 'Checked by', 'Release', 'Passed', 'Failed', 'Unknown']}
    rows={history.map(({ at, run, by, release, passed, failed, unknown }) => ({
      key: `${at} ${run}`,
      cells: [
        formatTime(at),
        by.kind === 'system' ? (
          run
        ) : (
          <>
            {run}, <Person actor={by} />
          </>
        ),
        release,
        passed,
        failed === 0 ? '0' : <Mark kind="bad">{failed}</Mark>,
        unknown === 0 ? '0' : <Mark kind="unsure">{unknown}</Mark>,
      ],
    }))}
    empty="This account has not been checked yet."
  />
);
