/** One rollout: its status and reasons, the available actions, its waves and its events. */
import { useState } from 'react';
import { actorText } from '../../../domain/model/actor';
import type { RolloutRecord } from '../../../domain/model/rollout';
import { type Action, actions, type Me, type RolloutDetail } from '../../api/contract';
import { formatTime, outcomeTitles, rolloutKind, rolloutTitle, type StatusKind, sentenceCase } from '../labels';
import { useLive } from '../live';
import { Facts } from '../parts/facts';
import { Loading } from '../parts/loading';
import { Mark } from '../parts/mark';
import { Panel } from '../parts/panel';
import { Person } from '../parts/person';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { ActionDialog, actionTitles } from './action-dialog';
import { EventLog } from './event-log';
import { Waves } from './waves';
import './rollout.css';

interface RolloutProps {
  readonly id: string;
  readonly me: Me | undefined;
}
export default function RolloutView({ id, me }: RolloutProps) {
  const { data: detail, error, refresh } = useLive<RolloutDetail>(`/rollouts/${encodeURIComponent(id)}`);
  const [chosen, setChosen] = useState<Action>();
  const [confirmation, setConfirmation] = useState<string>();
  if (detail === undefined) return <Loading what={`rollout ${id}`} error={error} />;
  const { rollout, progress } = detail;
  const { status, paused } = rollout;
  const outcome = status.kind === 'finished' ? status.outcome : undefined;
  const state = { status: status.kind, outcome, paused: paused !== undefined };
  return (
    <>
      <p className="trail">
        <a href={hrefTo('rollouts')}>Rollouts</a> / {rollout.id}
      </p>
      <div className="heading">
        <h1>
          Rollout {rollout.id} <Mark kind={rolloutKind(state)}>{rolloutTitle(state)}</Mark>
        </h1>
        {me?.role === 'operator' ? (
          <Actions detail={detail} onChoose={setChosen} />
        ) : (
          <p className="quiet">You have view-only access.</p>
        )}
      </div>
      <p role="status" className={confirmation === undefined ? 'unseen' : 'done'}>
        {confirmation}
      </p>
      <StatusPanel rollout={rollout} />
      <div className="columns">
        <Panel title="Waves" id="waves">
          <Waves rollout={rollout} progress={progress} />
        </Panel>
        <Panel title="Request" id="request">
          <Request rollout={rollout} />
        </Panel>
      </div>
      <Panel title="Events" id="events">
        <EventLog id={id} count={rollout.events} />
      </Panel>
      {chosen === undefined ? undefined : (
        <ActionDialog
          detail={detail}
          action={chosen}
          recordedAs={me?.recordedAs}
          onChanged={refresh}
          onClose={(sent) => {
            setConfirmation(sent ? confirmations[chosen] : undefined);
            setChosen(undefined);
            refresh();
          }}
        />
      )}
    </>
  );
}

const confirmations: Readonly<Record<Action, string>> = {
  approve: 'Approved. The rollout continues.',
  reject: 'Rejected. The rollout ends.',
  retry: 'Retry requested.',
  pause: 'Pause requested. Running work finishes first.',
  resume: 'Resumed. The rollout continues.',
  abort: 'Abort requested.',
  rollback: 'Rollback requested.',
};

interface ActionsProps {
  readonly detail: RolloutDetail;
  readonly onChoose: (action: Action) => void;
}
function Actions({ detail, onChoose }: ActionsProps) {
  const possible = actions.filter((action) => detail.actions[action] !== undefined);
  return (
    <fieldset className="actions">
      <legend className="unseen">Actions</legend>
      {possible.map((action) => (
        <button
          key={action}
          type="button"
          className={action === 'approve' || action === 'resume' ? 'primary' : ''}
          onClick={() => onChoose(action)}
        >
          {actionTitles[action]}
        </button>
      ))}
    </fieldset>
  );
}

/** What the rollout is doing, what it waits for or how it ended, with every reason. */
function StatusPanel({ rollout: { status, paused } }: { readonly rollout: RolloutRecord }) {
  const [kind, title, because] = statusOf(status);
  return (
    <section className={`verdict ${kind}`} aria-label="Status">
      <Mark kind={kind}>
        <strong>
          <Text>{title}</Text>
        </strong>
      </Mark>
      {because.length === 0 ? undefined : (
        <ul>
          {because.map((reason) => (
            <li key={reason}>
              <Text>{sentenceCase(reason)}</Text>
            </li>
          ))}
        </ul>
      )}
      {paused === undefined ? undefined : (
        <p>
          Paused by <Person actor={paused.by} /> at {formatTime(paused.at)}: <Text>{paused.reason}</Text>
        </p>
      )}
    </section>
  );
}

const promptTitles: Readonly<Record<string, string>> = {
  approval: 'approval required',
  preflight: 'too many accounts were skipped',
  stage: 'a deployment failed',
  gate: 'gates did not pass',
  pause: 'paused',
  outage: 'parked by an outage',
};

function statusOf(status: RolloutRecord['status']): readonly [StatusKind, string, readonly string[]] {
  switch (status.kind) {
    case 'running':
      return ['busy', sentenceCase(status.doing), []];
    case 'waiting':
      return ['busy', `${sentenceCase(status.doing)}, until ${formatTime(status.until)}`, []];
    case 'awaitingApproval': {
      const { about, wave, because, promptedAt } = status.prompt;
      return [
        about === 'approval' || about === 'pause' || about === 'outage' ? 'unsure' : 'bad',
        `Wave ${wave}: ${promptTitles[about] ?? about}. Waiting since ${formatTime(promptedAt)}`,
        because,
      ];
    }
    case 'finished':
      return [
        status.outcome === 'completed' ? 'good' : 'bad',
        `${outcomeTitles[status.outcome]} ${formatTime(status.at)}`,
        status.because,
      ];
  }
}

function Request({ rollout }: { readonly rollout: RolloutRecord }) {
  const { request, release, startedAt, direction, answers } = rollout;
  return (
    <>
      <Facts
        facts={[
          ['Release', release],
          ['Requested by', <Text key="by">{actorText(request.by)}</Text>],
          ['Reason', <Text key="reason">{request.reason ?? 'None given'}</Text>],
          ['Started', formatTime(startedAt)],
          ['Direction', direction === 'forward' ? 'Rolling out' : 'Rolling back'],
          ['Waves', request.waves?.join(', ') ?? 'All'],
          ['Accounts', request.accounts === undefined ? 'All in these waves' : request.accounts.join(', ')],
        ]}
      />
      {answers.length === 0 ? undefined : (
        <>
          <h3>Decisions</h3>
          <ul className="entries">
            {answers.map(({ at, by, decision, reason }) => (
              <li key={at}>
                <Text>{`${actorText(by)} ${decisionVerbs[decision]}: ${reason}`}</Text>
                <p className="quiet">{formatTime(at)}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
const decisionVerbs: Readonly<Record<RolloutRecord['answers'][number]['decision'], string>> = {
  approve: 'approved',
  retry: 'retried',
  rollBack: 'rolled back',
  reject: 'rejected',
};
