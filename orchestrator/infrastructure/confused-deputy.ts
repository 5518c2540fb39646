import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Prevents the confused deputy problem: a service acts here only on behalf of this account. */
export const fromThisAccount = (scope: Construct) => ({
  StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
});
