/** One rollout: where it is, why it waits, what can be done about it, and what has happened. */
import { useState } from 'react';
import type { RolloutRecord } from '../../../domain/model/rollout';
import { type Action, actions, type RolloutSeen } from '../../api/contract';
import { useLive } from '../live';
import { Facts } from '../parts/facts';
import { Loading } from '../parts/loading';
import { Mark } from '../parts/mark';
import { Panel } from '../parts/panel';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { type Kind, outcomeTitles, rolloutKind, rolloutTitle, sentenceCase, timeOf } from '../say';
import { ActDialog, actionTitles } from './act';
import { EventLog } from './event-log';
import { Waves } from './waves';
import './rollout.css';

interface RolloutProps {
  readonly id: string;
  readonly isOperator: boolean;
}
export default function RolloutView({ id, isOperator }: RolloutProps) {
  const { data: seen, refused, refresh } = useLive<RolloutSeen>(`/rollouts/${encodeURIComponent(id)}`);
  const [asked, setAsked] = useState<Action>();
  const [done, setDone] = useState<string>();
  if (seen === undefined) return <Loading what={`rollout ${id}`} refused={refused} />;
  const { rollout, progress } = seen;
  const { status, paused } = rollout;
  const outcome = status.kind === 'finished' ? status.outcome : undefined;
  const standing = { status: status.kind, outcome, paused: paused !== undefined };
  return (
    <>
      <p className="trail">
        <a href={hrefTo('rollouts')}>Rollouts</a> / {rollout.id}
      </p>
      <div className="heading">
        <h1>
          Rollout {rollout.id} <Mark kind={rolloutKind(standing)}>{rolloutTitle(standing).toLowerCase()}</Mark>
        </h1>
        {isOperator ? <Actions seen={seen} onAsk={setAsked} /> : <p className="quiet">You look on as a viewer.</p>}
      </div>
      <p role="status" className={done === undefined ? 'unseen' : 'done'}>
        {done}
      </p>
      <Verdict rollout={rollout} />
      <div className="columns">
        <Panel title="Waves" id="waves">
          <Waves rollout={rollout} progress={progress} />
        </Panel>
        <Panel title="What was asked for" id="request">
          <Request rollout={rollout} />
        </Panel>
      </div>
      <Panel title="Events" id="events">
        <EventLog id={id} count={rollout.events} />
      </Panel>
      {asked === undefined ? undefined : (
        <ActDialog
          seen={seen}
          action={asked}
          onMoved={refresh}
          onClose={(sent) => {
            setDone(sent ? `${actionTitles[asked]}: written. The rollout takes it up at its next step.` : undefined);
            setAsked(undefined);
            refresh();
          }}
        />
      )}
    </>
  );
}

interface ActionsProps {
  readonly seen: RolloutSeen;
  readonly onAsk: (action: Action) => void;
}
function Actions({ seen, onAsk }: ActionsProps) {
  const possible = actions.filter((action) => seen.actions[action] !== undefined);
  return (
    <fieldset className="actions">
      <legend className="unseen">What you can do</legend>
      {possible.map((action) => (
        <button
          key={action}
          type="button"
          className={action === 'approve' || action === 'resume' ? 'primary' : ''}
          onClick={() => onAsk(action)}
        >
          {actionTitles[action]}
        </button>
      ))}
    </fieldset>
  );
}

/** What it is at, why it waits or how it ended, with every reason. */
function Verdict({ rollout: { status, paused } }: { readonly rollout: RolloutRecord }) {
  const [kind, title, because] = verdictOf(status);
  return (
    <section className={`verdict ${kind}`} aria-label="How it stands">
      <Mark kind={kind}>
        <strong>
          <Text>{title}</Text>
        </strong>
      </Mark>
      {because.length === 0 ? undefined : (
        <ul>
          {because.map((reason) => (
            <li key={reason}>
              <Text>{reason}</Text>
            </li>
          ))}
        </ul>
      )}
      {paused === undefined ? undefined : (
        <p>
          Paused by <Text>{paused.by}</Text> since {timeOf(paused.at)}: <Text>{paused.reason}</Text>
        </p>
      )}
    </section>
  );
}

const abouts: Readonly<Record<string, string>> = {
  approval: 'an approval is wanted',
  preflight: 'too many accounts were left out',
  stage: 'a deployment failed',
  gate: 'its gates did not pass',
  pause: 'a person paused it',
};

function verdictOf(status: RolloutRecord['status']): readonly [Kind, string, readonly string[]] {
  switch (status.kind) {
    case 'running':
      return ['busy', sentenceCase(status.doing), []];
    case 'waiting':
      return ['busy', `${sentenceCase(status.doing)}, until ${timeOf(status.until)}`, []];
    case 'awaitingApproval': {
      const { about, wave, because, promptedAt } = status.prompt;
      return [
        about === 'approval' || about === 'pause' ? 'unsure' : 'bad',
        `Wave ${wave} waits for a person since ${timeOf(promptedAt)}: ${abouts[about] ?? about}`,
        because,
      ];
    }
    case 'finished':
      return [
        status.outcome === 'completed' ? 'good' : 'bad',
        `${outcomeTitles[status.outcome]} ${timeOf(status.at)}`,
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
          ['By', <Text key="by">{request.by}</Text>],
          ['Reason', <Text key="reason">{request.reason ?? 'none given'}</Text>],
          ['Started', timeOf(startedAt)],
          ['Direction', direction === 'forward' ? 'forward' : 'back to what was there before'],
          ['Waves', request.waves?.join(', ') ?? 'all'],
          ['Accounts', request.accounts === undefined ? 'all of the waves' : request.accounts.join(', ')],
        ]}
      />
      {answers.length === 0 ? undefined : (
        <>
          <h3>Answers</h3>
          <ul className="entries">
            {answers.map(({ at, by, decision, reason }) => (
              <li key={at}>
                <Text>{`${by} answered ${answerWords[decision]}: ${reason}`}</Text>
                <p className="quiet">{timeOf(at)}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
const answerWords: Readonly<Record<RolloutRecord['answers'][number]['decision'], string>> = {
  approve: 'approved',
  retry: 'retry',
  rollBack: 'roll back',
  reject: 'rejected',
};
