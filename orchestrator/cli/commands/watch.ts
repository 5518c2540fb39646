/** `strongroom watch`: follows a rollout that somebody else walks. It reads only, so the rollout neither knows nor minds. */

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
    // Who mistyped the id is told before anything is drawn.
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
