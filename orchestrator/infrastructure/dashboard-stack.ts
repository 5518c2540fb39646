/** The dashboard, for people who sign in with the customer's OIDC provider. Optional; deployed to the account and region of the orchestrator. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environmentNames } from '../lambda/environment';
import { DashboardApi } from './dashboard-api';
import { DashboardPage } from './dashboard-page';
import { Functions } from './functions';
import { signInParameters } from './parameters';
import type { Granted } from './permissions';

export interface Built {
  /** The folder with one bundle per function. */
  readonly bundles: string;
  /** The folder with the page. */
  readonly page: string;
}

export class DashboardStack extends Stack {
  constructor(scope: Construct, id: string, granted: Granted, { bundles, page, ...props }: Built & StackProps) {
    super(scope, id, { ...props, description: 'Strongroom: the dashboard, with sign-in through an OIDC provider' });
    const signIn = signInParameters(this);
    const { Dashboard: handler } = new Functions(this, 'Functions', ['Dashboard'], granted, bundles).byName;
    handler.addEnvironment(environmentNames.roleClaim, signIn.roleClaim);
    handler.addEnvironment(environmentNames.operatorValue, signIn.operatorValue);
    handler.addEnvironment(environmentNames.viewerValue, signIn.viewerValue);
    handler.addEnvironment(environmentNames.nameClaim, signIn.nameClaim);

    const { api } = new DashboardApi(this, 'Api', handler, signIn);
    const { distribution } = new DashboardPage(this, 'Page', { folder: page, api, signIn });

    new CfnOutput(this, 'Address', {
      value: `https://${distribution.distributionDomainName}/`,
      description:
        'URL of the dashboard; register it with the OIDC provider as the redirect URL for sign-in and sign-out',
    });
  }
}
