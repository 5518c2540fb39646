/** Synthesizes the stacks into dist/infrastructure: needs no credentials and no CDK command. A finding of cdk-nag that is not acknowledged fails it. */
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../orchestrator/infrastructure/app';

const dist = join(__dirname, '..', 'dist');
const app = new App({ outdir: join(dist, 'infrastructure'), analyticsReporting: false, treeMetadata: false });
addStacks(app, dist);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
