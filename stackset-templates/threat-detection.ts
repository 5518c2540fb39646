/** Watches for what should not happen: GuardDuty, and Security Hub. */
import { Aws, CfnCondition, CfnOutput, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { CfnHub, CfnStandard } from 'aws-cdk-lib/aws-securityhub';
import { detectorIdOutput, moduleTagKey } from '../orchestrator/domain/model/resource-names';
import { standardArn, standardForm, standardsMax } from '../orchestrator/domain/model/standards';

const module = 'threat-detection';

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: GuardDuty and Security Hub';

  const detector = new CfnDetector(stack, 'Detector', {
    enable: true,
    // The soonest: findings that reach EventBridge six hours late alert nobody.
    findingPublishingFrequency: 'FIFTEEN_MINUTES',
    tags: [{ key: moduleTagKey, value: module }],
  });
  new CfnOutput(stack, detectorIdOutput, { value: detector.ref, description: 'The detector, which has no name' });
  const hub = new CfnHub(stack, 'Hub', {
    // Left to its default, the hub turns on two standards, which cost by the check [controls 004-31].
    enableDefaultStandards: false,
    controlFindingGenerator: 'SECURITY_CONTROL',
    tags: { [moduleTagKey]: module },
  });
  addStandards(stack, hub);
}

/** CloudFormation cannot loop over a list, so each standard has its own place, empty for none; they are filled from the first on. */
function addStandards(stack: Stack, hub: CfnHub): void {
  let before: { readonly resource: CfnHub | CfnStandard; readonly exists?: CfnCondition } = { resource: hub };
  for (let place = 1; place <= standardsMax; place++) {
    const standard = new CfnParameter(stack, `Standard${place}`, {
      allowedPattern: `^$|${standardForm.source}`,
      maxLength: 100,
      description: 'Security Hub standard like aws-foundational-security-best-practices/v/1.0.0; empty for none',
    });
    const isGiven = Fn.conditionNot(Fn.conditionEquals(standard.valueAsString, ''));
    const exists: CfnCondition = new CfnCondition(stack, `HasStandard${place}`, {
      expression: before.exists === undefined ? isGiven : Fn.conditionAnd(before.exists, isGiven),
    });
    const resource: CfnStandard = new CfnStandard(stack, `EnabledStandard${place}`, {
      standardsArn: standardArn(Aws.PARTITION, Aws.REGION, standard.valueAsString),
    });
    resource.cfnOptions.condition = exists;
    // One after another: Security Hub refuses to change two at a time.
    resource.addResourceDependency(before.resource);
    before = { resource, exists };
  }
}
