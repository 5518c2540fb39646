/** What people who use the command line may do, derived as the permissions of the functions are. A managed policy, for their role or permission set. */
import { Aws, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { doctorReads, peoplePolicyName } from '../domain/policies/people-actions';
import { acknowledgeFunctions } from './acknowledged';
import { findSamples, type Granted, statementsFor } from './permissions';

/** The ports that commands use while the deployed state machine runs the rollouts. */
const used = {
  ports: ['store', 'artifacts', 'directory', 'callbacks', 'notifier', 'alerting', 'signs', 'stateMarker'],
  // Verifying looks, and its probes make findings as the CI role.
  accounts: ['preflight', 'collectFacts', 'readSettings', 'applySettings'],
  stackSets: ['closedRegions', 'describe', 'instances', 'status', 'results', 'stop', 'detectDrift', 'driftOf'],
  executions: ['start', 'stop'],
} as const;

export function peoplePolicy(scope: Construct, granted: Granted): void {
  const { partition, region, account } = Stack.of(scope);
  const policy = new ManagedPolicy(scope, 'PeoplePolicy', {
    managedPolicyName: peoplePolicyName,
    description: 'For people who plan, roll out, decide and verify with the deployed Strongroom',
    statements: [
      ...statementsFor(scope, granted, used),
      findSamples(scope, granted),
      new PolicyStatement({
        sid: 'FindDeployment',
        actions: ['cloudformation:DescribeStacks'],
        resources: [`arn:${partition}:cloudformation:${region}:${account}:stack/${Aws.STACK_NAME}/*`],
      }),
      new PolicyStatement({
        sid: 'ContinueRollouts',
        actions: ['states:RedriveExecution'],
        resources: [`${granted.stateMachineArn.replace(':stateMachine:', ':execution:')}:*`],
      }),
      new PolicyStatement({ sid: 'Doctor', actions: [...doctorReads], resources: ['*'] }),
    ],
  });
  acknowledgeFunctions(policy, granted.records.bucket);
}
