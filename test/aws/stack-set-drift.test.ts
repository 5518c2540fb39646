/** Detection of drift as it goes over the wire: moto has none of it, so that each answer here is made up after the API's model. */
import { parseAccountId } from '../../orchestrator/domain/model/brand';
import { type Answer, queryFault } from '../emulator/gateway';
import { home, useStackSets } from './own-stack-sets';

const account = parseAccountId('111122223333');
const name = 'strongroom-dev-alerts';

const sets = useStackSets(({ action, body }) => answers[action]?.(new URLSearchParams(body)));
let answers: Readonly<Record<string, (form: URLSearchParams) => Answer>> = {};
beforeEach(() => {
  answers = { DescribeStackSetOperation: () => queryFault(404, 'OperationNotFoundException', 'no') };
});

const answer = (action: string, result: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${result}</${action}Result></${action}Response>`,
});
const running = answer(
  'DescribeStackSetOperation',
  '<StackSetOperation><OperationId>sw-1-alerts</OperationId><Status>RUNNING</Status></StackSetOperation>',
);
const timesSent = (action: string): number => sets.gateway.calls.filter((call) => call.action === action).length;

describe('a detection', () => {
  it('is started under its own id, over all instances, and one that fails cancels no other', async () => {
    answers = {
      ...answers,
      DetectStackSetDrift: () => answer('DetectStackSetDrift', '<OperationId>sw-1-alerts</OperationId>'),
    };

    expect(await sets.stackSets.detectDrift(name, 'sw-1-alerts')).toBe('sw-1-alerts');

    expect(Object.fromEntries(sets.sent('DetectStackSetDrift'))).toMatchObject({
      StackSetName: name,
      OperationId: 'sw-1-alerts',
      'OperationPreferences.FailureTolerancePercentage': '100',
      'OperationPreferences.ConcurrencyMode': 'SOFT_FAILURE_TOLERANCE',
    });
  });

  it('that the set knows is not started again', async () => {
    answers = { DescribeStackSetOperation: () => running };
    const before = timesSent('DetectStackSetDrift');

    expect(await sets.stackSets.detectDrift(name, 'sw-1-alerts')).toBe('sw-1-alerts');
    expect(timesSent('DetectStackSetDrift')).toBe(before);
  });

  it('is refused while another operation is at work, and may be tried again', async () => {
    answers = { ...answers, DetectStackSetDrift: () => queryFault(409, 'OperationInProgressException', 'busy') };

    await expect(sets.stackSets.detectDrift(name, 'sw-1-alerts')).rejects.toMatchObject({
      code: 'StackSetBusy',
      retriable: true,
    });
  });
});

it('an instance reports its drift, and one that reports nothing was never checked', async () => {
  const instance = (region: string, drift: string) =>
    `<member><Account>${account}</Account><Region>${region}</Region><Status>CURRENT</Status>${drift}</member>`;
  answers = {
    ListStackInstances: () =>
      answer(
        'ListStackInstances',
        `<Summaries>${instance('us-east-1', '<DriftStatus>DRIFTED</DriftStatus>')}${instance('us-west-2', '')}</Summaries>`,
      ),
  };

  expect((await sets.stackSets.instances(name)).map(({ drift }) => drift)).toEqual(['DRIFTED', 'NOT_CHECKED']);
});

describe('what differs in an instance', () => {
  const summary = (resource: string, status: string, differences = '') =>
    `<member><StackId>arn</StackId><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>AWS::Events::Rule</ResourceType>` +
    `<PropertyDifferences>${differences}</PropertyDifferences><StackResourceDriftStatus>${status}</StackResourceDriftStatus></member>`;
  const state =
    '<member><PropertyPath>/State</PropertyPath><ExpectedValue>ENABLED</ExpectedValue><ActualValue>DISABLED</ActualValue><DifferenceType>NOT_EQUAL</DifferenceType></member>';

  it('is read page by page, changed and deleted resources only', async () => {
    answers = {
      ListStackInstanceResourceDrifts: (form) =>
        answer(
          'ListStackInstanceResourceDrifts',
          form.get('NextToken') === null
            ? `<Summaries>${summary('Rule', 'MODIFIED', state)}</Summaries><NextToken>more</NextToken>`
            : `<Summaries>${summary('Topic', 'DELETED')}</Summaries>`,
        ),
    };

    const found = await sets.stackSets.driftOf(name, 'sw-1-alerts', { account, region: home });

    expect(found).toEqual([
      {
        resource: 'Rule',
        type: 'AWS::Events::Rule',
        change: 'modified',
        differences: [{ path: '/State', expected: 'ENABLED', actual: 'DISABLED' }],
      },
      { resource: 'Topic', type: 'AWS::Events::Rule', change: 'deleted', differences: [] },
    ]);
    expect(Object.fromEntries(sets.sent('ListStackInstanceResourceDrifts'))).toMatchObject({
      StackInstanceAccount: account,
      StackInstanceRegion: home,
      OperationId: 'sw-1-alerts',
      NextToken: 'more',
      'StackInstanceResourceDriftStatuses.member.1': 'MODIFIED',
      'StackInstanceResourceDriftStatuses.member.2': 'DELETED',
    });
  });

  it('without an end is not read for ever', async () => {
    answers = {
      ListStackInstanceResourceDrifts: () =>
        answer('ListStackInstanceResourceDrifts', '<Summaries></Summaries><NextToken>more</NextToken>'),
    };

    await expect(sets.stackSets.driftOf(name, 'sw-1-alerts', { account, region: home })).rejects.toMatchObject({
      code: 'LimitExceeded',
    });
  });
});
