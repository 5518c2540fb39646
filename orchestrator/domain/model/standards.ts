/** Security Hub standards. An ARN names the region, so a config names what is the same in all of them. */

/** Like `aws-foundational-security-best-practices/v/1.0.0` [bc:securityhub:DescribeStandards]. */
export const standardForm = /^[a-z0-9-]{1,80}\/v\/\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** A template has a place for each, since CloudFormation cannot loop. AWS has seven or so, and each costs by the check. */
export const standardsMax = 5;

export const standardArn = (partition: string, region: string, standard: string): string =>
  `arn:${partition}:securityhub:${region}::standards/${standard}`;
