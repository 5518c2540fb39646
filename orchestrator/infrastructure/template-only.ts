/**
 * For a stack that has only a template, which travels in the request: its account needs no `cdk bootstrap`, and the person who
 * deploys uses their own credentials. CDK's own synthesizer of this kind still names the roles of the bootstrap.
 */
import {
  type DockerImageAssetLocation,
  type FileAssetLocation,
  type ISynthesisSession,
  StackSynthesizer,
} from 'aws-cdk-lib';
import { errors } from '../domain/errors';

export class TemplateOnlySynthesizer extends StackSynthesizer {
  addFileAsset(): FileAssetLocation {
    throw errors.internal('a stack without assets has got a file');
  }

  addDockerImageAsset(): DockerImageAssetLocation {
    throw errors.internal('a stack without assets has got an image');
  }

  synthesize(session: ISynthesisSession): void {
    this.synthesizeTemplate(session);
    this.emitArtifact(session);
  }
}
