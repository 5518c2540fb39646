/** The healthy operator role with one thing changed. */
import type { AccountFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { type RoleFacts, read } from '../../../../orchestrator/domain/health/facts';
import type { PolicyDocument } from '../../../../orchestrator/domain/policies/policy';
import { facts, role } from './healthy';

export type Statement = Record<string, unknown>;

export const withRole = (changed: Partial<RoleFacts>): AccountFacts => ({
  ...facts,
  operatorRole: read({ ...role, ...changed }),
});

/** A copy of a policy as plain JSON, changed in place. */
export function edited(policy: PolicyDocument | undefined, edit: (statements: Statement[]) => void): PolicyDocument {
  const copy = JSON.parse(JSON.stringify(policy));
  edit(copy.Statement);
  return copy;
}

export const only = (statements: Statement[]): Statement => statements[0] ?? {};
