/** One line of the log for each moment. */
import type { Moment } from './history';

export function momentLine(moment: Moment): string {
  const at = new Date(moment.at).toISOString().slice(5, 23);
  return `${at} ${fieldsOf(moment)}`;
}

function fieldsOf(moment: Moment): string {
  switch (moment.kind) {
    case 'entered':
      return `${moment.by} enters ${moment.account} for ${moment.purpose}`;
    case 'settingsWritten':
      return `${moment.by} writes settings in ${moment.account}`;
    case 'settingsPutBack':
      return `${moment.by} puts settings back in ${moment.account}`;
    case 'driftReverted':
      return `${moment.by} reverts drift in ${moment.account}`;
    case 'operation': {
      const { operationId, kind, accounts, regions, spec } = moment.request;
      return `${moment.by} starts ${operationId} (${kind} ${spec.template.slice(0, 6)} in ${accounts.join(' ')}; ${regions.join(' ')})`;
    }
    case 'woken':
      return `${moment.task} completes ${moment.token}`;
    case 'visited':
      return `${moment.by} has seen ${moment.account}${moment.blinded ? ' blindly' : ''}`;
    case 'preflighted':
      return `${moment.by} was in ${moment.account}${moment.closed.length > 0 ? `, closed: ${moment.closed.join(' ')}` : ''}`;
    case 'settingsRead':
      return `${moment.by} has read settings in ${moment.account}`;
    case 'refused':
      return `${moment.account} refuses ${moment.api} of ${moment.by}: ${moment.why}`;
    case 'notified':
      return `notice ${moment.notice.key}`;
    case 'instanceEnded': {
      const { stackSet, operationId, account, region, outcome } = moment;
      return `${stackSet} ${outcome} in ${account} ${region} by ${operationId}`;
    }
    case 'endTold':
      return `the end reported of ${moment.operationId}`;
    case 'tampered':
      return `somebody changes ${moment.account} by hand`;
    case 'said':
      return `${moment.by} says ${moment.command} of ${moment.rollout}`;
    default:
      return writtenFieldsOf(moment);
  }
}

type Written = Extract<Moment, { readonly kind: 'rollout' | 'account' | 'lease' | 'finishedWave' | 'event' }>;

function writtenFieldsOf(moment: Written): string {
  switch (moment.kind) {
    case 'rollout': {
      const { id, status, wave, lastStep } = moment.after;
      const said =
        lastStep === undefined
          ? ''
          : ` ${lastStep.state} said ${lastStep.input.decision} (turn ${lastStep.input.step})`;
      return `${id} is ${status.kind}, wave ${wave}${said}`;
    }
    case 'account': {
      const { id, state, release, holder } = moment.after;
      return `account ${id} ${state} at ${release ?? 'no release'} held by ${holder?.rollout ?? 'nobody'}`;
    }
    case 'lease':
      return `lease ${moment.after.fencingToken} of ${moment.after.holder}${moment.after.released ? ' released' : ''}`;
    case 'finishedWave':
      return `wave ${moment.wave} finished ${moment.after.release}`;
    case 'event':
      return `${moment.rollout} event ${moment.number} ${JSON.stringify(moment.event)}`;
  }
}
