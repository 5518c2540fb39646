import {
  parseAccountId,
  parseOrganizationId,
  parseReleaseId,
  parseRolloutId,
  parseWaveName,
} from '../../../orchestrator/domain/model/brand';
import { endNotice, promptNotice, riskNotice, takeoverNotice } from '../../../orchestrator/domain/model/notice';
import type { ReadinessState } from '../../../orchestrator/domain/model/readiness';
import type { Outcome, Prompt, RolloutRecord, RolloutRequest } from '../../../orchestrator/domain/model/rollout';
import { person } from '../../actors';
import { accountOf } from '../account';
import { finding } from '../decisions/deciding';

const account = parseAccountId('111122223333');
const record = (request: Partial<RolloutRequest> = {}): RolloutRecord => ({
  id: parseRolloutId('ro-20261122-090000-k3f9'),
  organization: parseOrganizationId('o-abcdefghij'),
  release: parseReleaseId('r-1a2b3c4d5e6f'),
  desiredState: 'desiredState',
  request: { by: person('jo'), ...request },
  startedAt: '2026-11-22T09:00:00.000Z',
  status: { kind: 'running', doing: 'deploying' },
  direction: 'forward',
  waves: [],
  wave: -1,
  events: 0,
  answers: [],
});
const prompt = (about: Prompt['about']): Prompt => ({
  about,
  wave: parseWaveName('dev'),
  because: ['1 of 3 accounts failed'],
  promptedAt: '2026-11-22T09:30:00.000Z',
});

test.each([
  { about: 'approval', kind: 'approvalRequired' },
  { about: 'preflight', kind: 'held' },
  { about: 'stage', kind: 'held' },
  { about: 'gate', kind: 'held' },
] as const)('a question about $about is announced as $kind, with its reasons and the next step', ({ about, kind }) => {
  const notice = promptNotice(record(), 4, prompt(about));

  expect(notice).toMatchObject({
    key: 'ro-20261122-090000-k3f9/prompt/4',
    text: expect.stringMatching(/^1 of 3 accounts failed\n\nNext: .*strongroom approve/),
    facts: { kind, wave: 'dev', reasons: ['1 of 3 accounts failed'] },
  });
});

test('a rollout that an outage has parked is announced as such: no account needs repair', () => {
  const notice = promptNotice(record(), 4, prompt('outage'));

  expect(notice).toMatchObject({
    subject: expect.stringMatching(/is parked by an outage at wave dev$/),
    facts: { kind: 'held', next: expect.stringMatching(/^run strongroom resume \S+ after the outage/) },
  });
  expect(notice?.text).not.toContain('fix the cause');
});

test('the notice of a takeover does not take the place of the one about the real end', () => {
  const taken = takeoverNotice(record(), 'failed', ['its lease expired']);
  const ended = endNotice(record(), 'failed', ['one account failed']);

  expect(taken?.facts).toMatchObject({ kind: 'failed', reasons: ['its lease expired'] });
  expect(taken?.key).not.toBe(ended?.key);
});

test('an alert about keys names what is critical, and nothing else', () => {
  const failing = [
    finding('fail'),
    { ...finding('fail'), title: 'An advisory', observed: 'no tags', severity: 'advisory' as const },
  ];

  const notice = riskNotice(accountOf(account, { state: 'KEYS_AT_RISK', failing }), '2026-11-22T09:30:00.000Z');

  expect(notice.key).toBe('111122223333/keys-at-risk/2026-11-22T09:30:00.000Z');
  expect(notice.facts?.reasons).toEqual([expect.stringContaining('observed no topic')]);
});

test("a person's own pause is not announced", () => {
  expect(promptNotice(record(), 4, prompt('pause'))).toBeUndefined();
});

test.each([
  { outcome: 'held', kind: 'held' },
  { outcome: 'failed', kind: 'failed' },
  { outcome: 'rolledBack', kind: 'rolledBack' },
  { outcome: 'aborted', kind: undefined },
  { outcome: 'completed', kind: undefined },
] as const)('a rollout over waves that ends as $outcome is announced as $kind', ({ outcome, kind }) => {
  const notice = endNotice(record(), outcome, ['because']);

  expect(notice?.facts?.kind).toBe(kind);
});

test.each<{ outcome: Outcome; state: ReadinessState; kind: string | undefined; says?: string }>([
  { outcome: 'completed', state: 'READY_FOR_KEYS', kind: 'accountReady', says: 'is ready for keys' },
  { outcome: 'completed', state: 'BASELINE_HEALTHY', kind: 'accountReady', says: 'not ready for keys' },
  { outcome: 'completed', state: 'UNPLACED', kind: undefined },
  { outcome: 'completed', state: 'DISCOVERED', kind: undefined },
  { outcome: 'failed', state: 'DEPLOY_FAILED', kind: 'failed' },
  { outcome: 'held', state: 'UNHEALTHY', kind: 'held' },
  { outcome: 'aborted', state: 'DEPLOYED', kind: undefined },
])(
  'an execution for a new account that ends as $outcome, and leaves it $state, is announced as $kind',
  ({ outcome, state, kind, says = '' }) => {
    const notice = endNotice(record({ newAccount: true, accounts: [account] }), outcome, ['because'], state);

    expect(notice?.facts?.kind).toBe(kind);
    expect(notice?.subject ?? '').toContain(says);
  },
);
