/** Synthesizes the stacks into dist/infrastructure. It needs no credentials and no CDK CLI. It fails if cdk-nag has a finding that is not acknowledged. */
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../orchestrator/infrastructure/app';

const dist = join(__dirname, '..', 'dist');
const app = new App({
  outdir: join(dist, 'infrastructure'),
  analyticsReporting: false,
  treeMetadata: false,
  // A bucket policy, not an ACL, lets the logging service deliver access logs.
  context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true },
});
addStacks(app, dist);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
