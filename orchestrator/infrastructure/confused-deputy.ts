import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Against a confused deputy: a service acts here only for this account. */
export const fromThisAccount = (scope: Construct) => ({
  StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
});
