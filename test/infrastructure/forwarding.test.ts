/** What the management account gives. Events about accounts arrive in one region of the management account, and have to reach the orchestrator's bus in another. */
import { resources, stackRegions } from './templates';

const rules = resources().filter(
  ({ type, stack }) =>
    type === 'AWS::Events::Rule' && !['StrongroomOrchestrator', 'StrongroomSecurity'].includes(stack),
);
const sourceOf = ({ properties }: (typeof rules)[number]): string =>
  String((properties['EventPattern'] as { readonly source?: readonly string[] }).source);

test.each([
  // In the region of Organizations, which test/infrastructure/installation.test.ts checks.
  { source: 'aws.organizations', stack: 'StrongroomManagement', region: undefined },
  // Where Control Tower is at home: wherever the stack is deployed.
  { source: 'aws.controltower', stack: 'StrongroomControlTower', region: undefined },
])('events of $source are forwarded once, by $stack', ({ source, stack, region }) => {
  const forwarding = rules.filter((rule) => sourceOf(rule) === source);

  expect(forwarding.map((rule) => rule.stack)).toEqual([stack]);
  expect(stackRegions()[stack]).toBe(region);
});

test('what the orchestrator listens for is what is forwarded', () => {
  const heard = resources().filter(
    ({ type, stack, properties }) =>
      type === 'AWS::Events::Rule' && stack === 'StrongroomOrchestrator' && 'EventBusName' in properties,
  );
  const patternOf = ({ properties }: (typeof heard)[number]) => {
    const { account: _account, ...pattern } = properties['EventPattern'] as Readonly<Record<string, unknown>>;
    return JSON.stringify(pattern);
  };

  expect(heard.map(patternOf).toSorted()).toEqual(rules.map(patternOf).toSorted());
  expect(heard.length).toBe(2);
});

test('what could not be forwarded is kept', () => {
  const targets = rules.flatMap(({ properties }) => properties['Targets'] as readonly object[]);

  expect(targets.filter((target) => !('DeadLetterConfig' in target))).toEqual([]);
});

test('an account that joins gets the CI role by itself, and one that leaves keeps it', () => {
  const [everywhere] = resources().filter(({ type }) => type === 'AWS::CloudFormation::StackSet');

  expect(everywhere).toMatchObject({
    stack: 'StrongroomManagement',
    properties: {
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
      ManagedExecution: { Active: true },
    },
  });
});
