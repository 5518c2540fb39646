/**
 * A made-up check and a made-up module, added in exactly the places that CONTRIBUTING.md names. Everything else must follow from
 * them: what a visit reads and may call, what the boundary allows, what is counted, judged, deployed and documented.
 */
import { CfnResource, type Stack } from 'aws-cdk-lib';
import { collectWith } from '../orchestrator/aws/facts/collect';
import { type Readers, readers } from '../orchestrator/aws/facts/readers';
import { sessionPolicy } from '../orchestrator/aws/session-policies';
import type { Session } from '../orchestrator/aws/sessions';
import { modulesSchema } from '../orchestrator/config/schema';
import { errors } from '../orchestrator/domain/errors';
import { type Check, judged, runChecks } from '../orchestrator/domain/health/check';
import { linkedRoleCheckOf } from '../orchestrator/domain/health/checks/roles';
import { stackChecksOf } from '../orchestrator/domain/health/checks/stacks';
import { checkTable } from '../orchestrator/domain/health/checks/table';
import { factsNeeded } from '../orchestrator/domain/health/checks/wanted';
import { accountSources, factActions, regionSources, source } from '../orchestrator/domain/health/fact-sources';
import { parseRegion } from '../orchestrator/domain/model/brand';
import { type Catalog, catalog, type ModuleDefinition } from '../orchestrator/domain/model/catalog';
import type { DesiredState } from '../orchestrator/domain/model/desired-state';
import { gatesOf } from '../orchestrator/domain/model/gate';
import { type LookupId, lookup, lookups } from '../orchestrator/domain/model/lookups';
import { enabledModules, type ModuleId } from '../orchestrator/domain/model/module';
import { lookupsWanted, skipsOf } from '../orchestrator/domain/planning/preflight';
import { ciBoundary } from '../orchestrator/domain/policies/ci-boundary';

import { linkedServicesIn } from '../orchestrator/domain/policies/linked-roles';
import { readerPolicy } from '../orchestrator/domain/policies/reader-policy';
import { type Answers, answers, createFactsReader } from '../orchestrator/simulated/collected';
import { createRandom } from '../orchestrator/simulated/random';
import { createWatch } from '../orchestrator/simulated/security-services';
import { factsCalls, preflightCalls } from '../orchestrator/simulated/visit-calls';
import { callTable, checkCatalog } from '../scripts/reference-pages';
import { buildRelease } from '../stackset-templates/release';
import { synthesizeTemplates } from '../stackset-templates/synthesize';
import { account, facts, release } from './domain/health/checks/healthy';
import { sandboxes, smallWorld, visitTo } from './simulated/small-world';
import { decide } from './stackset-templates/policy-evaluator';
import { desiredState, templateHashes } from './stackset-templates/sample-desired-state';

const boundaryWith = (change: Partial<Parameters<typeof ciBoundary>[0]> = {}) =>
  ciBoundary({
    partition: 'aws',
    account,
    ciRole: 'BaselineCi',
    operatorRole: 'InfraAdmin',
    readerRole: 'BaselineReader',
    ...change,
  });
const readerWith = (change: Partial<Parameters<typeof readerPolicy>[0]> = {}) =>
  readerPolicy({ factActions: factActions(), ...change });
const throughStack = { 'aws:calledvia': 'cloudformation.amazonaws.com' };
const decisionOf = (policy: object, action: string, context: Readonly<Record<string, string>> = {}) =>
  decide([JSON.parse(JSON.stringify(policy))], { action, resource: '*', context });

describe('a check with a fact of its own', () => {
  const action = 'ec2:GetSerialConsoleAccessStatus';
  // 1. The source of the fact.
  const sources = {
    account: accountSources,
    region: {
      ...regionSources,
      serialConsole: source<{ readonly enabled: boolean }>('the access to serial consoles', action),
    },
  };
  type Extended = typeof sources;
  // 2. How AWS is asked, and 3. what the simulator answers.
  const asksAws: Readers<Extended> = {
    account: readers.account,
    region: { ...readers.region, serialConsole: async ({ region }) => ({ enabled: region === 'us-west-2' }) },
  };
  const simulates: Answers<Extended> = {
    account: answers.account,
    region: { ...answers.region, serialConsole: () => ({ kind: 'read', value: { enabled: true } }) },
  };
  // 4. The row.
  const check: Check<Extended> = {
    gate: 'hardened',
    module: 'account-hardening',
    severity: 'critical',
    scope: 'region',
    where: 'governed',
    id: 'ec2-serial-console-is-off',
    title: 'The EC2 serial console is off',
    needs: ['serialConsole'],
    remediation: 'Turn the serial console off in the settings of EC2',
    judge: ({ serialConsole }) =>
      judged(serialConsole, 'off', 'fail', ({ enabled }) => ({
        outcome: enabled ? 'fail' : 'pass',
        observed: enabled ? 'on' : 'off',
      })),
  };
  const checks: readonly Check<Extended>[] = [...checkTable, check];
  const wanted = factsNeeded(checks, sources, release);
  const { governed } = release.regions;

  test('is wanted in the regions that the check covers, and nowhere without its module', () => {
    const { enabled } = release.expectations;
    const without = { ...release.expectations, enabled: enabled.filter((id) => id !== 'account-hardening') };
    const regionsOf = ({ regions }: typeof wanted) =>
      regions.flatMap(({ region, facts: ids }) => (ids.includes('serialConsole') ? [region] : []));

    expect(regionsOf(wanted)).toEqual(governed);
    expect(regionsOf(factsNeeded(checks, sources, { ...release, expectations: without }))).toEqual([]);
  });

  test('is allowed by the session of a visit and by the reader role, which did not allow it before', () => {
    const reader = readerWith({ factActions: factActions(sources) });

    expect(sessionPolicy('facts', { sources })).toContain(`"${action}"`);
    expect(sessionPolicy('facts')).not.toContain(action);
    expect(decisionOf(reader, action)).toBe('allowed');
    expect(decisionOf(readerWith(), action)).toBe('denied');
  });

  test('is counted once in each region', () => {
    const calls = factsCalls(wanted, undefined, sources).filter(({ api }) => api === action);

    expect(calls.map(({ region }) => region)).toEqual(governed);
  });

  test('is in the reference', () => {
    expect(checkCatalog(checks, sources)).toMatch(/\| `ec2-serial-console-is-off` \|.*\| access to serial consoles \|/);
    expect(callTable({ sources })).toContain(
      `| \`serialConsole\` | the access to serial consoles | \`${action}\` | 1 |`,
    );
  });

  test('is answered by the simulator, and its gate fails by it', () => {
    const world = smallWorld();
    const [first = account] = sandboxes(world);
    const watch = createWatch({ ...world, random: createRandom(1), home: release.regions.home });
    const read = createFactsReader<Extended>({ ...world, watch, disablesAlerts: () => false }, simulates);

    const seen = read(visitTo(first), wanted, () => undefined);

    const results = runChecks<Extended>([check], seen, release);
    expect(results.map(({ region, outcome }) => [region, outcome])).toEqual(governed.map((region) => [region, 'fail']));
    expect(gatesOf(results)).toEqual({ hardened: 'fail' });
  });

  test('is read from AWS where it is wanted, and judged per region', async () => {
    const session: Session = {
      account,
      arn: 'arn:aws:sts::111122223333:assumed-role/BaselineCi/test',
      partition: 'aws',
      home: release.regions.home,
      clients: { in: () => fail() },
    };
    const only = factsNeeded([check], sources, release);

    const seen = await collectWith<Extended>(asksAws, session, only, () => new Date(0));

    const results = runChecks<Extended>([check], seen, release);
    expect(results.map(({ region, outcome, observed }) => [region, outcome, observed])).toEqual([
      ['eu-west-1', 'pass', 'off'],
      ['us-west-2', 'fail', 'on'],
    ]);
  });
});

const fail = (): never => {
  throw new Error('nothing else is asked of AWS');
};

describe('a module', () => {
  const id = 'data-discovery' as ModuleId;
  // 1. The template.
  const template = (stack: Stack): void => {
    stack.templateOptions.description = 'Strongroom: a Macie session';
    new CfnResource(stack, 'Session', { type: 'AWS::Macie::Session', properties: { Status: 'ENABLED' } });
  };
  // 2. The row.
  const row: ModuleDefinition = {
    title: 'Data discovery',
    description: 'Macie looks for sensitive data.',
    mayBeManaged: true,
    scope: 'regional',
    lookups: ['macieSession' as LookupId],
    linkedService: 'macie.amazonaws.com',
    stackWrites: ['macie2:EnableMacie'],
  };
  // 3. What preflight must know, which nothing has asked before. The compiler names the two places that answer it.
  const table = { ...lookups, macieSession: lookup('region', 'the Macie session', 'macie2:GetMacieSession') };
  const modules: Catalog = { ...catalog, ...{ [id]: row } };

  const choosing = (choice: object): DesiredState => ({
    ...desiredState,
    modules: { ...desiredState.modules, ...{ [id]: choice } },
  });
  const [made] = synthesizeTemplates({ [id]: template });
  const releaseOf = (choice: object) =>
    buildRelease(choosing(choice), { ...templateHashes, ...{ [id]: made } }, modules);
  const ours = releaseOf({ enabled: true, managedBy: 'strongroom' });

  test('is in the config, off by default, and misspelt nowhere', () => {
    const schema = modulesSchema(modules);

    expect(schema.parse({})).toMatchObject({ [id]: { enabled: false, managedBy: 'strongroom' } });
    expect(schema.parse({ [id]: { enabled: true } })).toMatchObject({ [id]: { enabled: true } });
    expect(schema.safeParse({ [id]: { enabeld: true } }).success).toBe(false);
    expect(modulesSchema().safeParse({ [id]: { enabled: true } }).success).toBe(false);
  });

  test('is enabled by its choice', () => {
    expect(enabledModules(choosing({ enabled: true, managedBy: 'strongroom' }), modules)).toContain(id);
    expect(enabledModules(choosing({ enabled: false, managedBy: 'strongroom' }), modules)).not.toContain(id);
  });

  test('has its template in the release, in every governed region', () => {
    expect(ours.modules.find(({ module }) => module === id)).toMatchObject({
      template: made?.hash,
      parameters: {},
      regions: ['eu-west-1', 'us-west-2'],
      needs: [],
    });
    expect(made?.body).toContain('AWS::Macie::Session');
  });

  test('has no stacks where the organization manages it, and is verified all the same', () => {
    const theirs = releaseOf({ enabled: true, managedBy: 'organization' });

    expect(theirs.modules.map(({ module }) => module)).not.toContain(id);
    expect(theirs.expectations.enabled).toContain(id);
    expect(theirs.expectations.organizationManaged).toContain(id);
  });

  test('may be written by the CI role and by the session that reverts drift, as it could not before', () => {
    expect(decisionOf(boundaryWith({ catalog: modules }), 'macie2:EnableMacie', throughStack)).toBe('allowed');
    expect(decisionOf(boundaryWith(), 'macie2:EnableMacie', throughStack)).toBe('denied');
    expect(sessionPolicy('revertDrift', { modules })).toContain('"macie2:*"');
    expect(sessionPolicy('revertDrift')).not.toContain('macie2');
  });

  test('has preflight ask what it must know where it is deployed, and nowhere else', () => {
    const known = { modules, table };
    const off = releaseOf({ enabled: false, managedBy: 'strongroom' });
    const theirs = releaseOf({ enabled: true, managedBy: 'organization' });

    const calls = preflightCalls(lookupsWanted(ours, known), undefined, table);

    const asked = calls.filter(({ api }) => api === 'macie2:GetMacieSession');
    expect(asked.map(({ region }) => region)).toEqual(['eu-west-1', 'us-west-2']);
    for (const release of [off, theirs]) expect(JSON.stringify(lookupsWanted(release, known))).not.toContain('macie');
  });

  test('lets preflight ask it in its session and as the reader role, as it could not before', () => {
    const reader = readerWith({ lookups: table });

    expect(sessionPolicy('preflight', { lookups: table })).toContain('"macie2:GetMacieSession"');
    expect(sessionPolicy('preflight')).not.toContain('macie2');
    expect(decisionOf(reader, 'macie2:GetMacieSession')).toBe('allowed');
    expect(decisionOf(readerWith(), 'macie2:GetMacieSession')).toBe('denied');
  });

  test('is skipped where that fails, and the other modules are not', () => {
    const error = errors.awsUnavailable('macie2:GetMacieSession in eu-west-1', 'InternalError');
    const region = parseRegion('eu-west-1');

    const skipped = skipsOf(ours, [{ region, lookup: 'macieSession' as LookupId, error }], { modules, table });

    expect(skipped).toEqual([{ module: id, region, because: error.message }]);
  });

  test('is in the reference of calls', () => {
    expect(callTable({ table, modules })).toContain(
      '| `macieSession` | the Macie session | data-discovery | `macie2:GetMacieSession` | 1 in each region |',
    );
  });

  test('has its service-linked role made before its stacks', () => {
    expect(linkedServicesIn(modules)).toMatchObject({ [id]: 'macie.amazonaws.com' });
    expect(JSON.stringify(boundaryWith({ catalog: modules }))).toContain('"macie.amazonaws.com"');
  });

  test('brings the checks of its stacks and of its service-linked role', () => {
    const checks = [...stackChecksOf(id), linkedRoleCheckOf(id, 'macie.amazonaws.com')];

    const results = runChecks(checks, facts, ours);

    expect(new Set(results.map(({ check, outcome }) => `${check} ${outcome}`))).toEqual(
      new Set([
        'data-discovery-stack-is-complete fail',
        'data-discovery-stack-parameters-match-release fail',
        'data-discovery-service-linked-role-exists fail',
      ]),
    );
    expect(gatesOf(results)).toEqual({ bootstrapped: 'fail', undrifted: 'fail' });
  });
});
