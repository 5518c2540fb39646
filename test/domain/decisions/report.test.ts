import { endEvents, outcomeOf } from '../../../orchestrator/domain/decisions/report';
import type { Answered, Prompt, RolloutStatus } from '../../../orchestrator/domain/model/rollout';
import { person } from '../../actors';
import { aRollout, aWave, canary, former, minutesAgo, now, sandbox } from './deciding';

const at = now.toISOString();
const prompt: Prompt = { about: 'gate', wave: canary, because: ['1 of 3 accounts failed'], promptedAt: minutesAgo(5) };
const asking: RolloutStatus = { kind: 'awaitingApproval', prompt };
const rejection: Answered = { decision: 'reject', by: person('kim'), reason: 'not this week', at };
const healthy = { kind: 'judged', verdict: 'healthy', because: [], at } as const;
const overridden = { kind: 'overridden', by: person('kim'), reason: 'known', at } as const;

test.each([
  {
    what: 'that nobody answered',
    record: aRollout({ status: asking }),
    decision: 'ask' as const,
    end: { outcome: 'held', because: ['wave canary was held, and nobody answered in time', '1 of 3 accounts failed'] },
  },
  {
    what: 'that a person rejected',
    record: aRollout({ status: asking, answers: [rejection] }),
    decision: 'reject' as const,
    end: {
      outcome: 'held',
      because: ['wave canary was held, and kim rejected it: not this week', '1 of 3 accounts failed'],
    },
  },
  {
    what: 'that did not get the lease',
    record: aRollout({ status: { kind: 'running', doing: 'rollout x has the lease' } }),
    decision: 'busy' as const,
    end: { outcome: 'aborted', because: ['rollout x has the lease'] },
  },
  {
    what: 'of a new account that did not get its turn',
    record: aRollout({ status: { kind: 'running', doing: 'rollout x is at work' }, request: { newAccount: true } }),
    decision: 'busy' as const,
    end: { outcome: 'held', because: ['rollout x is at work'] },
  },
  {
    what: 'without any account',
    record: aRollout({ status: { kind: 'running', doing: 'no account was planned' } }),
    decision: 'nothingToDo' as const,
    end: { outcome: 'completed', because: ['no account was planned'] },
  },
  {
    what: 'with a wave that stayed failed',
    record: aRollout({ waves: [aWave({ status: { ...healthy, verdict: 'failed', because: ['no way back'] } })] }),
    decision: 'finish' as const,
    end: { outcome: 'held', because: ['no way back'] },
  },
  {
    what: 'with a decision that does not end a rollout',
    record: aRollout(),
    decision: 'go' as const,
    end: { outcome: 'failed', because: ['the state machine ended with the decision "go"'] },
  },
  {
    what: 'through all its waves',
    record: aRollout({ waves: [aWave({ status: healthy }), aWave({ name: sandbox, accounts: 2, status: healthy })] }),
    decision: 'finish' as const,
    end: { outcome: 'completed', because: ['wave canary: 3 accounts', 'wave sandbox: 2 accounts'] },
  },
  {
    what: 'that rolled its second wave back',
    record: aRollout({
      direction: 'back',
      wave: 1,
      waves: [
        aWave({ status: healthy }),
        aWave({ name: sandbox, release: former, status: healthy }),
        aWave({ status: { kind: 'pending' } }),
      ],
    }),
    decision: 'finish' as const,
    end: { outcome: 'rolledBack', because: ['wave sandbox is back at release r-bbbbbbbbbbbb, its last good release'] },
  },
  {
    what: 'that rolled all its waves back, one of them overridden',
    record: aRollout({
      direction: 'back',
      request: { rollback: true },
      waves: [
        aWave({ release: former, status: healthy }),
        aWave({ name: sandbox, release: former, status: overridden }),
      ],
    }),
    decision: 'finish' as const,
    end: {
      outcome: 'rolledBack',
      because: [
        'wave canary is back at release r-bbbbbbbbbbbb, its last good release',
        'wave sandbox is back at release r-bbbbbbbbbbbb; kim overrode its gate: known',
      ],
    },
  },
])('a rollout $what ends as $end.outcome', ({ record, decision, end }) => {
  expect(outcomeOf(record, { decision })).toEqual(end);
});

describe('a rollout that crashed', () => {
  test.each([
    { of: 'Lambda', cause: JSON.stringify({ errorMessage: 'out of memory' }), because: 'Boom: out of memory' },
    { of: 'the embedded engine', cause: 'out of memory', because: 'Boom: out of memory' },
    { of: 'a JSON without a message', cause: '{"x":1}', because: 'Boom: {"x":1}' },
    { of: 'nobody', cause: undefined, because: 'Boom: no cause was given' },
  ])('fails with the message of $of', ({ cause, because }) => {
    const crash = { Error: 'Boom', ...(cause !== undefined && { Cause: cause }) };

    expect(outcomeOf(aRollout(), { decision: 'go', crash })).toEqual({ outcome: 'failed', because: [because] });
  });

  test('while it asked was held, and the crash is in the log', () => {
    const record = aRollout({ status: asking, lastStep: undefined });
    const crash = { Error: 'States.Timeout' };

    const end = outcomeOf(record, { decision: 'ask', crash });

    expect(end.outcome).toBe('held');
    expect(endEvents(record, end, crash)).toEqual([
      { type: 'crashed', state: 'ListOrganization', because: 'States.Timeout: no cause was given' },
      { type: 'rolloutFinished', ...end },
    ]);
  });
});
