/** Every StackSet is at the release before it makes new instances, whatever the accounts have and lack. */
import fc from 'fast-check';
import type { DeployedModule } from '../../../orchestrator/domain/model/account-record';
import { parseRegion, parseTemplateHash, parseWaveName } from '../../../orchestrator/domain/model/brand';
import type { ModuleId, ReleaseModule } from '../../../orchestrator/domain/model/module';
import { stagesOf } from '../../../orchestrator/domain/planning/stages';
import {
  firstInstanceOf,
  inOrderOfWork,
  withFirstInstances,
  withUpdatesFirst,
  workIn,
} from '../../../orchestrator/domain/planning/work';
import { accountOf } from '../account';

const [wave, former] = [parseWaveName('dev'), parseWaveName('sandbox')];
const [home, away] = [parseRegion('us-east-1'), parseRegion('us-west-2')];
const moduleNamed = (module: ModuleId): ReleaseModule => ({
  module,
  version: 'new',
  template: parseTemplateHash('0'.repeat(64)),
  parameters: {},
  regions: [home, away],
  needs: [],
});
const [alerts, role] = [moduleNamed('alerts'), moduleNamed('operator-role')];
const modules = [alerts, role];

const there = ({ module }: ReleaseModule, region = home, more: Partial<DeployedModule> = {}): DeployedModule => ({
  module,
  region,
  wave,
  version: 'old',
  status: 'current',
  ...more,
});
const having = (id: number, ...deployed: readonly DeployedModule[]) =>
  accountOf(String(111122220000 + id), { modules: deployed });

test.each([
  { said: 'is not there', deployed: [], work: 'create' },
  { said: 'is at another version', deployed: [there(alerts)], work: 'update' },
  { said: 'is at this version', deployed: [there(alerts, home, { version: 'new' })], work: 'nothing' },
  {
    said: 'failed at this version',
    deployed: [there(alerts, home, { version: 'new', status: 'failed' })],
    work: 'update',
  },
  {
    said: 'was being changed when its rollout died',
    deployed: [there(alerts, home, { version: 'new', changing: true })],
    work: 'update',
  },
  { said: 'is in another wave’s set', deployed: [there(alerts, home, { wave: former })], work: 'nothing' },
])('what $said wants: $work', ({ deployed, work }) => {
  expect(workIn(having(1, ...deployed), alerts, home, wave)).toBe(work);
});

test('accounts that lack nothing come before those that lack some, and keep their order among themselves', () => {
  const lacking = having(1);
  const half = having(2, there(alerts), there(alerts, away));
  const whole = [3, 4].map((id) => having(id, ...modules.flatMap((m) => [there(m), there(m, away)])));

  const order = inOrderOfWork([lacking, half, ...whole], modules, wave);

  expect(order).toEqual([...whole, half, lacking]);
});

const slowly = { slowStart: true, maxConcurrent: { kind: 'count', count: 10 } } as const;

describe('where one account lacks what the next has, and has what that lacks', () => {
  const accounts = [having(1, there(alerts), there(alerts, away)), having(2, there(role), there(role, away))];
  const stages = stagesOf(modules, accounts.length, slowly);

  test('all that is there is updated before anything is created', () => {
    const twice = withUpdatesFirst(stages, accounts, modules, wave);

    expect(twice.map(({ updatesOnly }) => updatesOnly ?? false)).toEqual([
      ...stages.map(() => true),
      ...stages.map(() => false),
    ]);
    expect(twice.map(({ index }) => index)).toEqual(twice.map((_, index) => index));
  });
  test('nothing is visited twice where the order does', () => {
    expect(withUpdatesFirst(stages, [having(1, there(alerts), there(role)), having(2)], modules, wave)).toBe(stages);
  });
});

describe('a module that nobody in the work has', () => {
  test('begins with the first account that lacks it', () => {
    const accounts = [having(1, there(alerts)), having(2)];

    expect(firstInstanceOf(role, accounts, wave)).toEqual({ module: 'operator-role', region: home, index: 0 });
  });
  test('needs no beginning where an update brings the set to the release', () => {
    expect(firstInstanceOf(role, [having(1), having(2, there(role, away))], wave)).toBeUndefined();
  });
  test('needs none where somebody brings a stack along', () => {
    expect(firstInstanceOf(role, [having(1), having(2, there(role, home, { wave: former }))], wave)).toBeUndefined();
  });
  test('has to be begun where what comes along was never made', () => {
    const unmade = there(role, home, { wave: former, unmade: true });

    expect(firstInstanceOf(role, [having(1, unmade)], wave)).toMatchObject({ index: 0 });
  });
});

test('in their order, no stage creates in a set that an update later on would bring to the release', () => {
  const account = fc.record({
    alerts: fc.boolean(),
    alertsAway: fc.boolean(),
    role: fc.boolean(),
    roleAway: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(account, { minLength: 1, maxLength: 12 }), fc.boolean(), (drawn, slowStart) => {
      const accounts = drawn.map((has, id) =>
        having(
          id,
          ...(has.alerts ? [there(alerts)] : []),
          ...(has.alertsAway ? [there(alerts, away)] : []),
          ...(has.role ? [there(role)] : []),
          ...(has.roleAway ? [there(role, away)] : []),
        ),
      );
      const order = inOrderOfWork(accounts, modules, wave);
      const seeds = modules.flatMap((module) => firstInstanceOf(module, order, wave) ?? []);
      const known = withFirstInstances(order, seeds, wave);
      const stages = withUpdatesFirst(stagesOf(modules, order.length, { ...slowly, slowStart }), known, modules, wave);

      for (const module of modules) {
        const works = stages.flatMap((stage) => {
          const regions = stage.regions[module.module] ?? [];
          const all = known
            .slice(stage.from, stage.to)
            .flatMap((one) => regions.map((region) => workIn(one, module, region, wave)));
          const done = new Set(all.filter((work) => !(stage.updatesOnly && work === 'create')));
          // Within a stage updates come first.
          return done.has('update') ? ['update'] : done.has('create') ? ['create'] : [];
        });
        expect(works[0]).not.toBe('create');
      }
    }),
  );
});
