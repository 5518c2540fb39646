/** The API of the dashboard: one function behind one route, which nobody passes without a token of the provider. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { SignIn } from './parameters';

/** A page asks for two or three things every few seconds: this is for some forty people who look. */
const requestsPerSecond = 50;
const requestsAtOnce = 100;

export class DashboardApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, handler: IFunction, { issuer, clientId }: SignIn) {
    super(scope, id);
    // The route `$default` takes every method and path, and the authorizer stands before it: there is no way past. CORS is not
    // configured, since page and API are of one origin, so a preflight is refused like everything else that has no token.
    this.api = new HttpApi(this, 'Http', {
      apiName: 'strongroom-dashboard',
      description: 'Strongroom: what the dashboard reads and does',
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('Provider', issuer, { jwtAudience: [clientId] }),
      defaultIntegration: new HttpLambdaIntegration('Handler', handler),
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: requestsAtOnce },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'Access', {
            // Names under this prefix need no policy of their own [doc:apigateway/http-api-logging].
            logGroupName: '/aws/vendedlogs/apis/strongroom-dashboard',
            retention: RetentionDays.ONE_YEAR,
            removalPolicy: RemovalPolicy.RETAIN,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(logged)),
      },
    });
  }
}

/** Who asked what, and what came of it; no query, which may hold names. */
const logged = {
  at: '$context.requestTime',
  request: '$context.requestId',
  from: '$context.identity.sourceIp',
  subject: '$context.authorizer.claims.sub',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  refused: '$context.authorizer.error',
  milliseconds: '$context.responseLatency',
};
