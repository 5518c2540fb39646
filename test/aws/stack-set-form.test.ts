/** A template that AWS gives back in another form than it was sent. */
import { createHash } from 'node:crypto';
import { type AccountId, parseTemplateHash } from '../../orchestrator/domain/model/brand';
import { canonicalJson } from '../../orchestrator/domain/model/release';
import type { OperationRequest, StackSetSpec } from '../../orchestrator/ports/ports';
import type { Answer } from '../emulator/gateway';
import { named, seedOrganization } from '../emulator/seed';
import { home, useStackSets } from './own-stack-sets';

const sets = useStackSets();
let members: readonly AccountId[];
let setsUsed = 0;

beforeAll(async () => {
  const seeded = await seedOrganization(sets.gateway, { root: { ous: { Dev: { accounts: named('dev', 2) } } } });
  members = named('dev', 2).flatMap((name) => seeded.accounts[name] ?? []);
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

/** What DescribeStackSet answers for a set that holds this template. */
const describing = ({ name, parameters }: StackSetSpec, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<DescribeStackSetResponse><DescribeStackSetResult><StackSet><StackSetName>${name}</StackSetName><Status>ACTIVE</Status><TemplateBody>${body.replaceAll('<', '&lt;')}</TemplateBody><Parameters>${Object.entries(
    parameters,
  )
    .map(
      ([key, value]) => `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
    )
    .join('')}</Parameters></StackSet></DescribeStackSetResult></DescribeStackSetResponse>`,
});

describe('a template that AWS gives back in another form', () => {
  const reformatted = (body: string): string => {
    const { Resources: resources, ...rest } = JSON.parse(body);
    return JSON.stringify({ Resources: resources, ...rest }, undefined, 2);
  };

  it('is the same template, so nothing is sent, deleted or marked outdated', async () => {
    const spec = freshSpec();
    await sets.stackSets.start(requestOf(spec, { accounts: members.slice(0, 1) }));
    sets.instead = (call) =>
      call.action === 'DescribeStackSet' ? describing(spec, reformatted(spec.templateBody)) : undefined;

    const held = await sets.stackSets.describe(spec.name);
    const update = { kind: 'update', operationId: 'ro-2-dev-1', accounts: members.slice(0, 1) } as const;
    await sets.stackSets.start(requestOf(spec, update));

    expect(held?.template).toBe(spec.template);
    expect(sets.sent('UpdateStackSet').get('UsePreviousTemplate')).toBe('true');
  });

  it('is another template with one more word', async () => {
    const spec = freshSpec();
    await sets.stackSets.start(requestOf(spec, { accounts: members.slice(0, 1) }));
    const changed = reformatted(spec.templateBody).replace('Purpose', 'Reason');
    sets.instead = (call) => (call.action === 'DescribeStackSet' ? describing(spec, changed) : undefined);

    expect((await sets.stackSets.describe(spec.name))?.template).not.toBe(spec.template);
  });
});
