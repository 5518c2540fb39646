/** What ListStackInstances says about the last operation, and that it completes the results of one whose results are not listed. */
import { createHash } from 'node:crypto';
import { resultsFromInstances } from '../../orchestrator/domain/decisions/late-results';
import { parseAccountId, parseTemplateHash } from '../../orchestrator/domain/model/brand';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import { named, seedOrganization } from '../emulator/seed';
import { home, useStackSets } from './own-stack-sets';

const account = parseAccountId('111122223333');
const sets = useStackSets();

const listed = (instance: string) => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<ListStackInstancesResponse><ListStackInstancesResult><Summaries><member><Account>${account}</Account><Region>${home}</Region>${instance}</member></Summaries></ListStackInstancesResult></ListStackInstancesResponse>`,
});
const detailed = (status: string): string =>
  `<StackInstanceStatus><DetailedStatus>${status}</DetailedStatus></StackInstanceStatus>`;

test.each([
  ['CURRENT', detailed('SUCCEEDED'), 'SUCCEEDED'],
  ['CURRENT', '', 'SUCCEEDED'],
  ['OUTDATED', detailed('SUCCEEDED'), 'SUCCEEDED'],
  ['OUTDATED', detailed('FAILED'), 'FAILED'],
  ['OUTDATED', '', 'FAILED'],
  ['INOPERABLE', detailed('INOPERABLE'), 'FAILED'],
  ['INOPERABLE', detailed('FAILED_IMPORT'), 'FAILED'],
  ['INOPERABLE', '', 'FAILED'],
  ['OUTDATED', detailed('CANCELLED'), 'CANCELLED'],
  ['OUTDATED', detailed('SKIPPED_SUSPENDED_ACCOUNT'), 'SKIPPED'],
  ['OUTDATED', detailed('PENDING'), 'PENDING'],
  ['OUTDATED', detailed('RUNNING'), 'RUNNING'],
])('an instance that is %s%s has ended its last operation as %s', async (status, detail, outcome) => {
  sets.instead = () =>
    listed(
      `<Status>${status}</Status>${detail}<StatusReason>said</StatusReason><LastOperationId>op-1</LastOperationId>`,
    );

  const [instance] = await sets.stackSets.instances('strongroom-dev-topic');

  expect(instance?.lastOperation).toEqual({ id: 'op-1', outcome, reason: 'said' });
});

test('a result without a status has not come yet', async () => {
  sets.instead = () => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<ListStackSetOperationResultsResponse><ListStackSetOperationResultsResult><Summaries><member><Account>${account}</Account><Region>${home}</Region></member></Summaries></ListStackSetOperationResultsResult></ListStackSetOperationResultsResponse>`,
  });

  const results = await sets.stackSets.results('strongroom-dev-topic', 'op-1');

  expect(results).toEqual([{ account, region: home, outcome: 'PENDING', reason: '' }]);
});

test('an instance without a last operation says nothing about it', async () => {
  sets.instead = () => listed(`<Status>CURRENT</Status>${detailed('SUCCEEDED')}`);

  expect((await sets.stackSets.instances('strongroom-dev-topic'))[0]?.lastOperation).toBeUndefined();
});

test('a creation whose results are never listed is read from the instances', async () => {
  const seeded = await seedOrganization(sets.gateway, { root: { ous: { Dev: { accounts: named('dev', 2) } } } });
  const accounts = named('dev', 2).flatMap((name) => seeded.accounts[name] ?? []);
  const request = creation(accounts);
  const operationId = await sets.stackSets.start(request);
  const targets = accounts.map((id) => ({ account: id, region: home }));

  const instances = await sets.stackSets.instances(request.spec.name);
  const { results, unknown } = resultsFromInstances({ operationId, kind: 'create' }, targets, [], instances);

  expect(results).toEqual(targets.map((target) => ({ ...target, outcome: 'SUCCEEDED', reason: '' })));
  expect(unknown.size).toBe(0);
});

function creation(accounts: OperationRequest['accounts']): OperationRequest {
  const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'late-results' } };
  const templateBody = JSON.stringify({ Resources: { Topic: topic } });
  return {
    operationId: 'ro-1-dev-1',
    kind: 'create',
    spec: {
      name: 'strongroom-dev-late',
      template: parseTemplateHash(createHash('sha256').update(templateBody).digest('hex')),
      templateBody,
      parameters: {},
      executionRoleName: 'BaselineCi',
    },
    accounts,
    regions: [home],
    maxConcurrent: 5,
    failureTolerance: 0,
    strict: false,
  };
}
