/** The resources that a call was about, as far as its parameters name them. */
import { partitionOf } from '../../model/partition';
import { isOnNoResource } from './no-resource-actions';
import { type CloudTrailRecord, fieldsIn, listIn, textIn } from './record';

export interface Resources {
  readonly arns: readonly string[];
  /** Otherwise IAM decided on other resources, too, which are not known. */
  readonly isComplete: boolean;
}

interface Place {
  readonly name: string;
  readonly partition: string;
  readonly region: string;
  /** That owns the resource, unless an ARN says otherwise. */
  readonly account: string;
}
type Builder = (record: CloudTrailRecord, place: Place) => Resources | undefined;

const complete = (...arns: readonly string[]): Resources => ({ arns, isComplete: true });
const unknown: Resources = { arns: [], isComplete: false };

/** The text of a parameter, made an ARN unless it is one. */
const made = (value: string | undefined, arn: (name: string) => string): Resources | undefined =>
  value === undefined ? undefined : complete(value.startsWith('arn:') ? value : arn(value));

const regional =
  (service: string, parameter: string, type: string): Builder =>
  ({ parameters }, { partition, region, account }) =>
    made(textIn(parameters, parameter), (name) => `arn:${partition}:${service}:${region}:${account}:${type}${name}`);

const firstOf =
  (...builders: readonly Builder[]): Builder =>
  (record, place) => {
    for (const builder of builders) {
      const found = builder(record, place);
      if (found !== undefined) return found;
    }
    return undefined;
  };

const s3: Builder = ({ parameters, eventName }, { name, partition }) => {
  const [bucket, key] = [textIn(parameters, 'bucketName'), textIn(parameters, 'key')];
  if (bucket === undefined) return undefined;
  if (/^(?:CopyObject|UploadPartCopy)$/.test(eventName) && name === 'GetObject') {
    const source = textIn(parameters, 'x-amz-copy-source')
      ?.replace(/^\//, '')
      .replace(/\?versionId=.*$/s, '');
    return source === undefined ? unknown : complete(`arn:${partition}:s3:::${source}`);
  }
  // The keys of a batch are not logged with the call.
  if (eventName === 'DeleteObjects') return unknown;
  return complete(key === undefined ? `arn:${partition}:s3:::${bucket}` : `arn:${partition}:s3:::${bucket}/${key}`);
};

/** Of most calls the path of the user or role is not logged, which its ARN has. */
const iam: Builder = (record, { name, partition, account }) => {
  const created = /^Create(User|Role|Group|Policy|InstanceProfile)$/.exec(name)?.[1];
  if (created === undefined) return unknown;
  const called = textIn(record.parameters, `${created[0]?.toLowerCase()}${created.slice(1)}Name`);
  const type = created === 'InstanceProfile' ? 'instance-profile' : created.toLowerCase();
  const path = textIn(record.parameters, 'path') ?? '/';
  return called === undefined ? undefined : complete(`arn:${partition}:iam::${account}:${type}${path}${called}`);
};

/** Parameters of EC2 that name one resource, and its type; images and snapshots have no account in their ARN. */
const ec2Types: readonly (readonly [string, string])[] = [
  ['instanceId', 'instance'],
  ['volumeId', 'volume'],
  ['vpcId', 'vpc'],
  ['subnetId', 'subnet'],
  ['groupId', 'security-group'],
  ['networkInterfaceId', 'network-interface'],
  ['routeTableId', 'route-table'],
  ['internetGatewayId', 'internet-gateway'],
  ['natGatewayId', 'natgateway'],
  ['networkAclId', 'network-acl'],
  ['vpcEndpointId', 'vpc-endpoint'],
  ['allocationId', 'elastic-ip'],
];

/** Only calls on things that exist and that are alone in their call: most others are decided on several resources. */
const ec2: Builder = ({ parameters }, { name, partition, region, account }) => {
  const arn = (type: string, id: string) => `arn:${partition}:ec2:${region}:${account}:${type}/${id}`;
  if (name === 'RunInstances') return { arns: [arn('instance', '*')], isComplete: false };
  if (!/^(?:Delete|Terminate|Stop|Start|Reboot|Modify|Release|AuthorizeSecurityGroup|RevokeSecurityGroup)/.test(name))
    return unknown;
  const instances = listIn(fieldsIn(parameters, 'instancesSet'), 'items').flatMap(
    (item) => textIn(item, 'instanceId') ?? [],
  );
  if (instances.length > 0) return complete(...instances.map((id) => arn('instance', id)));
  const found = ec2Types.flatMap(([parameter, type]) => {
    const id = textIn(parameters, parameter);
    return id === undefined ? [] : [arn(type, id)];
  });
  return found.length === 1 ? complete(...found) : unknown;
};

const queue: Builder = ({ parameters }, { partition, region, account }) => {
  const [, owner = '', name = ''] =
    /^https?:\/\/[^/]+\/(\d{12})\/([\w.-]+)$/.exec(textIn(parameters, 'queueUrl') ?? '') ?? [];
  const created = textIn(parameters, 'queueName');
  if (name !== '') return complete(`arn:${partition}:sqs:${region}:${owner}:${name}`);
  return made(created, (text) => `arn:${partition}:sqs:${region}:${account}:${text}`);
};

const key: Builder = ({ parameters }, { partition, region, account }) => {
  const id = textIn(parameters, 'keyId');
  // An alias is not the key that it leads to.
  if (id === undefined || /(?:^|:)alias\//.test(id)) return unknown;
  return made(id, (name) => `arn:${partition}:kms:${region}:${account}:key/${name}`);
};

const zone: Builder = ({ parameters }, { partition }) => {
  const id = (textIn(parameters, 'hostedZoneId') ?? textIn(parameters, 'id'))?.replace(/^\/hostedzone\//, '');
  return id === undefined || !id.startsWith('Z') ? undefined : complete(`arn:${partition}:route53:::hostedzone/${id}`);
};

const table: Builder = firstOf(({ parameters }, { partition, region, account }) => {
  const [name, index] = [textIn(parameters, 'tableName'), textIn(parameters, 'indexName')];
  if (name === undefined) return undefined;
  const arn = name.startsWith('arn:') ? name : `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  return complete(index === undefined ? arn : `${arn}/index/${index}`);
});

const builders: Readonly<Record<string, Builder>> = {
  cloudfront: ({ parameters }, { name, partition, account }) =>
    /Distribution$/.test(name)
      ? made(textIn(parameters, 'id'), (id) => `arn:${partition}:cloudfront::${account}:distribution/${id}`)
      : undefined,
  cloudtrail: firstOf(regional('cloudtrail', 'name', 'trail/'), regional('cloudtrail', 'trailName', 'trail/')),
  dynamodb: table,
  ec2,
  ecr: regional('ecr', 'repositoryName', 'repository/'),
  eks: ({ parameters }, { name, partition, region, account }) =>
    /Cluster/.test(name)
      ? made(textIn(parameters, 'name'), (cluster) => `arn:${partition}:eks:${region}:${account}:cluster/${cluster}`)
      : undefined,
  elasticloadbalancing: regional('elasticloadbalancing', 'loadBalancerName', 'loadbalancer/'),
  guardduty: regional('guardduty', 'detectorId', 'detector/'),
  iam,
  kms: key,
  lambda: regional('lambda', 'functionName', 'function:'),
  rds: firstOf(regional('rds', 'dBInstanceIdentifier', 'db:'), regional('rds', 'dBClusterIdentifier', 'cluster:')),
  route53: zone,
  s3,
  secretsmanager: ({ parameters }) => {
    const id = textIn(parameters, 'secretId');
    // Its ARN ends in six characters that its name does not have.
    return id?.startsWith('arn:') ? complete(id) : unknown;
  },
  ses: firstOf(regional('ses', 'emailIdentity', 'identity/'), regional('ses', 'identity', 'identity/')),
  sns: ({ parameters }, { name, partition, region, account }) =>
    name === 'CreateTopic'
      ? made(textIn(parameters, 'name'), (topic) => `arn:${partition}:sns:${region}:${account}:${topic}`)
      : undefined,
  sqs: queue,
  ssm: ({ parameters }, { name, partition, region, account }) =>
    /Parameter$/.test(name)
      ? made(
          textIn(parameters, 'name'),
          (text) => `arn:${partition}:ssm:${region}:${account}:parameter/${text.replace(/^\//, '')}`,
        )
      : undefined,
  sts: ({ parameters }) => made(textIn(parameters, 'roleArn'), (name) => name),
};

/** The one ARN of the service among the parameters; of several, IAM may have decided on any. */
function namedByArn(prefix: string, { parameters, whole }: CloudTrailRecord): Resources | undefined {
  const isOfService = (arn: string | undefined): arn is string =>
    arn?.split(':')[2] === prefix && arn.startsWith('arn:');
  const logged = listIn(whole, 'resources').flatMap((one) => textIn(one, 'ARN') ?? textIn(one, 'arn') ?? []);
  if (logged.length > 0 && logged.every(isOfService) && prefix !== 's3') return complete(...logged);
  // A policy that is attached to a role is named, but IAM decides on the role.
  if (prefix === 'iam' && Object.keys(parameters).some((name) => /^(?:role|user|group)Name$/.test(name)))
    return undefined;
  const found = Object.values(parameters).filter(
    (value): value is string => typeof value === 'string' && isOfService(value),
  );
  return found.length === 1 ? complete(...found) : undefined;
}

/** @param action like `s3:GetObject` */
export function resourcesOf(action: string, record: CloudTrailRecord, account: string): Resources {
  const [prefix = '', name = ''] = action.split(':');
  if (isOnNoResource(action)) return complete('*');
  const place = { name, partition: partitionOf(record.region).id, region: record.region, account };
  return namedByArn(prefix, record) ?? builders[prefix]?.(record, place) ?? unknown;
}
