import { createHash } from 'node:crypto';
/** What is AWS's own in the adapter; what both worlds promise is in accounts-contract.test.ts. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type AccountId, parseRegion, parseTemplateHash } from '../../orchestrator/domain/model/brand';
import { canonicalJson } from '../../orchestrator/domain/model/release';
import type { OperationRequest, StackSetSpec } from '../../orchestrator/ports/ports';
import { type Answer, queryFault } from '../emulator/gateway';
import { memberClients } from '../emulator/moto';
import { named, seedOrganization } from '../emulator/seed';
import { administrationRoleArn, home, useStackSets } from './own-stack-sets';

const west = parseRegion('us-west-2');

const sets = useStackSets();
let members: readonly AccountId[];
let setsUsed = 0;

beforeAll(async () => {
  const seeded = await seedOrganization(sets.gateway, { root: { ous: { Dev: { accounts: named('dev', 4) } } } });
  members = named('dev', 4).flatMap((name) => seeded.accounts[name] ?? []);
});

/** The spec of a set that no test has touched, with a role named after it. */
function freshSpec(): StackSetSpec {
  setsUsed += 1;
  return specOf(`strongroom-dev-set-${setsUsed}`, 'first');
}

function specOf(name: string, description: string): StackSetSpec {
  const templateBody = canonicalJson({
    Description: description,
    Parameters: { Purpose: { Type: 'String' } },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { RoleName: name, AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
      },
    },
  });
  return {
    name,
    template: parseTemplateHash(createHash('sha256').update(templateBody).digest('hex')),
    templateBody,
    parameters: { Purpose: description },
    executionRoleName: 'BaselineCi',
  };
}

const requestOf = (spec: StackSetSpec, other: Partial<OperationRequest> = {}): OperationRequest => ({
  operationId: 'ro-1-dev-1',
  kind: 'create',
  spec,
  accounts: members.slice(0, 2),
  regions: [home],
  maxConcurrent: 5,
  failureTolerance: 0,
  strict: false,
  ...other,
});

async function stacksIn(account: AccountId | 'management', name: string, region = home): Promise<readonly string[]> {
  const there = account === 'management' ? sets.clients : await memberClients(sets.clients, account);
  const { Stacks: stacks = [] } = await there.in(CloudFormationClient, region).send(new DescribeStacksCommand({}));
  return stacks.flatMap(({ StackName }) => (StackName?.includes(`${name}`) ? StackName : []));
}

describe('creating instances', () => {
  it('makes the stack in each account and region that is named, and nowhere else', async () => {
    const spec = freshSpec();
    const [first, second, third] = members;

    await sets.stackSets.start(requestOf(spec, { accounts: members.slice(0, 2), regions: [west] }));

    const counts = await Promise.all(
      [first, second, third, 'management' as const].map(async (a) => a && (await stacksIn(a, spec.name, west)).length),
    );
    expect(counts).toEqual([1, 1, 0, 0]);
    expect(first && (await stacksIn(first, spec.name, home))).toEqual([]);
  });

  it('makes the set self-managed, through the CI role, with managed execution', async () => {
    const spec = freshSpec();

    await sets.stackSets.start(requestOf(spec));

    expect(Object.fromEntries(sets.sent('CreateStackSet'))).toMatchObject({
      PermissionModel: 'SELF_MANAGED',
      ExecutionRoleName: 'BaselineCi',
      AdministrationRoleARN: administrationRoleArn,
      'ManagedExecution.Active': 'true',
      'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    });
  });

  it('is done once when it is asked twice', async () => {
    const request = requestOf(freshSpec());
    const started = await sets.stackSets.start(request);

    const again = await sets.stackSets.start(request);

    expect(again).toBe(started);
    expect(await sets.stackSets.instances(request.spec.name)).toHaveLength(2);
  });

  it('adds what is missing and leaves the rest', async () => {
    const request = requestOf(freshSpec());
    await sets.stackSets.start(request);

    const added = await sets.stackSets.start({ ...request, operationId: 'ro-1-dev-2', accounts: members });

    const results = await sets.stackSets.results(request.spec.name, added);
    expect(results.map((result) => result.account)).toEqual(members.slice(2));
    expect(await sets.stackSets.instances(request.spec.name)).toHaveLength(4);
  });

  it('brings a set that has no instances to the release', async () => {
    const spec = freshSpec();
    await sets.stackSets.start(requestOf(spec, { accounts: [] }));
    const next = specOf(spec.name, 'second');

    await sets.stackSets.start(requestOf(next, { operationId: 'ro-2-dev-1' }));

    expect(await sets.stackSets.describe(spec.name)).toEqual({ template: next.template, parameters: next.parameters });
    expect(await sets.stackSets.instances(spec.name)).toHaveLength(2);
  });
});

describe('updating instances', () => {
  it('sends the template the first time only, since with it all instances are marked outdated', async () => {
    const spec = freshSpec();
    await sets.stackSets.start(requestOf(spec));
    const next = specOf(spec.name, 'second');
    const update = requestOf(next, { kind: 'update', operationId: 'ro-2-dev-1', accounts: members.slice(0, 1) });

    await sets.stackSets.start(update);
    const first = sets.sent('UpdateStackSet');
    await sets.stackSets.start({ ...update, operationId: 'ro-2-dev-2', accounts: members.slice(1, 2) });
    const second = sets.sent('UpdateStackSet');

    expect(first.get('AdministrationRoleARN')).toBe(administrationRoleArn);
    expect(second.get('AdministrationRoleARN')).toBe(administrationRoleArn);
    expect(Object.fromEntries(first)).toMatchObject({
      TemplateBody: next.templateBody,
      'Parameters.member.1.ParameterValue': 'second',
      'Accounts.member.1': members[0],
      'Regions.member.1': home,
    });
    expect(Object.fromEntries(second)).toMatchObject({
      UsePreviousTemplate: 'true',
      'Parameters.member.1.UsePreviousValue': 'true',
      'Accounts.member.1': members[1],
    });
    expect(second.has('TemplateBody')).toBe(false);
    expect(second.has('Accounts.member.2')).toBe(false);
  });

  it('sends the parameters when only they differ', async () => {
    const spec = freshSpec();
    await sets.stackSets.start(requestOf(spec));
    const next = { ...spec, parameters: { Purpose: 'other' } };

    await sets.stackSets.start(requestOf(next, { kind: 'update', operationId: 'ro-2-dev-1' }));

    expect(await sets.stackSets.describe(spec.name)).toEqual({
      template: spec.template,
      parameters: { Purpose: 'other' },
    });
  });

  it('is done once when it is asked twice', async () => {
    const spec = freshSpec();
    await sets.stackSets.start(requestOf(spec));
    const update = requestOf(specOf(spec.name, 'second'), { kind: 'update', operationId: 'ro-2-dev-1' });
    const started = await sets.stackSets.start(update);
    const before = sets.gateway.calls.length;

    const again = await sets.stackSets.start(update);

    expect(again).toBe(started);
    expect(sets.gateway.calls.slice(before).map((call) => call.action)).not.toContain('UpdateStackSet');
  });
});

describe('preferences', () => {
  it('let failures in flight finish, in all regions of the stage at once', async () => {
    await sets.stackSets.start(requestOf(freshSpec(), { maxConcurrent: 7, failureTolerance: 2 }));

    expect(Object.fromEntries(sets.sent('CreateStackInstances'))).toMatchObject({
      OperationId: 'ro-1-dev-1',
      'OperationPreferences.MaxConcurrentCount': '7',
      'OperationPreferences.FailureToleranceCount': '2',
      'OperationPreferences.ConcurrencyMode': 'SOFT_FAILURE_TOLERANCE',
      'OperationPreferences.RegionConcurrencyType': 'PARALLEL',
    });
  });

  it.each([
    [7, 2, '3'],
    [2, 5, '2'],
  ])('clamp %i at once with a strict tolerance of %i to %s', async (maxConcurrent, failureTolerance, atOnce) => {
    await sets.stackSets.start(requestOf(freshSpec(), { maxConcurrent, failureTolerance, strict: true }));

    expect(Object.fromEntries(sets.sent('CreateStackInstances'))).toMatchObject({
      'OperationPreferences.MaxConcurrentCount': atOnce,
      'OperationPreferences.ConcurrencyMode': 'STRICT_FAILURE_TOLERANCE',
    });
  });
});

describe('a stack set', () => {
  it('that another operation holds is busy', async () => {
    const request = requestOf(freshSpec());
    sets.instead = ({ action }) =>
      action === 'CreateStackInstances' ? queryFault(409, 'OperationInProgressException', 'another') : undefined;

    await expect(sets.stackSets.start(request)).rejects.toMatchObject({ code: 'StackSetBusy', retriable: true });
  });

  it.each(['OperationInProgressException', 'OperationIdAlreadyExistsException', 'StaleRequestException'])(
    'that answers %s to an operation which turns out to be this very one has started it',
    async (fault) => {
      const request = requestOf(freshSpec());
      let asked = false;
      sets.instead = ({ action }) => {
        if (action === 'DescribeStackSetOperation' && asked) return operation(request.operationId);
        if (action !== 'CreateStackInstances') return undefined;
        asked = true;
        return queryFault(409, fault, 'another operation');
      };

      await expect(sets.stackSets.start(request)).resolves.toBe(request.operationId);
    },
  );
});

describe('an operation', () => {
  it('reports its status, and its outcome per account and region', async () => {
    const { spec } = requestOf(freshSpec());
    const id = await sets.stackSets.start(requestOf(spec, { accounts: members.slice(0, 2), regions: [home] }));

    expect(await sets.stackSets.status(spec.name, id)).toBe('SUCCEEDED');
    expect(await sets.stackSets.results(spec.name, id)).toEqual(
      members.slice(0, 2).map((account) => ({ account, region: home, outcome: 'SUCCEEDED', reason: '' })),
    );
  });

  it('that runs is stopped', async () => {
    const { spec } = requestOf(freshSpec());
    const id = await sets.stackSets.start(requestOf(spec));
    sets.instead = ({ action }) => (action === 'DescribeStackSetOperation' ? operation(id) : undefined);

    await sets.stackSets.stop(spec.name, id);

    expect(sets.sent('StopStackSetOperation').get('OperationId')).toBe(id);
  });

  it('that nobody started is an error', async () => {
    const { spec } = requestOf(freshSpec());
    await sets.stackSets.start(requestOf(spec));

    await expect(sets.stackSets.status(spec.name, 'ro-9-none')).rejects.toMatchObject({ code: 'AwsRefused' });
  });
});

const operation = (id: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<DescribeStackSetOperationResponse><DescribeStackSetOperationResult><StackSetOperation><OperationId>${id}</OperationId><Status>RUNNING</Status></StackSetOperation></DescribeStackSetOperationResult></DescribeStackSetOperationResponse>`,
});
