import { EventBridgeClient, ListRuleNamesByTargetCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import type { RuleFacts } from '../../domain/health/facts';
import { calling } from '../failures';
import type { Session } from '../sessions';
import { parseDocument } from './reading';

/**
 * Rules of the default bus, where AWS services send their events, by name. Two calls for all of them, where asking each rule and its
 * targets would be two for each; so of the targets only `targetArn` is seen. What both lists hold fits a page of 100.
 */
export async function readRules(
  { clients }: Session,
  region: string,
  { prefix, targetArn }: { readonly prefix: string; readonly targetArn: string },
): Promise<ReadonlyMap<string, RuleFacts>> {
  const events = clients.in(EventBridgeClient, region);
  const [{ Rules: rules = [] }, { RuleNames: targeting = [] }] = await Promise.all([
    calling(`events:ListRules in ${region}`, () => events.send(new ListRulesCommand({ NamePrefix: prefix }))),
    calling(`events:ListRuleNamesByTarget in ${region}`, () =>
      events.send(new ListRuleNamesByTargetCommand({ TargetArn: targetArn })),
    ),
  ]);
  return new Map(
    rules.map(({ Name: name = '', State: state, EventPattern: pattern = '{}' }) => [
      name,
      {
        enabled: state?.startsWith('ENABLED') ?? false,
        pattern: parseDocument(pattern),
        targetArns: targeting.includes(name) ? [targetArn] : [],
      },
    ]),
  );
}
