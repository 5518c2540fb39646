import { absent, read, type StackFacts, unreadable } from '../../../../orchestrator/domain/health/facts';
import { moduleIds } from '../../../../orchestrator/domain/model/module';
import {
  adoptedAtHome,
  atHome,
  facts,
  home,
  managedByOrganization,
  notPassing,
  release,
  resultOf,
  resultsOf,
  stacksIn,
} from './healthy';

const withStack = (module: string, changed: Partial<StackFacts>) =>
  atHome({
    stacks: read(
      stacksIn(home).map((stack) =>
        stack.stackSet === `strongroom-sandbox-${module}` ? { ...stack, ...changed } : stack,
      ),
    ),
  });

describe('a stack', () => {
  test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE'])('that is %s passes', (status) => {
    expect(notPassing(withStack('alerts', { status }))).toEqual({});
  });

  test.each([
    'CREATE_FAILED',
    'ROLLBACK_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_ROLLBACK_FAILED',
    'DELETE_FAILED',
    'DELETE_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
    '',
  ])('that is %s fails', (status) => {
    const seen = withStack('alerts', { status });

    expect(notPassing(seen)).toEqual({ 'alerts-stack-is-complete': 'fail' });
    expect(resultOf('alerts-stack-is-complete', seen)).toMatchObject({
      gate: 'undrifted',
      observed: `strongroom-sandbox-alerts is ${status}`,
    });
  });

  test.each(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])('that is %s is not known yet', (status) => {
    expect(notPassing(withStack('alerts', { status }))).toEqual({ 'alerts-stack-is-complete': 'unknown' });
  });

  test.each([
    { change: { CiRoleName: 'Mallory' }, observed: 'CiRoleName is "Mallory" instead of "BaselineCi"' },
    { change: { CiRoleName: undefined }, observed: 'CiRoleName is absent instead of "BaselineCi"' },
    { change: { More: '1' }, observed: 'More is "1" instead of absent' },
  ])('with other parameters fails: $observed', ({ change, observed }) => {
    const own = stacksIn(home).find(({ stackSet }) => stackSet.endsWith('-alerts'))?.parameters;
    const parameters = JSON.parse(JSON.stringify({ ...own, ...change }));
    const seen = withStack('alerts', { parameters });

    expect(notPassing(seen)).toEqual({ 'alerts-stack-parameters-match-release': 'fail' });
    expect(resultOf('alerts-stack-parameters-match-release', seen)).toMatchObject({ gate: 'undrifted', observed });
  });

  test.each(['strongroom-sandbox-alerts-2', 'somebodys-alerts', 'strongroom-alerts', 'strongroom-sandbox-alert'])(
    'of stack set %s is not the one of the alerts',
    (stackSet) => {
      expect(notPassing(withStack('alerts', { stackSet }))).toEqual({
        'alerts-stack-is-complete': 'fail',
        'alerts-stack-parameters-match-release': 'fail',
      });
    },
  );

  test('of any wave is one of ours', () => {
    expect(notPassing(withStack('alerts', { stackSet: 'strongroom-prod-canary-alerts' }))).toEqual({});
  });

  test("that failed is not made good by another wave's", () => {
    const [stack] = stacksIn(home);
    const twice = [
      ...stacksIn(home),
      { ...stack, stackSet: 'strongroom-old-alerts', status: 'DELETE_FAILED', parameters: {} },
    ];

    expect(notPassing(atHome({ stacks: read(twice) }))).toEqual({
      'alerts-stack-is-complete': 'fail',
      'alerts-stack-parameters-match-release': 'fail',
    });
  });

  test('that failed is not waited for with another that is being updated', () => {
    const failed = { stackSet: 'strongroom-old-alerts', status: 'DELETE_FAILED', parameters: {} };
    const updating = { ...failed, stackSet: 'strongroom-new-alerts', status: 'UPDATE_IN_PROGRESS' };
    const seen = atHome({ stacks: read([failed, updating]) });

    expect(resultOf('alerts-stack-is-complete', seen).outcome).toBe('fail');
  });
});

test('the stacks of every module are asked for, each in its own regions', () => {
  const regionsOf = (id: string) => resultsOf(facts).flatMap(({ check, region }) => (check === id ? [region] : []));

  for (const module of moduleIds)
    expect(regionsOf(`${module}-stack-is-complete`)).toEqual(release.modules.find((m) => m.module === module)?.regions);
  expect(regionsOf('alerts-stack-parameters-match-release')).toContain('us-east-1');
  expect(regionsOf('operator-role-stack-parameters-match-release')).toEqual([home]);
});

test.each([
  { stacks: read([]), outcome: 'fail' },
  { stacks: absent, outcome: 'fail' },
  { stacks: unreadable('denied'), outcome: 'unknown' },
])('where the stacks are $stacks.kind, every one of them is $outcome', ({ stacks, outcome }) => {
  const results = resultsOf(atHome({ stacks })).filter(({ gate, region }) => gate === 'undrifted' && region === home);

  expect(results).toHaveLength(2 * moduleIds.length);
  expect(new Set(results.map((result) => result.outcome))).toEqual(new Set([outcome]));
});

describe('what others run', () => {
  test('has no stack, if the organization manages it', () => {
    const results = resultsOf(facts, managedByOrganization('aws-config'));

    expect(results.filter(({ gate, module }) => gate === 'undrifted' && module === 'aws-config')).toEqual([]);
  });

  test('needs no stack where preflight left it to them, and only there', () => {
    const seen = atHome({ stacks: read(stacksIn(home).filter(({ stackSet }) => !stackSet.endsWith('-aws-config'))) });

    const outcomes = resultsOf(seen, release, adoptedAtHome('aws-config'))
      .filter(({ check }) => check === 'aws-config-stack-is-complete')
      .map(({ region, outcome, observed }) => ({ region, outcome, observed }));

    expect(outcomes).toEqual([
      { region: home, outcome: 'notApplicable', observed: 'others run it' },
      { region: 'us-west-2', outcome: 'pass', observed: 'strongroom-sandbox-aws-config is CREATE_COMPLETE' },
    ]);
    expect(notPassing(seen)).toEqual({
      'aws-config-stack-is-complete': 'fail',
      'aws-config-stack-parameters-match-release': 'fail',
    });
  });

  test('is judged by its effect all the same, and its owners have to fix it', () => {
    const seen = atHome({ recorder: absent });

    expect(resultOf('config-recorder-is-recording', seen, release, adoptedAtHome('aws-config'))).toMatchObject({
      outcome: 'fail',
      remediation: expect.stringContaining('the team that runs this'),
    });
    expect(resultOf('config-recorder-is-recording', seen).remediation).toContain('by hand');
  });
});
