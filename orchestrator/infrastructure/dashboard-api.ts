/** The API of the dashboard: one function behind one route, which requires a token of the OIDC provider. */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SignIn } from '../domain/model/installation';
import { lastingLogGroup } from './log-group';

/** A page sends two or three requests every few seconds, so this is enough for about forty viewers. */
const requestsPerSecond = 50;
const requestsAtOnce = 100;

export class DashboardApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, handler: IFunction, { issuer, clientId }: SignIn) {
    super(scope, id);
    // The route `$default` matches every method and path, and its authorizer checks every request. CORS is not configured, since page and
    // API share one origin, so a preflight request is refused like any other without a token.
    this.api = new HttpApi(this, 'Http', {
      apiName: 'strongroom-dashboard',
      description: 'Strongroom: API of the dashboard',
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
          // Log groups with this prefix need no resource policy of their own [doc:apigateway/http-api-logging].
          lastingLogGroup(this, 'Access', { name: '/aws/vendedlogs/apis/strongroom-dashboard' }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(logged)),
      },
    });
  }
}

/** Who requested what, and the result. The log has no query string, since it may contain names. */
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
