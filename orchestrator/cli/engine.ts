/** Where the rollouts of a command run: in the deployed state machine if there is one, unless the command line says otherwise. */
import type { Deployment } from '../aws/deployment';
import { errors, isStrongroomError, type StrongroomError } from '../domain/errors';
import type { Region } from '../domain/model/brand';
import type { Host } from './host';
import { type EngineChoice, stackDefault } from './options';

export interface Located {
  /** The deployment whose state machine runs the rollouts; undefined if this process does. */
  readonly deployment?: Deployment | undefined;
  /** AWS did not say whether there is one. Commands that only read use the records of this machine. */
  readonly refused?: StrongroomError | undefined;
}

export async function locateEngine(host: Host, engine: EngineChoice, home: Region): Promise<Located> {
  if (engine.kind === 'local') return {};
  const stack = engine.kind === 'stepfunctions' ? engine.stack : undefined;
  const named = stack === undefined ? namedIn(host) : undefined;
  if (named !== undefined) return { deployment: named };
  const place = { region: home, stack: stack ?? stackDefault };
  if (engine.kind === 'found')
    return host.findDeployment(place).then(
      (deployment) => ({ deployment }),
      (error: unknown) => {
        if (!isStrongroomError(error)) throw error;
        return { refused: errors.deploymentUnknown(place.stack, error) };
      },
    );
  const deployment = await host.findDeployment(place);
  if (deployment === undefined) throw errors.notDeployed(place.stack, home);
  return { deployment };
}

/** The environment can name all three, so that nothing is looked up. */
function namedIn(host: Host): Deployment | undefined {
  const [table, bucket] = [host.env('STRONGROOM_TABLE'), host.env('STRONGROOM_BUCKET')];
  const stateMachine = host.env('STRONGROOM_STATE_MACHINE');
  const isWhole = table !== undefined && bucket !== undefined && stateMachine !== undefined;
  return isWhole ? { table, bucket, stateMachine } : undefined;
}
