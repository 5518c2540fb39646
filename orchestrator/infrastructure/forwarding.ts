/** Forwards events of the management account to the orchestrator's event bus, with a rule in the region where they occur. */
import { Duration, Fn } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledgeQueue } from './acknowledged';
import { fromThisAccount } from './confused-deputy';
import { orchestratorRegionParameter } from './parameters';
import { accountEventPatterns, eventBusName } from './triggers';

/** Events that cannot be forwarded within a day are kept for two weeks so that a person can find out why. The next sweep discovers the account. */
export function forwardEvents(scope: Construct, name: keyof typeof accountEventPatterns, orchestrator: string): void {
  const busArn = Fn.sub(`arn:\${AWS::Partition}:events:\${Region}:\${Account}:event-bus/${eventBusName}`, {
    Region: orchestratorRegionParameter(scope),
    Account: orchestrator,
  });
  const undelivered = new Queue(scope, 'Undelivered', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledgeQueue(undelivered);
  const role = new Role(scope, 'ForwarderRole', {
    assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: fromThisAccount(scope) }),
    description: 'Forwards account events to the orchestrator',
    inlinePolicies: {
      Forward: new PolicyDocument({
        statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] })],
      }),
    },
  });
  new Rule(scope, name, {
    description: 'Strongroom: forwards account events to the orchestrator',
    eventPattern: accountEventPatterns[name],
    targets: [
      new EventBusTarget(EventBus.fromEventBusArn(scope, 'OrchestratorBus', busArn), {
        role,
        deadLetterQueue: undelivered,
      }),
    ],
  });
}
