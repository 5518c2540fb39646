/**
 * What a person reads about alerts. The security account knows the event alone: names, OU and wave come from a list that rollouts and
 * sweeps write there, and where the list does not say, the message says so.
 */
import type { NamedAccounts } from '../model/alerting';
import { field, textAt } from './event-fields';

export interface AlertMessage {
  readonly subject: string;
  readonly text: string;
}

/** A subject is one line of ASCII with fewer than 100 characters [bc:sns:Publish]. */
const subjectCharactersMax = 99;
/** The text of one message: further alerts are counted. */
const alertsMax = 20;
const valueCharactersMax = 300;

interface Kind {
  readonly what: (event: unknown) => string;
  readonly control: string;
  readonly next: string;
}

const call = (event: unknown): string => {
  const [source = ''] = textAt(event, 'detail', 'eventSource').split('.');
  return `${source}:${textAt(event, 'detail', 'eventName')}`;
};
const denied = (event: unknown): string => {
  const error = textAt(event, 'detail', 'errorCode');
  return error === '' ? '' : ` (failed: ${error})`;
};
const isRoot = (event: unknown): boolean => textAt(event, 'detail', 'userIdentity', 'type') === 'Root';

const tampering = (what: string, control: string, next: string): Kind => ({
  what: (event) => `${what}: ${call(event)}${denied(event)}`,
  control,
  next,
});
const byService: Readonly<Record<string, Kind>> = {
  'cloudtrail.amazonaws.com': tampering(
    'The trail was changed',
    '000-07',
    'Find out who did it and why; `strongroom verify` shows whether the trail still records',
  ),
  'config.amazonaws.com': tampering(
    'The configuration recorder was changed',
    '000-08',
    'Find out who did it and why; `strongroom verify` shows whether it still records',
  ),
  'guardduty.amazonaws.com': tampering(
    'GuardDuty was changed',
    '000-09',
    'Check detectors, members, filters and trusted lists in GuardDuty of this account',
  ),
  'securityhub.amazonaws.com': tampering(
    'Security Hub was changed',
    '000-10',
    'Check standards, controls and automation rules in Security Hub of this account',
  ),
  'access-analyzer.amazonaws.com': tampering(
    'The access analyzer was changed',
    '000-11',
    'Check the analyzer and its archive rules in IAM Access Analyzer of this account',
  ),
  'events.amazonaws.com': tampering(
    'An alert rule was changed',
    '000-12',
    'Run `strongroom verify`: this account may not alert any more',
  ),
  'iam.amazonaws.com': tampering(
    'A role or policy of the baseline was changed',
    '000-18',
    'Compare the change with the release; `strongroom verify` shows what differs',
  ),
  'organizations.amazonaws.com': tampering(
    'The account leaves the organization',
    '003-36',
    'Find out at once: policies, trail and roles of the organization no longer apply to an account that left',
  ),
  'account.amazonaws.com': tampering('A Region was disabled', '000-12', 'Find out who did it and why'),
};

const root: Kind = {
  what: (event) =>
    textAt(event, 'detail', 'eventSource') === 'signin.amazonaws.com'
      ? `The root user: ${textAt(event, 'detail', 'eventName')} ${textAt(event, 'detail', 'responseElements', 'ConsoleLogin')}`.trim()
      : `The root user called ${call(event)}${denied(event)}`,
  control: '000-12',
  next: 'Confirm with the owner that this was planned; if it was not, treat the account as compromised',
};
const guardDuty: Kind = {
  what: (event) =>
    `GuardDuty, severity ${field(event, 'detail', 'severity')}: ${textAt(event, 'detail', 'title') || textAt(event, 'detail', 'type')}`,
  control: '000-12',
  next: 'Open the finding in GuardDuty of this account and Region, and follow its remediation',
};
const securityHub: Kind = {
  what: (event) => {
    const finding = firstFinding(event);
    const severity = textAt(finding, 'Severity', 'Label') || textAt(finding, 'severity');
    return `Security Hub, ${severity.toLowerCase()}: ${textAt(finding, 'Title') || textAt(finding, 'finding_info', 'title')}`;
  },
  control: '000-12',
  next: 'Open the finding in Security Hub; set its workflow status to NOTIFIED or SUPPRESSED to hear of it no more',
};
const other: Kind = {
  what: (event) =>
    `${textAt(event, 'detail-type') || 'An event that cannot be read'} from ${textAt(event, 'source') || 'an unknown source'}`,
  control: '000-12',
  next: 'Read the event; this version of the message does not know it',
};

const firstFinding = (event: unknown): unknown => {
  const findings = field(event, 'detail', 'findings');
  return Array.isArray(findings) ? findings[0] : undefined;
};

function kindOf(event: unknown): Kind {
  const source = textAt(event, 'source');
  if (source === 'aws.guardduty' && textAt(event, 'detail-type') === 'GuardDuty Finding') return guardDuty;
  if (source === 'aws.securityhub' && firstFinding(event) !== undefined) return securityHub;
  if (isRoot(event)) return root;
  return byService[textAt(event, 'detail', 'eventSource')] ?? other;
}

/** In the account that administers GuardDuty, the event is about a member [doc:guardduty/guardduty_findings_eventbridge]. */
const accountOf = (event: unknown): string =>
  textAt(event, 'detail', 'accountId') ||
  textAt(firstFinding(event), 'AwsAccountId') ||
  textAt(firstFinding(event), 'cloud', 'account', 'uid') ||
  textAt(event, 'account') ||
  'unknown';

function described(account: string, known: NamedAccounts | undefined): string {
  if (known === undefined) return `${account}; its name, OU and wave are unknown: the list of accounts cannot be read`;
  const found = Object.hasOwn(known.accounts, account) ? known.accounts[account] : undefined;
  if (found === undefined) return `${account}; its name, OU and wave are unknown: it is not in the list of ${known.at}`;
  const wave = found.wave === undefined ? 'in no wave' : `wave ${line(found.wave)}`;
  return `${account} (${line(found.name)}), OU ${line(found.ou) || 'root'}, ${wave}`;
}

/** Names and values of an event may be chosen by an attacker: one line each, without control characters, and not endless. */
function line(value: string): string {
  const plain = value.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return plain.length > valueCharactersMax ? `${plain.slice(0, valueCharactersMax)}…` : plain;
}

function textOf(event: unknown, known: NamedAccounts | undefined): string {
  const { what, control, next } = kindOf(event);
  const who = textAt(event, 'detail', 'userIdentity', 'arn');
  const from = textAt(event, 'detail', 'sourceIPAddress');
  return [
    line(what(event)),
    `  account  ${described(accountOf(event), known)}`,
    `  region   ${line(textAt(event, 'region')) || 'unknown'}`,
    `  time     ${line(textAt(event, 'time')) || 'unknown'}`,
    ...(who === '' ? [] : [`  who      ${line(who)}${from === '' ? '' : ` from ${line(from)}`}`]),
    `  control  ${control}`,
    `  next     ${next}`,
    `  event    ${line(textAt(event, 'id')) || 'unknown'}`,
  ].join('\n');
}

/**
 * One message for all events of a batch. More than ten emails in a second suspend an email subscription
 * [doc:sns/sns-email-notifications], so somebody could silence the topic with many harmless alerts.
 */
export function alertMessage(events: readonly unknown[], known: NamedAccounts | undefined): AlertMessage {
  const distinct = [...new Map(events.map((event, index) => [keyOf(event, index), event])).values()];
  const [first] = distinct;
  const shown = distinct.slice(0, alertsMax).map((event) => textOf(event, known));
  const more = distinct.length - shown.length;
  const accounts = [...new Set(distinct.map(accountOf))].map((id) =>
    known && Object.hasOwn(known.accounts, id) ? (known.accounts[id]?.name ?? id) : id,
  );
  const subject =
    distinct.length === 1
      ? `${accounts.join('')}: ${line(kindOf(first).what(first))}`
      : `${distinct.length} alerts in ${accounts.length === 1 ? accounts.join('') : `${accounts.length} accounts`}`;
  return {
    subject: asciiLine(`[Strongroom] ${subject}`),
    text: [...shown, ...(more > 0 ? [`and ${more} more alerts, in the log of the function`] : [])].join('\n\n'),
  };
}

/** EventBridge and the queue may deliver an event twice, and GuardDuty sends a finding from two accounts. */
const keyOf = (event: unknown, index: number): string =>
  (textAt(event, 'source') === 'aws.guardduty' && textAt(event, 'detail', 'id')) || textAt(event, 'id') || `${index}`;

const asciiLine = (text: string): string =>
  line(text)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, subjectCharactersMax);

/** Sample findings that a message names [doc:guardduty/sample_findings]. */
export const samplesIn = (events: readonly unknown[]): readonly string[] =>
  events.flatMap((event) =>
    textAt(event, 'source') === 'aws.guardduty' && textAt(event, 'detail', 'title').startsWith('[SAMPLE]')
      ? [textAt(event, 'detail', 'id')]
      : [],
  );
