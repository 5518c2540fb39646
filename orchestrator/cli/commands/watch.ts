/** `strongroom watch`: follows a rollout that runs elsewhere. It only reads, so the rollout is not affected. */

import { readRollout } from '../../records/rollouts';
import { followRollout } from '../../runtime/step-functions';
import type { ExitStatus } from '../exit-status';
import type { Host } from '../host';
import { type CommonOptions, rolloutId } from '../options';
import { run } from '../run';
import { openSession } from '../session';

export async function watch(host: Host, common: CommonOptions, text: string): Promise<ExitStatus> {
  const id = rolloutId(text);
  const session = await openSession(host, common);
  try {
    // An unknown id is an error before anything is drawn.
    await session.run(() => readRollout(session.ports, id));
    return await run(host, session, {
      common,
      isWatched: true,
      begin: async ({ ports }, follower) => {
        follower.watch(ports, id, 0);
        return followRollout(ports, id, { onLook: follower.glance });
      },
    });
  } finally {
    await session.close();
  }
}
