/** Kills the program at a moment that a seed decides, resumes it, and tells what came of it. */
import { once } from 'node:events';
import { listRollouts } from '../../orchestrator/records/rollouts';
import { createRandom } from '../../orchestrator/simulated/random';
import type { CommandLine } from './command-line';
import type { Call, Intercept } from './gateway';
import { fillGaps } from './moto-gaps';
import { leftOut } from './organization';
import { inFolder, type Remains, remainsOf } from './remains';
import type { FirstInstance } from './seed';

/** Two waves of two accounts each: all that a rollout does, in little. */
export const fourAccounts: FirstInstance = {
  root: { ous: { Sandbox: { accounts: ['sandbox-1', 'sandbox-2'] }, Dev: { accounts: ['dev-1', 'dev-2'] } } },
};
export const killedWaves = ['name: sandbox, ous: [Sandbox]', 'name: dev, ous: [Dev]'];

/** At the call of this number: before AWS has heard it, or after it has answered and before the program hears that. */
export interface Moment {
  readonly call: number;
  readonly isAnswered: boolean;
  /** So long after it, in which the program writes to its store. */
  readonly thenMs: number;
}

const thenMsMax = 40;

/** @param calls of an undisturbed run. */
export function momentOf(seed: number, calls: number): Moment {
  const random = createRandom(seed);
  return {
    call: 1 + Math.floor(random.of('call') * calls),
    isAnswered: random.of('answered') < 0.5,
    // Half of the kills come at once: what is under way at that call is cut off.
    thenMs: random.of('at once') < 0.5 ? 0 : Math.floor(random.of('then') * thenMsMax),
  };
}

export interface Killer {
  /** Runs a rollout to its end; given a moment, kills it then and resumes what there is to resume. */
  readonly through: (
    moment?: Moment,
  ) => Promise<{ readonly remains: Remains; readonly calls: number; readonly wasKilled: boolean }>;
}

export function createKiller(line: CommandLine): Killer {
  let heard = 0;
  let moment: Moment | undefined;
  let kill = (): void => {};
  const whole = fillGaps(leftOut);
  const strike = (): void => {
    const thenMs = moment?.thenMs ?? 0;
    moment = undefined;
    if (thenMs === 0) kill();
    else setTimeout(kill, thenMs);
  };
  const counting: Intercept = async (call: Call, onward) => {
    heard++;
    if (moment === undefined || heard !== moment.call) return whole(call, onward);
    if (!moment.isAnswered) {
      strike();
      return whole(call, onward);
    }
    const answer = (await whole(call, onward)) ?? (await onward());
    strike();
    return answer;
  };

  return {
    through: async (wanted) => {
      const seeded = await line.anOrganization(fourAccounts, killedWaves, counting);
      heard = 0;
      moment = wanted;
      const wasKilled = await runUntilKilled(line, (stop) => {
        kill = stop;
      });
      const calls = heard;
      moment = undefined;
      if (wasKilled) await goOn(line);
      return { remains: await remainsOf(line, seeded, inFolder(line)), calls, wasKilled };
    },
  };
}

async function runUntilKilled(line: CommandLine, arm: (kill: () => void) => void): Promise<boolean> {
  const child = line.spawn('rollout', '--yes', '--json');
  arm(() => void child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  return signal === 'SIGKILL';
}

/** A rollout that was not even recorded is started again; any other goes on where it stood. */
async function goOn(line: CommandLine): Promise<void> {
  const [known] = await inFolder(line)(listRollouts);
  const { status, err } =
    known === undefined ? await line.run('rollout', '--yes', '--json') : await line.run('resume', known.id, '--json');
  if (status !== 0) throw new Error(`it could not be resumed, status ${status}: ${err}`);
}
