/** What a config exempts from the region deny must neither undo it nor outgrow what CloudFormation and IAM take. */

import { deniedAction } from '../domain/health/region-deny';
import { operatorCarveOuts } from '../domain/model/policy-carve-outs';
import { isLike } from '../domain/policies/policy';
import { type Finding, field, quoted } from './values';

/** Leaves room in a parameter of 4,096 characters and in inline policies of 10,240 [doc:AWSCloudFormation/cloudformation-limits]. */
export const exemptionsLengthMax = 1_200;

export function exemptionRules(config: unknown): readonly Finding[] {
  const role = field(field(config, 'modules'), 'operator-role');
  const listed = (option: string): readonly string[] => {
    const written = field(role, option);
    return Array.isArray(written) ? written.map(String) : [];
  };
  const [anywhere, inUsEast1] = [listed('exemptActions'), listed('exemptActionsInUsEast1')];
  const path = (option: string, index: number) => ['modules', 'operator-role', option, index];
  const { length } = [...anywhere, ...inUsEast1].join(',');
  const undoing = (option: string, actions: readonly string[]): readonly Finding[] =>
    actions.flatMap((action, index) =>
      isLike(deniedAction.toLowerCase(), action.toLowerCase())
        ? [{ path: path(option, index), message: `must not exempt ${deniedAction}, got ${quoted(action)}` }]
        : [],
    );
  return [
    ...undoing('exemptActions', anywhere),
    ...undoing('exemptActionsInUsEast1', inUsEast1),
    ...inUsEast1.flatMap((action, index) => {
      const wider = [...operatorCarveOuts.anywhere, ...anywhere].find((other) => isOverlapping(action, other));
      if (wider === undefined) return [];
      const message = `would limit ${quoted(wider)}, which is exempt in every region, to us-east-1, got ${quoted(action)}`;
      return [{ path: path('exemptActionsInUsEast1', index), message }];
    }),
    ...(length > exemptionsLengthMax
      ? [
          {
            path: ['modules', 'operator-role'],
            message: `exempts actions of ${length} characters, but the region deny has room for ${exemptionsLengthMax}`,
          },
        ]
      : []),
  ];
}

/** Patterns of the config have a star only at the end, as all of Strongroom's have: one that reaches the other overlaps it. */
function isOverlapping(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return isLike(a, b) || isLike(b, a);
}
