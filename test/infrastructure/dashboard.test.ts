/** The deployed dashboard, as it was synthesized: who can reach what, and what a browser receives. */
import { contentSecurityPolicy } from '../../orchestrator/dashboard/page-policy';
import { type Resource, resources } from './templates';

const here = resources().filter(({ stack }) => stack === 'StrongroomDashboard');
const ofType = (type: string): readonly Resource[] => here.filter((one) => one.type === `AWS::${type}`);
const theOnly = (type: string): Readonly<Record<string, unknown>> => {
  const [only, ...others] = ofType(type);
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} of ${type}`);
  return only.properties;
};

describe('the API', () => {
  test('has one route for everything, behind tokens of the provider', () => {
    expect(theOnly('ApiGatewayV2::Route')).toMatchObject({
      RouteKey: '$default',
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: expect.stringMatching(/Provider/) },
    });
    expect(theOnly('ApiGatewayV2::Authorizer')).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: { Ref: 'Issuer' }, Audience: [{ Ref: 'ClientId' }] },
    });
  });

  test('answers no other origin, bounds how often it is asked, and logs who asked', () => {
    expect(theOnly('ApiGatewayV2::Api')).not.toHaveProperty('CorsConfiguration');
    expect(theOnly('ApiGatewayV2::Stage')).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      AccessLogSettings: { Format: expect.stringContaining('$context.authorizer.claims.sub') },
    });
  });

  test('invokes the one function, and nothing else does', () => {
    expect(ofType('Lambda::Permission').map(({ properties }) => properties['Principal'])).toEqual([
      'apigateway.amazonaws.com',
    ]);
    expect(ofType('Lambda::Url')).toEqual([]);
  });

  test('learns from parameters who has which role', () => {
    const named = ofType('Lambda::Function').find(
      ({ properties }) => properties['FunctionName'] === 'strongroom-Dashboard',
    );

    expect(named?.properties['Environment']).toMatchObject({
      Variables: {
        STRONGROOM_ROLE_CLAIM: { Ref: 'RoleClaim' },
        STRONGROOM_OPERATOR_VALUE: { Ref: 'OperatorValue' },
        STRONGROOM_VIEWER_VALUE: { Ref: 'ViewerValue' },
        STRONGROOM_NAME_CLAIM: { Ref: 'NameClaim' },
      },
    });
  });
});

describe('the page', () => {
  interface Behaviour {
    readonly PathPattern?: string;
    readonly ViewerProtocolPolicy: string;
    readonly ResponseHeadersPolicyId: unknown;
    readonly CachePolicyId: string;
    readonly OriginRequestPolicyId?: string;
    readonly TargetOriginId: string;
    readonly AllowedMethods: readonly string[];
  }
  interface Origin {
    readonly Id: string;
    readonly OriginAccessControlId?: unknown;
    readonly CustomOriginConfig?: { readonly OriginProtocolPolicy: string };
  }
  const config = theOnly('CloudFront::Distribution')['DistributionConfig'] as {
    readonly DefaultCacheBehavior: Behaviour;
    readonly CacheBehaviors: readonly Behaviour[];
    readonly Origins: readonly Origin[];
    readonly CustomErrorResponses?: unknown;
    readonly Logging: unknown;
  };
  const originOf = ({ TargetOriginId }: Behaviour): Origin | undefined =>
    config.Origins.find(({ Id }) => Id === TargetOriginId);

  test('lies in buckets that nobody reaches but CloudFront', () => {
    const closed = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };

    expect(ofType('S3::Bucket').map(({ properties }) => properties['PublicAccessBlockConfiguration'])).toEqual([
      closed,
      closed,
    ]);
    expect(originOf(config.DefaultCacheBehavior)).toMatchObject({ OriginAccessControlId: expect.anything() });
    expect(config.DefaultCacheBehavior.AllowedMethods).toEqual(['GET', 'HEAD']);
  });

  test('comes over TLS only, with the headers that it has on loopback, the API too', () => {
    const behaviours = [config.DefaultCacheBehavior, ...config.CacheBehaviors];

    expect(behaviours.map(({ ViewerProtocolPolicy }) => ViewerProtocolPolicy)).toEqual(['https-only', 'https-only']);
    expect(new Set(behaviours.map(({ ResponseHeadersPolicyId }) => JSON.stringify(ResponseHeadersPolicyId))).size).toBe(
      1,
    );
    expect(config.Logging).toBeDefined();
  });

  test('may ask the provider besides, and is otherwise held to the same policy', () => {
    const host = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'Issuer' }] }] };
    const [before = '', after = ''] = contentSecurityPolicy(['https://', '']).split(/(?<=https:\/\/) /);

    const { ResponseHeadersPolicyConfig: policy } = theOnly('CloudFront::ResponseHeadersPolicy');

    expect(policy).toMatchObject({
      SecurityHeadersConfig: {
        ContentSecurityPolicy: {
          Override: true,
          ContentSecurityPolicy: { 'Fn::Join': ['', [before, host, ' ', { Ref: 'TokenOrigin' }, after]] },
        },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
      },
    });
  });

  test('asks its API at the same origin, uncached, token and all, and errors of the API stay its own', () => {
    const [api, ...others] = config.CacheBehaviors;

    expect(others).toEqual([]);
    expect(api).toMatchObject({
      PathPattern: '/api/*',
      // CachingDisabled and AllViewerExceptHostHeader [doc:AmazonCloudFront/using-managed-cache-policies].
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    expect(api && originOf(api)).toMatchObject({ CustomOriginConfig: { OriginProtocolPolicy: 'https-only' } });
    expect(config).not.toHaveProperty('CustomErrorResponses');
  });
});
