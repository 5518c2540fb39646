/** A rehearsal notices each difference between AWS and what the code assumes, touches nothing else, and removes what it has created. */
import { errors, messageOf } from '../../orchestrator/domain/errors';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { questions } from '../../orchestrator/domain/rehearsal/questions';
import type { Answer } from '../../orchestrator/domain/rehearsal/report';
import { parseStackSetEvent } from '../../orchestrator/events/stack-set-event';
import { cleanUpAfter, rehearse } from '../../orchestrator/operations/rehearse';
import { anAccountIn, createRig } from '../rig';
import { differences, faults } from './rehearsal-differences';
import { leftBy, questionsThat, rehearsed, type Stage, sandbox, staged } from './rehearsing';

const canary = parseWaveName('canary');

test('every question is answered and confirmed where AWS does what the code assumes, and nothing remains', async () => {
  const stage = await staged();

  const report = await rehearsed(stage);

  expect(report.answers.filter(({ verdict }) => verdict !== 'confirmed')).toEqual([]);
  expect(report.answers.map(({ question }) => question).toSorted()).toEqual(questions.map(({ id }) => id).toSorted());
  expect([report.endedEarly, report.remains, await leftBy(stage)]).toEqual([undefined, [], []]);
});

test('the baseline of the account stays as it was', async () => {
  const stage = await staged();
  const before = stage.rig.world.contents.stacks(stage.account);

  await rehearsed(stage);

  expect(stage.rig.world.contents.stacks(stage.account)).toEqual(before);
});

test.each(differences)('%s: exactly %j are refuted', async (_what, refutes, instead) => {
  const stage = await staged();

  const report = await rehearsed(stage, { instead });

  expect(questionsThat(report, 'refuted').toSorted()).toEqual([...refutes].toSorted());
  expect([report.remains, await leftBy(stage)]).toEqual([[], []]);
});

test.each(faults)('%s: exactly %j are refuted', async (_what, refutes, cause) => {
  const stage = await staged();
  cause(stage);

  const report = await rehearsed(stage);

  expect(questionsThat(report, 'refuted').toSorted()).toEqual([...refutes].toSorted());
});

test('an execution role that may not create the stack is refuted, and what builds on the stack stays unknown', async () => {
  const stage = await staged();
  const denied = 'User is not authorized to perform: events:PutRule';
  stage.rig.world.faults.failInstance = ({ stackSet }) => (stackSet.endsWith('-first') ? denied : undefined);

  const report = await rehearsed(stage);

  expect(questionsThat(report, 'refuted')).toEqual(['executionRole']);
  expect(questionsThat(report, 'unknown').toSorted()).toEqual(
    [
      'repeatAfterEnd',
      'strictMaximum',
      'secondCreate',
      'revertDrift',
      'missingStack',
      'importDetached',
      'importOtherTemplate',
      'follow',
    ].toSorted(),
  );
  expect(await leftBy(stage)).toEqual([]);
});

test('an answer that comes after the operation has ended decides nothing about one that runs', async () => {
  const stage = await staged();

  const report = await rehearsed(stage, {
    instead: ({ rig: { world }, rehearsal }) => ({
      rehearsal: {
        repeat: async (target) => {
          if (!target.stackSet.endsWith('-busy')) return rehearsal.repeat(target);
          await world.clock.sleepUntil(new Date(world.clock.nowMs() + 600_000));
          return 'OperationIdAlreadyExists';
        },
      },
    }),
  });

  expect(report.answers).toContainEqual(
    expect.objectContaining({
      question: 'repeatWhileRunning',
      verdict: 'unknown',
      observed: 'the operation had ended by then',
    }),
  );
});

test('an account without the baseline leaves the questions about it unknown', async () => {
  const rig = await createRig({ accounts: 40 });
  const stage: Stage = { rig, account: anAccountIn(rig, 'Sandbox'), rehearsal: await rig.world.openRehearsal() };

  const report = await rehearsed(stage);

  expect(questionsThat(report, 'refuted')).toEqual([]);
  expect(questionsThat(report, 'unknown').toSorted()).toEqual(
    ['alertsArrive', 'configDelivery', 'organizationTrail', 'trailDelivers'].toSorted(),
  );
});

test('without an opt-in Region that question is not asked', async () => {
  const stage = await staged();

  const report = await rehearsed(stage, { request: { optInRegion: undefined } });

  expect(report.findings.find(({ id }) => id === 'A42')?.verdict).toBe('notAsked');
  expect(questionsThat(report, 'refuted')).toEqual([]);
});

describe('where it may not act', () => {
  test.each([
    [
      'the management account',
      (stage: Stage) => stage.rig.world.organization.managementAccountId,
      /management account/,
    ],
    ['a suspended account', (stage: Stage) => anAccountIn(stage.rig, 'Suspended'), /is (SUSPENDED|CLOSED)/],
  ])('%s is refused', async (_what, accountOf, message) => {
    const stage = await staged();

    await expect(rehearsed(stage, { request: { account: accountOf(stage) } })).rejects.toThrow(message);
    expect(await leftBy(stage)).toEqual([]);
  });

  test('an account of a wave is refused unless this wave is named', async () => {
    const stage = await staged();

    await expect(rehearsed(stage, { request: { inWave: undefined } })).rejects.toThrow('wave sandbox selects account');
    expect(await leftBy(stage)).toEqual([]);
  });

  test('a rollout in progress refuses it before anything is created', async () => {
    const stage = await staged();
    const { rig, account, rehearsal } = stage;

    const refused = await rig.inTime(async () => {
      const rollout = rig.begin({ waves: [canary] });
      await rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + 30_000));
      const request = { account, inWave: sandbox };
      const watching = { parseEvent: parseStackSetEvent };
      const message = await rehearse({ ...rig.ports, rehearsal }, rig.desiredState, request, watching).catch(messageOf);
      await rollout;
      return message;
    });

    expect(refused).toMatch(/rollout ro-\S+ is in progress/);
    expect(await leftBy(stage)).toEqual([]);
  });

  test('a rollout that begins meanwhile ends it, and what was created is removed all the same', async () => {
    const stage = await staged();
    const { rig } = stage;
    let answered = 0;
    let rollout: Promise<unknown> = Promise.resolve();
    const tell = (): void => {
      answered += 1;
      if (answered === 9) rollout = rig.begin({ waves: [canary] });
    };

    const report = await rehearsed(stage, { watching: { tell } });
    await rig.inTime(() => rollout);

    expect(report.endedEarly).toMatch(/^rollout ro-\S+ is in progress/);
    expect([report.remains, await leftBy(stage)]).toEqual([[], []]);
  });
});

describe('however it ends', () => {
  const interruptedAfter = async (stage: Stage, count: number) => {
    const interruption = new AbortController();
    let answered = 0;
    const tell = (): void => {
      answered += 1;
      if (answered === count) interruption.abort();
    };
    return rehearsed(stage, { watching: { signal: interruption.signal, tell } });
  };

  test.each([1, 5, 9, 14, 20])('interrupted after %i answers, it removes everything and says so', async (count) => {
    const stage = await staged();

    const report = await interruptedAfter(stage, count);

    expect(report.endedEarly).toBe('it was interrupted');
    expect([report.remains, await leftBy(stage)]).toEqual([[], []]);
  });

  test('interrupted while a stack is in no set, it removes that stack too', async () => {
    const stage = await staged();
    const interruption = new AbortController();

    const report = await rehearsed(stage, {
      instead: ({ rig }) => ({
        stackSets: {
          ...rig.ports.stackSets,
          start: (request) => {
            if (request.kind === 'adopt') interruption.abort();
            return rig.ports.stackSets.start(request);
          },
        },
      }),
      watching: { signal: interruption.signal },
    });

    expect(report.endedEarly).toBe('it was interrupted');
    expect(questionsThat(report, 'unknown')).toEqual([]);
    expect([report.remains, await leftBy(stage)]).toEqual([[], []]);
  });

  test('a bug in a trial ends it after the cleanup', async () => {
    const stage = await staged();

    const report = await rehearsed(stage, {
      instead: () => ({
        rehearsal: {
          concurrencyOf: async () => {
            throw new TypeError('not a function');
          },
        },
      }),
    });

    expect(report.endedEarly).toBe('of a bug in Strongroom: not a function');
    expect(await leftBy(stage)).toEqual([]);
  });

  test('what cannot be removed is named, and a cleanup removes it later', async () => {
    const stage = await staged();
    const stuck = errors.awsRefused('cloudformation:DeleteStackSet', 'Stuck', 'not now');

    const report = await rehearsed(stage, {
      instead: () => ({ rehearsal: { deleteStackSet: () => Promise.reject(stuck) } }),
    });
    const left = await leftBy(stage);
    const { rig, rehearsal } = stage;
    const remains = await rig.inTime(() =>
      cleanUpAfter({ ...rig.ports, rehearsal }, rig.desiredState, { account: stage.account }),
    );

    expect(left.length).toBeGreaterThan(3);
    expect(report.remains).toHaveLength(left.length);
    expect(report.remains[0]).toMatch(/^StackSet strongroom-rehearsal-.* in us-east-1: .*not now/);
    expect([remains, await leftBy(stage)]).toEqual([[], []]);
  });

  test('one that AWS never answers ends after its time', async () => {
    const stage = await staged();
    const beganMs = stage.rig.world.clock.nowMs();
    const told: Answer[] = [];

    const report = await rehearsed(stage, {
      instead: ({ rig }) => ({ stackSets: { ...rig.ports.stackSets, status: async () => 'RUNNING' } }),
      watching: { tell: (answer) => void told.push(answer) },
    });

    expect(report.endedEarly).toBe('120 minutes were over');
    expect(told).toEqual(report.answers);
    expect(stage.rig.world.clock.nowMs() - beganMs).toBeLessThan(12 * 3_600_000);
  });
});
