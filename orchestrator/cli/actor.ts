/** Who acts at the command line. Against AWS it is the caller that STS confirms, and STRONGROOM_USER is only a note beside it. */
import type { Actor, CallerIdentity } from '../domain/model/actor';
import { chosenName } from '../presentation/text';
import type { Host } from './host';

const noteCharactersMax = 64;

export const callerActor = (host: Pick<Host, 'env'>, caller: CallerIdentity): Actor => {
  const note = typedName(host);
  return { kind: 'aws', ...caller, ...(note !== undefined && { note }) };
};

export const simulatedActor = (host: Pick<Host, 'env' | 'login'>): Actor => ({
  kind: 'simulated',
  name: typedName(host) ?? host.login(),
});

/** For a folder that is repaired without AWS: only this machine can say who does it. */
export function localUser(host: Pick<Host, 'env' | 'login'>): string {
  const note = typedName(host);
  return `local user ${host.login()}${note === undefined ? '' : ` (noted as ${JSON.stringify(note)})`}`;
}

const typedName = ({ env }: Pick<Host, 'env'>): string | undefined =>
  chosenName(env('STRONGROOM_USER') ?? '', noteCharactersMax);
