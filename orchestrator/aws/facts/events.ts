import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { RuleFacts } from '../../domain/health/facts';
import { calling, finding } from '../failures';
import type { Session } from '../sessions';
import { parseDocument } from './reading';

/**
 * Rules of the default bus, where AWS services send their events, by name. The targets of each are asked for, because a rule that
 * forwards by a role without permissions is silent. What a list holds fits a page of 100.
 */
export async function readRules(
  { clients }: Session,
  region: string,
  { prefix, names }: { readonly prefix: string; readonly names: readonly string[] },
): Promise<ReadonlyMap<string, RuleFacts>> {
  const events = clients.in(EventBridgeClient, region);
  const { Rules: rules = [] } = await calling(`events:ListRules in ${region}`, () =>
    events.send(new ListRulesCommand({ NamePrefix: prefix })),
  );
  const wanted = rules.filter(({ Name: name = '' }) => names.includes(name));
  const read = await Promise.all(
    wanted.map(async ({ Name: name = '', State: state = '', EventPattern: pattern = '{}' }) => {
      const found = await finding(`events:ListTargetsByRule ${name} in ${region}`, ['ResourceNotFound'], () =>
        events.send(new ListTargetsByRuleCommand({ Rule: name })),
      );
      const targets = (found?.Targets ?? []).map((target) => ({
        arn: target.Arn ?? '',
        ...(target.RoleArn !== undefined && { roleArn: target.RoleArn }),
        ...([target.Input, target.InputPath, target.InputTransformer].some((input) => input !== undefined) && {
          replacesEvent: true,
        }),
      }));
      return [name, { state, pattern: parseDocument(pattern), targets }] as const;
    }),
  );
  return new Map(read);
}
