/** Tells whoever outside can reach in. A stack of its own: of a stack that also made the detector, nothing stands where that is somebody else's. */
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
