/** Names of what Strongroom creates in an account. Templates give them, and preflight and checks recognize them. */
/** All of them begin with it, so that a policy can tell them from others. */
export const resourcePrefix = 'strongroom-';
export const alertTopicName = 'strongroom-alerts';
export const trailName = 'strongroom-trail';
export const recorderName = 'strongroom-recorder';
export const deliveryChannelName = 'strongroom-delivery';
export const analyzerName = 'strongroom-external-access';
export const ebsKeyAlias = 'alias/strongroom-ebs';
export const alertKeyAlias = 'alias/strongroom-alerts';
/** A detector and a hub have no name: they carry this tag, with the module as its value. */
export const moduleTagKey = 'strongroom:module';
/** The output of our stack that names its detector, so that a visit need not search for it. */
export const detectorIdOutput = 'DetectorId';
/** Name prefix of everything that a probe creates; policies allow nothing else. */
export const probePrefix = 'strongroom-probe-';
/** Name prefix of everything that a rehearsal creates; its guard and its session policy allow nothing else. */
export const rehearsalPrefix = 'strongroom-rehearsal-';
