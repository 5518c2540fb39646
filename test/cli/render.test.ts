import { msLeft, noPace, paced } from '../../orchestrator/cli/estimate';
import { exitStatusByCode, exitStatusByOutcome } from '../../orchestrator/cli/exit-status';
import { liveBlock } from '../../orchestrator/cli/render/live';
import { nextSteps } from '../../orchestrator/cli/render/summary';
import { createScreen, shortened } from '../../orchestrator/cli/screen';
import { errors } from '../../orchestrator/domain/errors';
import { parseAccountId, parseRegion, parseRolloutId, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import type { Release } from '../../orchestrator/domain/model/release';
import { outcomes } from '../../orchestrator/domain/model/rollout';
import { createPaint } from '../../orchestrator/presentation/paint';
import { person } from '../actors';
import { lastStep, record, stage, wave } from './record';

const plain = createPaint(false);
const now = new Date('2026-11-22T09:00:00.000Z');
const minute = 60_000;
const said = { at: '2026-11-22T08:00:01.500Z', rolloutId: parseRolloutId('ro-20261122-080000-abcd') };
const [canary, account, _usEast1] = [parseWaveName('canary'), parseAccountId('111122223333'), parseRegion('us-east-1')];

describe('exit status', () => {
  test.each([
    [errors.invalidConfig('f', []), 2],
    [errors.noCredentials('x'), 2],
    [errors.otherOrganization('a', 'b'), 2],
    [errors.rolloutBusy('a', 'b', 'c'), 4],
    [errors.stateForeign('f', 'x'), 2],
    [errors.stateFull('f'), 3],
    [errors.stateDamaged('f', 'x'), 3],
    [errors.managedElsewhere({ state: 'a', by: 'b', since: 'c' }), 4],
    [errors.accessDenied('a', 'b'), 4],
    [errors.notWaiting('a', 'b'), 4],
    [errors.endpointDown('a', 'b'), 1],
    [errors.internal('x'), 1],
  ])('of %s is %i', (error, status) => {
    expect(exitStatusByCode[error.code]).toBe(status);
  });

  test('of every outcome', () => {
    expect(outcomes.map((outcome) => exitStatusByOutcome[outcome])).toEqual([0, 3, 3, 3, 1]);
  });
});

describe('the live block', () => {
  const deploying = wave('canary', {
    status: { kind: 'open', since: said.at },
    stages: [stage(0, 0, 4), stage(1, 4, 10)],
    stage: 1,
  });
  const progress = { operations: [], progress: { done: 3, failed: 1, total: 12 } };

  test.each([
    {
      what: 'a stage at work',
      seen: record({
        waves: [deploying],
        status: { kind: 'running', doing: 'stage 2 of 2' },
        lastStep: lastStep('DeployStage', 'go'),
      }),
      lines: [
        'wave 1 of 1  canary  stage 2 of 2  about 5 min left',
        '4 of 10 accounts done, 0 failed',
        'stage 2 of 2: 3 of 12 stacks done, 1 failed',
      ],
    },
    {
      what: 'accounts that were lost',
      seen: record({ waves: [{ ...deploying, lost: 1 }], lastStep: lastStep('JudgeStage', 'nextStage') }),
      lines: ['stage 2 of 2', '3 of 10 accounts done, 1 failed', 'deploying'],
    },
    {
      what: 'settings',
      seen: record({
        waves: [deploying],
        status: { kind: 'running', doing: 'applying settings' },
        lastStep: lastStep('JudgeStage', 'verify'),
      }),
      lines: ['canary  about 5 min left', '10 of 10 accounts done', 'applying settings'],
    },
    {
      what: 'a soak',
      seen: record({
        waves: [{ ...deploying, round: 1 }],
        status: { kind: 'waiting', until: '2026-11-22T09:30:00.000Z', doing: 'soaking' },
      }),
      lines: ['canary', '10 of 10', 'soaking until 09:30:00 UTC (30 min)'],
    },
    {
      what: 'a person',
      seen: record({
        waves: [deploying],
        status: {
          kind: 'awaitingApproval',
          prompt: { about: 'stage', wave: canary, because: ['too many failed'], promptedAt: said.at },
        },
      }),
      lines: ['canary', '4 of 10', 'held (stage): too many failed'],
    },
  ])('shows $what', ({ seen, lines }) => {
    const block = liveBlock({ record: seen, stage: progress, now, leftMs: 5 * minute }, plain);

    expect(block.slice(1)).toEqual(lines.map((line) => expect.stringContaining(line)));
  });

  test('is nothing before the first wave, and after the end', () => {
    const finished = { kind: 'finished', outcome: 'completed', because: [], at: said.at } as const;

    const blocks = [record({ wave: -1 }), record({ status: finished })].map((seen) =>
      liveBlock({ record: seen, stage: undefined, now, leftMs: undefined }, plain),
    );

    expect(blocks).toEqual([[], []]);
  });
});

describe('the time that is left', () => {
  const release = { modules: [] as Release['modules'] } as Release;
  const twoStages = [
    { ...said, type: 'stageStarted', wave: canary, stage: 0, stages: 2, modules: [], regions: [], accounts: 1 },
    { ...said, at: '2026-11-22T08:10:01.500Z', type: 'stageLanded', wave: canary, stage: 0, done: 1, failed: 0 },
  ] as const satisfies readonly RolloutEvent[];
  const pace = twoStages.reduce(paced, noPace);

  test.each([
    {
      what: 'stages and soaks',
      at: wave('canary', {
        status: { kind: 'open', since: said.at },
        stages: [stage(0, 0, 5), stage(1, 5, 10)],
        stage: 1,
      }),
      minutes: 10 + 30 + 30,
    },
    {
      what: 'what is left of a soak',
      at: wave('canary', { status: { kind: 'open', since: said.at }, firstHealthyAt: '2026-11-22T08:45:00.000Z' }),
      minutes: 15 + 30,
    },
    {
      what: 'nothing of a wave that is behind',
      at: wave('canary', { status: { kind: 'overridden', by: person('ada'), reason: 'x', at: said.at } }),
      minutes: 30,
    },
  ])('counts $what', ({ at, minutes }) => {
    expect(msLeft(record({ waves: [at, wave('prod')] }), release, pace, now)).toBe(minutes * minute);
  });

  test('is not known before a stage has landed', () => {
    expect(msLeft(record(), release, noPace, now)).toBeUndefined();
  });
});

describe('what to do next', () => {
  const asking = (about: 'approval' | 'gate' | 'pause') =>
    record({ status: { kind: 'awaitingApproval', prompt: { about, wave: canary, because: [], promptedAt: said.at } } });
  const finished = (outcome: 'completed' | 'held') =>
    record({ status: { kind: 'finished', outcome, because: [], at: said.at } });
  const troubled = [{ id: account, name: 'a', wave: canary, findings: [] }];
  const id = said.rolloutId;

  test.each([
    {
      when: 'a wave wants approval',
      record: asking('approval'),
      outcome: 'held',
      troubled: [],
      next: [`approve ${id} --reason TEXT`, `reject ${id} --reason TEXT`],
    },
    {
      when: 'it was paused',
      record: asking('pause'),
      outcome: 'held',
      troubled: [],
      next: [`resume ${id}`, `reject ${id} --reason TEXT`],
    },
    {
      when: 'a gate has failed',
      record: asking('gate'),
      outcome: 'held',
      troubled,
      next: [`account ${account}`, `resume ${id}`, `approve ${id} --reason TEXT`, `reject ${id} --reason TEXT`],
    },
    { when: 'the walk stopped', record: record(), outcome: 'failed', troubled: [], next: [`resume ${id}`] },
    { when: 'all is well', record: finished('completed'), outcome: 'completed', troubled: [], next: ['status'] },
    {
      when: 'it ended with findings',
      record: finished('held'),
      outcome: 'held',
      troubled,
      next: [`account ${account}`, 'status', 'rollout --retry-failed'],
    },
  ] as const)('when $when', ({ next, when: _when, ...ended }) => {
    expect(nextSteps(ended, (decisions) => decisions).map(({ command }) => command)).toEqual(next);
  });
});

describe('the screen', () => {
  const drawn = (isTerminal: boolean) => {
    const written: string[] = [];
    const screen = createScreen({
      out: (line) => void written.push(`${line}\n`),
      err: () => {},
      write: (text) => void written.push(text),
      isTerminal,
      columns: () => 10,
      colour: false,
    });
    screen.block(['one', 'two']);
    screen.line('said');
    screen.block([]);
    return written;
  };

  test('puts lines above the block, and clears it', () => {
    expect(drawn(true)).toEqual(['one\ntwo\n', '\u001b[2A\u001b[J', 'said\n', 'one\ntwo\n', '\u001b[2A\u001b[J']);
  });

  test('has no block without a terminal', () => {
    expect(drawn(false)).toEqual(['said\n']);
  });

  test.each([
    ['short', 'short'],
    ['exactly te', 'exactly te'],
    ['more than ten', 'more than…'],
    ['\u001b[1mbold\u001b[22m and long', '\u001b[1mbold\u001b[22m and …'],
  ])('shortens %j to the width, and leaves colours alone', (line, shown) => {
    expect(shortened(line, 10)).toBe(shown);
  });
});
