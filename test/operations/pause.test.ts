/** A person holds a rollout back: what runs is finished, nothing new starts, and nothing that is done is lost or done again. */

import { parseRolloutId, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import { pauseRollout, resumeRollout } from '../../orchestrator/operations/pause';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf, type Rig, type Walked } from '../rig';
import { type Interrupting, interruptedAt } from '../rollout/interrupting';

/** Two are enough to see whether the next one opens. */
const waves = ['canary', 'sandbox'].map((name) => parseWaveName(name));
const jo = { by: person('jo'), reason: 'the console is down' };

const pausing = (handler: string, options: Interrupting = {}): Promise<Rig> =>
  interruptedAt(handler, (rig, id) => pauseRollout(rig.ports, id, jo), options);

const afterPause = (events: readonly RolloutEvent[]): readonly string[] =>
  events.slice(events.findIndex(({ type }) => type === 'paused') + 1).map(({ type }) => type);

const resumed = async (rig: Rig, { id }: Walked): Promise<Walked> => {
  await resumeRollout(rig.ports, id, { by: person('kim'), reason: 'it is up again' });
  return rig.resume(id);
};

describe('a paused rollout', () => {
  test.each([
    { at: 'before a wave opens', handler: 'OpenWave', when: 'before', says: ['approvalRequested'] },
    {
      at: 'while accounts are looked at',
      handler: 'PreflightShard',
      when: 'after',
      says: ['preflightDone', 'approvalRequested'],
    },
    { at: 'after preflight was judged', handler: 'JudgePreflight', when: 'after', says: ['approvalRequested'] },
    { at: 'while a stage runs', handler: 'DeployStage', when: 'after', says: ['stageLanded', 'approvalRequested'] },
    { at: 'after a stage was judged', handler: 'JudgeStage', when: 'after', says: ['approvalRequested'] },
  ] as const)('$at: finishes what runs, starts nothing new, and asks', async ({ handler, when, says }) => {
    const rig = await pausing(handler, { when });
    const start = jest.spyOn(rig.world.stackSets, 'start');

    const { id, end, events } = await rig.rollOut({ waves });

    const stages = eventsOf(events, 'stageStarted').map(({ modules }) => modules.length);
    expect(start).toHaveBeenCalledTimes(stages.reduce((sum, modules) => sum + modules, 0));
    const { value: record } = await readRollout(rig.ports, id);
    expect(end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
    expect(afterPause(events)).toEqual(says);
    expect(record.status).toMatchObject({
      kind: 'awaitingApproval',
      prompt: { about: 'pause', wave: 'canary', because: ['jo paused it: the console is down'] },
    });
  });

  test.each([
    'OpenWave',
    'PreflightShard',
    'JudgePreflight',
    'DeployStage',
    'JudgeStage',
    'SettingsShard',
    'HealthShard',
    'JudgeWave',
  ])('that was paused after %s comes to the same end when it is resumed', async (handler) => {
    const rig = await pausing(handler);

    const { events } = await resumed(rig, await rig.rollOut({ waves }));

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect((await rig.states())['READY_FOR_KEYS']).toBeGreaterThan(3);
  });

  test('does not do again what was done before: no account is deployed to twice', async () => {
    const rig = await pausing('DeployStage', { nth: 3 });
    const operations: string[] = [];
    const start = rig.world.stackSets.start;
    jest.spyOn(rig.world.stackSets, 'start').mockImplementation(async (request) => {
      for (const account of request.accounts)
        for (const region of request.regions) operations.push(`${request.spec.name} ${account} ${region}`);
      return start(request);
    });

    await resumed(rig, await rig.rollOut({ waves }));

    expect(new Set(operations).size).toBe(operations.length);
  });

  test('applies no settings while it is paused', async () => {
    const rig = await pausing('DeployStage', { nth: 2 });
    const apply = jest.spyOn(rig.world.accounts, 'applySettings');

    const { events } = await rig.rollOut({ accounts: [anAccountIn(rig, 'Sandbox')] });

    expect(eventsOf(events, 'stageLanded')).toHaveLength(2);
    expect(apply).not.toHaveBeenCalled();
  });

  test('soaks to the end, and asks before the next wave; resumed meanwhile it never stops', async () => {
    const stopped = await (await pausing('JudgeWave')).rollOut({ waves });
    const rig = await pausing('JudgeWave');
    const soak = 10 * 60_000;
    rig.world.clock.at(rig.world.clock.nowMs() + soak, async () => {
      const [running] = await listRollouts(rig.ports);
      if (running !== undefined)
        await resumeRollout(rig.ports, running.id, { by: person('kim'), reason: 'it is up again' });
    });

    const { events } = await rig.rollOut({ waves });

    expect(eventsOf(stopped.events, 'waveJudged')).toHaveLength(2);
    expect(eventsOf(stopped.events, 'waiting').filter((e) => e.for === 'soak')).toHaveLength(1);
    expect(eventsOf(stopped.events, 'approvalRequested')[0]).toMatchObject({ wave: 'sandbox', about: 'pause' });
    expect(eventsOf(events, 'approvalRequested')).toEqual([]);
    expect(eventsOf(events, 'waiting').filter((e) => e.for === 'soak' && e.wave === 'canary')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('keeps a wave that was approved approved', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('ous: [PolicyStaging]', '$&, approval: manual'),
    });
    const { id } = await rig.rollOut({ waves });
    await answer(rig.ports, id, { decision: 'approve', by: person('jo'), reason: 'go' });
    await pauseRollout(rig.ports, id, jo);
    const paused = await rig.resume(id);

    const { events } = await resumed(rig, paused);

    expect(eventsOf(events, 'approvalRequested').map(({ about }) => about)).toEqual(['approval', 'pause']);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('does not turn back by itself when a stage fails: the way back is work too', async () => {
    const rig = await pausing('DeployStage', {
      config: (text) => text.replace('onFailure: hold', 'onFailure: rollBack'),
    });
    rig.world.faults.failInstance = () => 'broken';

    const { events } = await rig.rollOut({ waves });

    expect(eventsOf(events, 'approvalRequested')).toEqual([expect.objectContaining({ about: 'stage' })]);
  });

  test('is not let pass by an approval: that would override a gate that nobody has judged', async () => {
    const rig = await pausing('DeployStage');
    const { id } = await rig.rollOut({ waves });

    const approving = answer(rig.ports, id, { decision: 'approve', by: person('kim'), reason: 'go' });

    await expect(approving).rejects.toMatchObject({
      code: 'NotWaiting',
      message: `rollout ${id} is not waiting for approval, jo paused it`,
      next: `continue it with \`strongroom resume ${id}\``,
    });
  });

  test('can be stopped instead, and ends as held', async () => {
    const rig = await pausing('DeployStage');
    const { id } = await rig.rollOut({ waves });

    await answer(rig.ports, id, { decision: 'reject', by: person('kim'), reason: 'not this week' });
    const { events } = await rig.resume(id);

    expect(events.at(-1)).toMatchObject({
      outcome: 'held',
      because: ['wave canary was held, and kim rejected it: not this week', 'jo paused it: the console is down'],
    });
  });
});

describe('a pause and a handler at the same moment', () => {
  test('the turn that the pause has overtaken is played again and sees it, and the log has everything once', async () => {
    let isJudging = false;
    const rig = await createRig({
      accounts: 40,
      around: (invoke, name) => async (input) => {
        isJudging = name === 'strongroom-JudgeStage';
        return invoke(input);
      },
    });
    const results = rig.world.stackSets.results;
    jest.spyOn(rig.world.stackSets, 'results').mockImplementation(async (name, operationId) => {
      const [id] = /^ro-\d+-\d+-\w{4}/.exec(operationId) ?? [];
      if (isJudging && id !== undefined) await pauseRollout(rig.ports, parseRolloutId(id), jo);
      return results(name, operationId);
    });

    const ran = await rig.rollOut({ waves });

    const { value: record } = await readRollout(rig.ports, ran.id);
    const types = ran.events.map(({ type }) => type);
    expect(types.slice(types.indexOf('stageStarted'))).toEqual([
      'stageStarted',
      'paused',
      'stageLanded',
      'approvalRequested',
    ]);
    expect(record.events).toBe(ran.events.length);
  });
});

test('paused twice it is paused once, by the first', async () => {
  const rig = await pausing('DeployStage');
  const { id } = await rig.rollOut({ waves });

  await pauseRollout(rig.ports, id, { by: person('kim'), reason: 'me too' });

  expect((await readRollout(rig.ports, id)).value.paused).toMatchObject({ by: person('jo') });
});

test('a rollout that has ended is neither paused nor resumed', async () => {
  const rig = await createRig({ accounts: 40 });
  const { id } = await rig.rollOut({ waves });

  await expect(pauseRollout(rig.ports, id, jo)).rejects.toMatchObject({ code: 'RolloutEnded' });
  await expect(resumeRollout(rig.ports, id, jo)).rejects.toMatchObject({ code: 'RolloutEnded' });
});

test('an answer whose giver died before it reached the machine is handed on by resume', async () => {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('ous: [PolicyStaging]', '$&, approval: manual'),
  });
  const { id } = await rig.rollOut({ waves });
  const unheard = {
    ...rig.ports,
    callbacks: { succeed: async () => Promise.reject(new Error('the process is gone')) },
  };
  await expect(answer(unheard, id, { decision: 'approve', by: person('jo'), reason: 'go' })).rejects.toThrow('gone');
  const succeed = jest.spyOn(rig.ports.callbacks, 'succeed');

  await resumeRollout(rig.ports, id, jo);

  expect(succeed).toHaveBeenCalledTimes(1);
});
