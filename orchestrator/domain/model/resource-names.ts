/** Names of what Strongroom creates in an account. Templates give them, and preflight and checks recognize them. */
/** All of them begin with it, so that a policy can tell them from others. */
export const resourcePrefix = 'strongroom-';
/** The event bus in the security account, and the topic, queue and function behind it. */
export const alertsName = 'strongroom-alerts';
/** Where the rules of all accounts forward to: the bus in the home region of the security account. */
export const alertBusArn = (owner: { readonly partition: string; readonly account: string }, home: string): string =>
  `arn:${owner.partition}:events:${home}:${owner.account}:event-bus/${alertsName}`;
/** The bucket in the security account: the list of accounts that messages name, and which samples were published. */
export const alertBucketName = (account: string, region: string): string => `${alertsName}-${account}-${region}`;
export const alertAccountsKey = 'accounts.json';
export const publishedSamples = 'samples/';
export const publishedSampleKey = (finding: string): string => `${publishedSamples}${finding}`;
/** @param busArn like `arn:aws:events:eu-west-1:111122223333:event-bus/strongroom-alerts`. */
export function alertRecordsOf(busArn: string): { readonly bucket: string; readonly region: string } {
  const [, , , region = '', account = ''] = busArn.split(':');
  return { bucket: alertBucketName(account, region), region };
}
/** The topic beside the bus. */
export function alertTopicOf(busArn: string): { readonly arn: string; readonly region: string } {
  const [, partition, , region = '', account] = busArn.split(':');
  return { arn: `arn:${partition}:sns:${region}:${account}:${alertsName}`, region };
}
export const trailName = 'strongroom-trail';
export const recorderName = 'strongroom-recorder';
export const deliveryChannelName = 'strongroom-delivery';
export const analyzerName = 'strongroom-external-access';
export const ebsKeyAlias = 'alias/strongroom-ebs';
export const alertKeyAlias = `alias/${alertsName}`;
/** A detector and a hub have no name: they carry this tag, with the module as its value. */
export const moduleTagKey = 'strongroom:module';
/** The output of our stack that names its detector, so that a visit need not search for it. */
export const detectorIdOutput = 'DetectorId';
/** Name prefix of everything that a rehearsal creates; its guard and its session policy allow nothing else. */
export const rehearsalPrefix = 'strongroom-rehearsal-';
