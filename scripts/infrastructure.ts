/** Synthesizes the stacks into dist/infrastructure: needs no credentials and no CDK command. A finding of cdk-nag that is not acknowledged fails it. */
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../orchestrator/infrastructure/app';

const dist = join(__dirname, '..', 'dist');
const app = new App({
  outdir: join(dist, 'infrastructure'),
  analyticsReporting: false,
  treeMetadata: false,
  // The service that logs access is let in by a policy of the bucket, and not by an ACL.
  context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true },
});
addStacks(app, dist);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
