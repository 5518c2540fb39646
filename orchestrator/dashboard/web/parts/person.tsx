/** A person in short; the whole identity, with the ARN, shows on hover and is in the rollout's page. */
import { type Actor, actorName, actorText } from '../../../domain/model/actor';
import { clean } from '../../../presentation/text';

export const Person = ({ actor }: { readonly actor: Actor }) => (
  <bdi title={clean(actorText(actor))}>{clean(actorName(actor))}</bdi>
);
