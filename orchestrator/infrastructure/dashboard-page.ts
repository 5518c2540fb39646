/** The page in a private bucket, with CloudFront in front of it and of the API, so that both share one origin. */
import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { contentSecurityPolicy, isolationHeaders } from '../dashboard/page-policy';
import type { SignIn } from '../domain/model/installation';
import {
  acknowledgeAccessLogs,
  acknowledgeDistribution,
  acknowledgeUploader,
  acknowledgeUploads,
} from './acknowledged';

export interface Shown {
  /** The folder with the built page. */
  readonly folder: string;
  readonly api: HttpApi;
  readonly signIn: SignIn;
}

const logsKept = Duration.days(365);

export class DashboardPage extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { folder, api, signIn }: Shown) {
    super(scope, id);
    const logs = accessLogs(this);
    const bucket = bucketOf(this, 'Bucket', {
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'bucket/',
    });
    const shared = {
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      responseHeadersPolicy: headersPolicy(this, signIn),
    };
    const { region, urlSuffix } = Stack.of(this);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Strongroom: the dashboard',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'cloudfront/',
      defaultBehavior: {
        ...shared,
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        // Follows the cache headers of each file: files named by their content are cached, all others are revalidated.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      },
      additionalBehaviors: {
        '/api/*': {
          ...shared,
          origin: new HttpOrigin(`${api.apiId}.execute-api.${region}.${urlSuffix}`),
          // With caching disabled, the policy below forwards the token [https://repost.aws/knowledge-center/cloudfront-authorization-header].
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          allowedMethods: AllowedMethods.ALLOW_ALL,
        },
      },
    });
    acknowledgeDistribution(this.distribution);
    this.upload(folder, bucket, signIn);
  }

  private upload(folder: string, bucket: IBucket, { issuer, clientId, scope }: SignIn): void {
    const logGroup = new LogGroup(this, 'Upload', { retention: RetentionDays.ONE_YEAR });
    const into = {
      destinationBucket: bucket,
      logGroup,
      role: uploader(this, bucket, logGroup).withoutPolicyUpdates(),
      // A page that is open in a browser still requests the files of the previous version.
      prune: false,
    };
    const assets = new BucketDeployment(this, 'Assets', {
      ...into,
      sources: [Source.asset(folder, { exclude: ['*', '!assets', '!assets/*'] })],
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
    });
    const page = new BucketDeployment(this, 'Files', {
      ...into,
      sources: [
        Source.asset(folder, { exclude: ['assets', 'sign-in.json'] }),
        Source.jsonData('sign-in.json', { issuer, clientId, scope }),
      ],
      cacheControl: [CacheControl.noCache()],
    });
    // Uploads the page last, so that it never refers to scripts that do not exist yet.
    page.node.addDependency(assets);
    acknowledgeUploads(Stack.of(this));
  }
}

/** The role of CDK's upload function: it copies the build from CDK's asset bucket into this one, and deletes nothing. */
function uploader(scope: Construct, bucket: IBucket, logGroup: LogGroup): Role {
  const { partition, account, region, synthesizer } = Stack.of(scope);
  const assets = `arn:${partition}:s3:::cdk-${synthesizer.bootstrapQualifier}-assets-${account}-${region}/*`;
  const role = new Role(scope, 'Uploader', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: 'Uploads the dashboard page to its bucket when the stack is deployed',
    inlinePolicies: {
      Upload: new PolicyDocument({
        statements: [
          new PolicyStatement({ sid: 'Built', actions: ['s3:GetObject'], resources: [assets] }),
          new PolicyStatement({ sid: 'Compare', actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
          new PolicyStatement({ sid: 'Write', actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')] }),
          new PolicyStatement({
            sid: 'Log',
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logGroup.logGroupArn],
          }),
        ],
      }),
    },
  });
  acknowledgeUploader(
    role,
    bucket,
    `arn:<AWS::Partition>:s3:::cdk-${synthesizer.bootstrapQualifier}-assets-<AWS::AccountId>-<AWS::Region>/*`,
  );
  return role;
}

function bucketOf(scope: Construct, id: string, props: BucketProps): IBucket {
  const bucket = new Bucket(scope, id, {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...props,
  });
  // Under `exactOptionalPropertyTypes` this property is optional in the class, but not in its interface.
  return bucket as Bucket & { readonly isWebsite: boolean };
}

/** CloudFront delivers its log only to a bucket with ACLs enabled [doc:AmazonCloudFront/AccessLogs]. */
function accessLogs(scope: Construct): IBucket {
  const logs = bucketOf(scope, 'AccessLogs', {
    objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
    lifecycleRules: [{ expiration: logsKept, abortIncompleteMultipartUploadAfter: Duration.days(7) }],
  });
  acknowledgeAccessLogs(logs);
  return logs;
}

const hostOf = (address: string): string => Fn.select(2, Fn.split('/', address));

/** The same policy as on loopback, and in addition the page may connect to the OIDC provider. */
const headersPolicy = (scope: Construct, { issuer, tokenOrigin }: SignIn): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, 'Headers', {
    comment: 'Strongroom: security headers of the dashboard',
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        contentSecurityPolicy: contentSecurityPolicy([`https://${hostOf(issuer)}`, tokenOrigin]),
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(isolationHeaders).map(([header, value]) => ({ header, value, override: true })),
    },
  });
