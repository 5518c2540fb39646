/** Facts out of the resources that record and watch: trails, Config, GuardDuty, Security Hub, analyzers, keys, snapshots. */
import type { Region } from '../domain/model/brand';
import { isObject, text } from './intrinsics';
import type { Made } from './resource-kinds';
import { keyArn, type Resource } from './template';

type Properties = Resource['properties'];
const textOr = (otherwise: string, value: Properties[string] | undefined): string =>
  value === undefined ? otherwise : text(value);
/** A Boolean is text where a parameter gives it. */
const flag = (value: Properties[string] | undefined, otherwise: boolean): boolean =>
  value === undefined ? otherwise : text(value) === 'true';

export const trail = ({ physicalId, properties }: Resource, region: Region): Made['trails'] => ({
  name: physicalId,
  homeRegion: region,
  multiRegion: flag(properties['IsMultiRegionTrail'], false),
  organizationTrail: flag(properties['IsOrganizationTrail'], false),
  logFileValidation: flag(properties['EnableLogFileValidation'], false),
  bucket: textOr('', properties['S3BucketName']),
  ...(properties['KMSKeyId'] !== undefined && { kmsKeyArn: text(properties['KMSKeyId']) }),
  logging: flag(properties['IsLogging'], false),
});

/** CloudFormation starts a recorder once there is a delivery channel [doc:AWSCloudFormation/aws-resource-config-configurationrecorder]. */
export function recorder({ physicalId, properties }: Resource, hasChannel: boolean): Made['recorders'] {
  const group = properties['RecordingGroup'];
  const recorded: Properties = isObject(group) ? group : {};
  return {
    name: physicalId,
    recording: hasChannel,
    lastStatus: hasChannel ? 'Success' : 'NotApplicable',
    allSupported: flag(recorded['AllSupported'], false),
    globalTypes: flag(recorded['IncludeGlobalResourceTypes'], false),
    roleArn: textOr('', properties['RoleARN']),
  };
}

export const channel = ({ properties }: Resource): Made['channels'] => ({
  bucket: textOr('', properties['S3BucketName']),
  failing: false,
});

export const detector = ({ physicalId, properties }: Resource): Made['detectors'] => ({
  id: physicalId,
  enabled: flag(properties['Enable'], false),
});

/** What a hub enables by default [bc:securityhub:EnableSecurityHub.EnableDefaultStandards]. */
export const defaultStandards = (region: Region): readonly string[] => [
  'arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0',
  `arn:aws:securityhub:${region}::standards/aws-foundational-security-best-practices/v/1.0.0`,
];

export const hub = ({ properties }: Resource, standards: readonly Resource[], region: Region): Made['hubs'] => ({
  standards: [
    ...(flag(properties['EnableDefaultStandards'], true) ? defaultStandards(region) : []),
    ...standards.map((standard) => textOr('', standard.properties['StandardsArn'])),
  ],
});

export const analyzer = ({ physicalId, properties }: Resource): Made['analyzers'] => ({
  name: physicalId,
  type: textOr('', properties['Type']),
  status: 'ACTIVE',
});

/** The key that an alias stands for, if the same stack makes it. */
export function keyUnder(alias: Resource, keys: readonly Resource[], region: Region): Made['keys'] {
  const target = textOr('', alias.properties['TargetKeyId']);
  const key = keys.find(({ physicalId }) => [physicalId, keyArn(region, physicalId)].includes(target));
  return {
    arn: key === undefined ? target : keyArn(region, key.physicalId),
    enabled: flag(key?.properties['Enabled'], true),
    rotates: flag(key?.properties['EnableKeyRotation'], false),
  };
}

export const snapshotBlock = ({ properties }: Resource): Made['snapshotBlocks'] => ({
  state: textOr('', properties['State']),
  managedBy: 'account',
});
