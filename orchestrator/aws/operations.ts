/** The parameters of every StackSet operation: targets, concurrency and failure tolerance. */
import { errors } from '../domain/errors';
import type { OperationRequest } from '../ports/ports';

export const targets = ({
  operationId,
  accounts,
  regions,
  strict,
  maxConcurrent,
  failureTolerance,
}: OperationRequest) => ({
  OperationId: operationId,
  Accounts: [...accounts],
  Regions: [...regions],
  OperationPreferences: {
    FailureToleranceCount: failureTolerance,
    // In strict mode, AWS clamps or rejects a concurrency above tolerance + 1; the documents differ [aws-behavior 2.3].
    MaxConcurrentCount: strict ? Math.min(maxConcurrent, failureTolerance + 1) : maxConcurrent,
    ConcurrencyMode: strict ? ('STRICT_FAILURE_TOLERANCE' as const) : ('SOFT_FAILURE_TOLERANCE' as const),
    RegionConcurrencyType: 'PARALLEL' as const,
  },
});

export function startedAs(name: string, id: string | undefined): string {
  if (id === undefined) throw errors.internal(`CloudFormation started an operation on ${name} without an id`);
  return id;
}
