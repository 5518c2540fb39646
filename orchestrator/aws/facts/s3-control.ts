import { GetPublicAccessBlockCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import type { PublicAccessBlock } from '../../domain/model/settings';
import type { ClientConfiguration } from '../clients';
import { finding } from '../failures';
import type { Session } from '../sessions';

/**
 * S3 Control puts the account id before the host name of every endpoint, and `disableHostPrefix` does not turn that
 * off, since the endpoint rules do it. AWS resolves such names; `123456789012.localhost` of an emulator does not resolve. So an
 * endpoint that was set by hand (AWS_ENDPOINT_URL) is taken as it is; without one nothing changes.
 */
export class S3ControlHere extends S3ControlClient {
  constructor(configuration: ClientConfiguration) {
    super(configuration);
    const rules = this.config.endpointProvider;
    this.config.endpointProvider = (parameters, context) => {
      const endpoint = rules(parameters, context);
      return parameters.Endpoint === undefined ? endpoint : { ...endpoint, url: new URL(String(parameters.Endpoint)) };
    };
  }
}

/** The effective configuration, so one that an organization policy holds is seen too [bc:s3control:GetPublicAccessBlock]. */
export async function readPublicAccessBlock({
  account,
  clients,
  home,
}: Session): Promise<PublicAccessBlock | undefined> {
  const found = await finding('s3:GetAccountPublicAccessBlock', ['NoSuchPublicAccessBlockConfiguration'], () =>
    clients.in(S3ControlHere, home).send(new GetPublicAccessBlockCommand({ AccountId: account })),
  );
  const block = found?.PublicAccessBlockConfiguration;
  return (
    block && {
      blockPublicAcls: block.BlockPublicAcls ?? false,
      ignorePublicAcls: block.IgnorePublicAcls ?? false,
      blockPublicPolicy: block.BlockPublicPolicy ?? false,
      restrictPublicBuckets: block.RestrictPublicBuckets ?? false,
    }
  );
}
