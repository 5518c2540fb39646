/** The templates of a rehearsal. Each makes one event rule that matches nothing and costs nothing. */
import { canonicalJson } from '../model/release';

export type Edition = 'first' | 'second' | 'busy';

/** How long the stack of the edition `busy` waits for a signal that nobody sends. */
export const busySeconds = 150;

const rule = (edition: Edition) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: { Ref: 'RuleName' },
    Description: { Ref: 'Note' },
    State: 'ENABLED',
    EventPattern: { source: [`strongroom.rehearsal.${edition}`] },
  },
});

/** Written like the templates of the modules, since what comes back is compared. */
export const templateOf = (edition: Edition): string =>
  canonicalJson({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Strongroom rehearsal, ${edition}; it can be deleted at any time`,
    Parameters: { RuleName: { Type: 'String' }, Note: { Type: 'String', Default: 'none' } },
    Resources: {
      Rule: rule(edition),
      ...(edition === 'busy' && {
        Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
        Wait: {
          Type: 'AWS::CloudFormation::WaitCondition',
          Properties: { Handle: { Ref: 'Handle' }, Timeout: String(busySeconds), Count: 1 },
        },
      }),
    },
    Outputs: { Edition: { Value: edition }, Note: { Value: { Ref: 'Note' } } },
  });

/** Whether two templates say the same, regardless of their spaces and the order of their keys. */
export function saySame(a: string, b: string): boolean {
  try {
    return canonicalJson(JSON.parse(a)) === canonicalJson(JSON.parse(b));
  } catch {
    return false;
  }
}
