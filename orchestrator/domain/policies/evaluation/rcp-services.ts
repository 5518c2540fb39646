/** Which services obey resource control policies, as data: AWS adds services without a version or a date. */
import type { Truth } from './truth';

/** Named by AWS [doc:controltower/rcp-controls]. */
const named = ['kms', 's3', 'secretsmanager', 'sqs', 'sts'];

/** Listed by others as supported; no page of AWS that was read says so. */
const listed =
  'aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data codeartifact ' +
  'codebuild codecommit codepipeline cognito-identity cognito-idp comprehend comprehendmedical compute-optimizer cost-optimization-hub ' +
  'dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift health inspector-scan kendra kinesisvideo logs memorydb ' +
  'networkmonitor notifications opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere servicediscovery ' +
  'signin support swf textract timestream-influxdb transcribe transfer translate wafv2 workspaces xray';

const [isNamed, isListed] = [new Set(named), new Set(listed.split(' '))];

export function obeysResourceControl(action: string): Truth {
  const service = action.slice(0, action.indexOf(':')).toLowerCase();
  return isNamed.has(service) || (isListed.has(service) ? 'unknown' : false);
}
