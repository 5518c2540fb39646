import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { RuleFacts } from '../../domain/facts';
import { calling, finding } from '../failures';
import type { Session } from '../sessions';
import { parseDocument } from './reading';

/** A rule on the default bus, where AWS services send their events. */
export async function readRule({ clients }: Session, region: string, name: string): Promise<RuleFacts | undefined> {
  const events = clients.in(EventBridgeClient, region);
  const rule = await finding(`events:DescribeRule in ${region}`, ['ResourceNotFound'], () =>
    events.send(new DescribeRuleCommand({ Name: name })),
  );
  if (rule === undefined) return undefined;
  // A rule has at most 5 targets, so the first page holds all of them [doc:eventbridge quotas].
  const { Targets: targets = [] } = await calling(`events:ListTargetsByRule in ${region}`, () =>
    events.send(new ListTargetsByRuleCommand({ Rule: name })),
  );
  return {
    enabled: rule.State?.startsWith('ENABLED') ?? false,
    pattern: parseDocument(rule.EventPattern ?? '{}'),
    targetArns: targets.flatMap((target) => target.Arn ?? []),
  };
}
