import validate from 'asl-validator';
import { retriableCodes } from '../../orchestrator/domain/errors';
import { decisions } from '../../orchestrator/domain/model/state-decisions';
import { taskNames } from '../../orchestrator/tasks/table';
import { synthesizeStateMachine } from '../../state-machine/synthesize';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly StringEquals: string; readonly Next: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts: number;
    readonly IntervalSeconds: number;
    readonly BackoffRate: number;
    readonly MaxDelaySeconds: number;
  }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}
const definition = synthesizeStateMachine() as {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
};
const top = Object.entries(definition.States);
const inMaps = top.flatMap(([, state]) => Object.entries(state.ItemProcessor?.States ?? {}));
const tasks = [...top, ...inMaps].filter(([, state]) => state.Type === 'Task');

/** A state with a single decision needs no branch. */
const branching = Object.entries(decisions).filter(([, words]) => words.length > 1);

describe('the synthesized state machine', () => {
  test('is valid Amazon States Language', () => {
    // It writes into what it is given.
    const { isValid, errors } = validate(structuredClone(definition));

    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  test('is the same every time it is synthesized', () => {
    expect(synthesizeStateMachine()).toEqual(definition);
  });

  test('holds no token of CDK, no account and no region', () => {
    expect(JSON.stringify(definition)).not.toMatch(/\$\{Token|Fn::|"Ref"|\d{12}|us-east-1/);
  });

  test('has one task for each handler, and no other', () => {
    expect(tasks.map(([name]) => name).sort()).toEqual([...taskNames].sort());
  });

  test.each(branching)('after %s each decision has a branch, and crashes have one too', (state, words) => {
    const choice = definition.States[definition.States[state]?.Next ?? ''];

    expect(choice?.Choices?.map(({ StringEquals }) => StringEquals).sort()).toEqual([...words].sort());
    expect(choice?.Default).toBe('Report');
  });

  test.each(tasks)('%s retries what the catalogue calls retriable', (_name, { Retry = [] }) => {
    expect(Retry[0]?.ErrorEquals).toEqual(expect.arrayContaining([...retriableCodes]));
    expect(Retry[0]?.MaxAttempts).toBeLessThanOrEqual(60);
  });

  test.each(tasks)('%s outlasts an outage of twenty minutes', (_name, { Retry = [] }) => {
    const { IntervalSeconds = 0, BackoffRate = 1, MaxDelaySeconds = 0, MaxAttempts = 0 } = Retry[0] ?? {};
    const pauses = Array.from({ length: MaxAttempts }, (_, tries) =>
      Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** tries),
    );

    // Full jitter takes half of each pause on average.
    expect(pauses.reduce((sum, pause) => sum + pause / 2, 0)).toBeGreaterThan(20 * 60);
  });

  test.each(
    top.filter(
      ([name, { Type }]) =>
        ['Task', 'Map'].includes(Type) &&
        !['ListOrganization', 'PlanWaves', 'AskOperator', 'Park', 'Report'].includes(name),
    ),
  )('an outage that %s does not outlast parks the rollout', (_name, { Catch = [] }) => {
    const park = Catch.find(({ Next }) => Next === 'Park');

    expect(park?.ErrorEquals).toEqual(
      expect.arrayContaining([
        'Throttled',
        'AwsUnavailable',
        'EndpointDown',
        'NoCredentials',
        'Lambda.ServiceException',
      ]),
    );
    expect(park?.ErrorEquals).not.toContain('Internal');
  });

  test.each(top.filter(([name, { Type }]) => ['Task', 'Map'].includes(Type) && name !== 'Report'))(
    'a crash of %s ends in Report, never in silence',
    (_name, state) => {
      const last = state.Catch?.at(-1);

      expect(last).toEqual(expect.objectContaining({ ErrorEquals: ['States.ALL'], Next: 'Report' }));
    },
  );

  test('after waiting for new accounts, they are checked again before anything is deployed', () => {
    const { JudgePreflight: judge } = definition.States;
    const choice = definition.States[judge?.Next ?? ''];
    const [wait] = (choice?.Choices ?? []).filter(({ StringEquals }) => StringEquals === 'wait');

    expect(definition.States[wait?.Next ?? '']).toMatchObject({ Type: 'Wait', Next: 'Preflight' });
  });

  test.each(['OpenWave', 'JudgePreflight', 'JudgeStage'])('%s, held by a freeze, leads to the wave again', (state) => {
    const choice = definition.States[definition.States[state]?.Next ?? ''];
    const [frozen] = (choice?.Choices ?? []).filter(({ StringEquals }) => StringEquals === 'frozen');

    expect(definition.States[frozen?.Next ?? '']).toMatchObject({ Type: 'Wait', Next: 'OpenWave' });
  });

  test('a prompt waits as long as it says', () => {
    expect(definition.States['AskOperator']).toMatchObject({ TimeoutSecondsPath: '$.approvalTimeoutSeconds' });
  });

  test('nothing but a judged wave, or a person, leads to the next wave', () => {
    const leadsToOpenWave = top.flatMap(([name, { Choices = [] }]) =>
      Choices.filter(({ Next }) => Next === 'OpenWave').map(({ StringEquals }) => `${name} ${StringEquals}`),
    );

    expect(leadsToOpenWave.sort()).toEqual([
      'Is the wave healthy? nextWave',
      'Is there anything to do? go',
      'May the wave start? nextWave',
      'What did the operator decide? approve',
      'What did the operator decide? retry',
    ]);
  });
});
