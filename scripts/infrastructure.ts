/** The app that the CDK command runs; cdk.json names it. */
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { strongroomApp } from '../orchestrator/infrastructure/app';

const app = strongroomApp(join(__dirname, '..', 'dist'));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
