/** Finds external access. It has its own stack because another team may already run the detector, and then that stack is not deployed. */
import type { Stack } from 'aws-cdk-lib';
import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { analyzerName, moduleTagKey } from '../orchestrator/domain/model/resource-names';

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: the external access analyzer';
  new CfnAnalyzer(stack, 'ExternalAccessAnalyzer', {
    analyzerName,
    type: 'ACCOUNT',
    tags: [{ key: moduleTagKey, value: 'access-analyzer' }],
  });
}
