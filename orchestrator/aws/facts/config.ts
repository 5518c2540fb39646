import {
  ConfigServiceClient,
  type ConfigurationRecorder,
  DescribeConfigurationRecorderStatusCommand,
  DescribeConfigurationRecordersCommand,
  DescribeDeliveryChannelStatusCommand,
  RecorderStatus,
} from '@aws-sdk/client-config-service';
import type { RecorderFacts } from '../../domain/health/facts';
import { calling } from '../failures';
import type { Session } from '../sessions';

/** A region has one recorder; those of other AWS services are listed only on request [bc:config:DescribeConfigurationRecorders]. */
export async function findRecorder(
  { clients }: Session,
  region: string,
): Promise<(ConfigurationRecorder & { readonly name: string }) | undefined> {
  const { ConfigurationRecorders: [recorder] = [] } = await calling(
    `config:DescribeConfigurationRecorders in ${region}`,
    () => clients.in(ConfigServiceClient, region).send(new DescribeConfigurationRecordersCommand({})),
  );
  return recorder && { ...recorder, name: recorder.name ?? '' };
}

export async function readRecorder(session: Session, region: string): Promise<RecorderFacts | undefined> {
  const recorder = await findRecorder(session, region);
  if (recorder === undefined) return undefined;
  const { name, recordingGroup, roleARN } = recorder;
  const { ConfigurationRecordersStatus: statuses = [] } = await calling(
    `config:DescribeConfigurationRecorderStatus in ${region}`,
    () => session.clients.in(ConfigServiceClient, region).send(new DescribeConfigurationRecorderStatusCommand({})),
  );
  const status = statuses.find((one) => one.name === name);
  return {
    name,
    recording: status?.recording ?? false,
    lastStatus: asModelled(status?.lastStatus ?? ''),
    allSupported: recordingGroup?.allSupported ?? false,
    globalTypes: recordingGroup?.includeGlobalResourceTypes ?? false,
    roleArn: roleARN ?? '',
  };
}

/** The status lists every channel, even one that has not delivered yet, so the channels are not listed separately [bc:config:DescribeDeliveryChannelStatus]. */
export async function readDeliveryChannel({ clients }: Session, region: string) {
  const { DeliveryChannelsStatus: [status] = [] } = await calling(
    `config:DescribeDeliveryChannelStatus in ${region}`,
    () => clients.in(ConfigServiceClient, region).send(new DescribeDeliveryChannelStatusCommand({})),
  );
  if (status === undefined) return undefined;
  // Only histories: they are delivered automatically, while the failure of a snapshot on demand stays until the next one.
  return { failing: status.configHistoryDeliveryInfo?.lastStatus?.toLowerCase() === 'failure' };
}

/** The service says `SUCCESS` where its model has `Success` [controls 000-08]. */
const asModelled = (status: string): string =>
  Object.values(RecorderStatus).find((known) => known.toLowerCase() === status.toLowerCase()) ?? status;
