/** Synthesizes the stacks into dist/infrastructure: needs no credentials and no CDK command. A finding of cdk-nag that is not acknowledged fails it. */
import { join } from 'node:path';
import { App, DefaultStackSynthesizer, type IReusableStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../orchestrator/infrastructure/app';

const dist = join(__dirname, '..', 'dist');
const app = new App({
  outdir: join(dist, 'infrastructure'),
  analyticsReporting: false,
  treeMetadata: false,
  // The CDK command asks by itself whether the account's bootstrap is new enough; a rule in the template would need a parameter for it.
  // It is one, but for a getter that exactOptionalPropertyTypes minds.
  defaultStackSynthesizer: new DefaultStackSynthesizer({
    generateBootstrapVersionRule: false,
  }) as IReusableStackSynthesizer,
  // The service that logs access is let in by a policy of the bucket, and not by an ACL.
  context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true },
});
addStacks(app, dist);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
