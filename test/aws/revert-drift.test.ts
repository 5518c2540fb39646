/** Drift-aware change sets as they go over the wire: moto knows no deployment mode, so that each answer here is made up after the API's model. */
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { Visit } from '../../orchestrator/ports/ports';
import { type Answer, type Call, queryFault } from '../emulator/gateway';
import { motoRegion } from '../emulator/moto';
import { fillGaps } from '../emulator/moto-gaps';
import { startVisits, type Visits } from '../emulator/moto-visits';

const west = parseRegion('us-west-2');
const place = { stackSet: 'strongroom-dev-alerts', region: west };
const stackName = 'StackSet-strongroom-dev-alerts-0f3b6f0a-1111-2222-3333-444455556666';

let visits: Visits;
let answers: Readonly<Record<string, Answer>> = {};

beforeAll(async () => {
  const filled = fillGaps();
  visits = await startVisits((call: Call, onward) => answers[call.action] ?? filled(call, onward));
});
afterAll(() => visits.stop());
beforeEach(() => {
  answers = {
    DescribeStacks: stacks(stackName),
    CreateChangeSet: answer('CreateChangeSet', '<Id>arn:change-set</Id>'),
    ExecuteChangeSet: answer('ExecuteChangeSet', ''),
  };
});

const answer = (action: string, result: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${result}</${action}Result></${action}Response>`,
});
const stacks = (name: string): Answer =>
  answer(
    'DescribeStacks',
    `<Stacks><member><StackName>${name}</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Parameters><member><ParameterKey>Email</ParameterKey><ParameterValue>a@example.com</ParameterValue></member></Parameters></member></Stacks>`,
  );
const changeSet = (status: string, execution = '', reason = ''): Answer =>
  answer(
    'DescribeChangeSet',
    `<Status>${status}</Status>${execution && `<ExecutionStatus>${execution}</ExecutionStatus>`}<StatusReason>${reason}</StatusReason>`,
  );
const unknown = queryFault(404, 'ChangeSetNotFound', 'no such change set');

/** One step, and what was called for it. */
async function step(visit: Visit = visits.freshVisit()) {
  let came: unknown;
  const calls = await visits.callsDuring(async () => {
    came = await visits.accounts.revertDrift(visit, place, 'ro-1-1-alerts').catch((error: unknown) => error);
  });
  const formOf = (action: string) =>
    Object.fromEntries(new URLSearchParams(calls.find((call) => call.action === action)?.body));
  return { came, actions: calls.map(({ action }) => action), formOf };
}

it('a change set that reverts drift is made, and nothing else of the stack is changed by it', async () => {
  answers = { ...answers, DescribeChangeSet: unknown };

  const { came, formOf } = await step();

  expect(came).toBe('underway');
  expect(formOf('CreateChangeSet')).toMatchObject({
    StackName: stackName,
    ChangeSetName: 'ro-1-1-alerts',
    ChangeSetType: 'UPDATE',
    DeploymentMode: 'REVERT_DRIFT',
    UsePreviousTemplate: 'true',
    'Parameters.member.1.ParameterKey': 'Email',
    'Parameters.member.1.UsePreviousValue': 'true',
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
  });
});

it('one that is made already is not made again', async () => {
  answers = {
    ...answers,
    DescribeChangeSet: unknown,
    CreateChangeSet: queryFault(400, 'AlreadyExistsException', 'there is one'),
  };

  expect((await step()).came).toBe('underway');
});

it.each([
  ['that is being made is waited for', changeSet('CREATE_IN_PROGRESS', 'UNAVAILABLE'), 'underway', false],
  ['that is made is executed', changeSet('CREATE_COMPLETE', 'AVAILABLE'), 'underway', true],
  ['that is being executed is waited for', changeSet('CREATE_COMPLETE', 'EXECUTE_IN_PROGRESS'), 'underway', false],
  ['that was executed is done', changeSet('CREATE_COMPLETE', 'EXECUTE_COMPLETE'), 'done', false],
  [
    'in which there is nothing to do is done',
    changeSet('FAILED', 'UNAVAILABLE', "The submitted information didn't contain changes."),
    'done',
    false,
  ],
])('one %s', async (_what, described, expected, executes) => {
  answers = { ...answers, DescribeChangeSet: described };

  const { came, actions } = await step();

  expect([came, actions.includes('ExecuteChangeSet'), actions.includes('CreateChangeSet')]).toEqual([
    expected,
    executes,
    false,
  ]);
});

it.each([
  ['could not be made', changeSet('FAILED', 'UNAVAILABLE', 'Parameters: [Email] must have values')],
  ['could not be executed', changeSet('CREATE_COMPLETE', 'EXECUTE_FAILED', 'the handler was denied')],
  ['was overtaken by another change of the stack', changeSet('CREATE_COMPLETE', 'OBSOLETE')],
])('one that %s is refused, and not tried for ever', async (_what, described) => {
  answers = { ...answers, DescribeChangeSet: described };

  expect((await step()).came).toMatchObject({ code: 'RefusedInAccount', retriable: false });
});

it('an account without the stack is refused', async () => {
  answers = { ...answers, DescribeStacks: stacks('somebody-elses') };

  expect((await step()).came).toMatchObject({
    code: 'RefusedInAccount',
    message: expect.stringContaining('has no stack of strongroom-dev-alerts in us-west-2'),
  });
});

it('the session may change sets of our stacks, and what is in the templates, and its policy is short enough', () => {
  const policy = sessionPolicy('revertDrift');
  const [, changeSets] = JSON.parse(policy).Statement;

  expect(policy.length).toBeLessThan(2_048);
  expect(changeSets).toMatchObject({
    Action: ['cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:ExecuteChangeSet'],
    Resource: 'arn:*:cloudformation:*:*:stack/StackSet-strongroom-*',
  });
});

it(`works in the region of the stack, not in ${motoRegion}`, async () => {
  answers = { ...answers, DescribeChangeSet: unknown };
  const calls = await visits.callsDuring(() =>
    visits.accounts.revertDrift(visits.freshVisit(), place, 'ro-1-1-alerts'),
  );

  expect(calls.filter(({ service }) => service === 'cloudformation').every(({ region }) => region === west)).toBe(true);
});
