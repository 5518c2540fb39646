/** What happens to accounts while rollouts run, and the events about it: best effort, so once, twice, late, or never. */

import { isStrongroomError } from '../../orchestrator/domain/errors';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { onAccountEvent } from '../../orchestrator/events/on-account-event';
import { accountEvent, type SimulatedAccountChange } from '../../orchestrator/simulated/account-event';
import { type Becoming, type Fault, start, stormMinutes, type Told } from './faults';
import { functionPorts } from './machine';
import { inOwnMachine } from './people';
import type { Run } from './run-state';
import { ouPaths } from './scenario';
import { protect } from './third-parties';

const minuteMs = 60_000;
/** Organizations creates an account in the root, and its requester then moves it. */
const movedAfterMinutes = 1;

export function create(
  run: Run,
  { at, ou, told }: Extract<Fault, { readonly kind: 'created' }>,
  name = `new-${Math.round(at * 10)}`,
): void {
  const { clock, organization } = run.world;
  const { id } = organization.addAccount(name, '', clock.nowMs());
  protect(run.world, run.scenario, id);
  tell(run, 'created', id, told);
  tell(run, 'joined', id, told);
  clock.at(clock.nowMs() + movedAfterMinutes * minuteMs, () => {
    organization.move(id, ouPaths[ou] ?? '');
    tell(run, 'moved', id, told);
  });
}

export function become(run: Run, id: AccountId, becomes: Becoming, told: Told): void {
  const { organization } = run.world;
  if (becomes === 'moved' || becomes === 'movedOut') {
    const isInOne = organization.accounts.get(id)?.ou?.path === 'One';
    organization.move(id, becomes === 'movedOut' ? 'Excluded' : isInOne ? 'Two' : 'One');
    tell(run, 'moved', id, told);
  } else {
    organization.setState(id, becomes);
    if (becomes === 'CLOSED') tell(run, 'closed', id, told);
  }
}

/** Nothing, if an event is lost. */
const deliveriesMinutes: Readonly<Record<Told['how'], (minutes: number) => readonly number[]>> = {
  once: () => [0],
  twice: (minutes) => [0, minutes],
  late: (minutes) => [minutes],
  never: () => [],
};

function tell(run: Run, change: SimulatedAccountChange, id: AccountId, { how, minutes }: Told): void {
  const { clock } = run.world;
  const event = accountEvent(change, id, `${change}-${id}-${clock.nowMs()}`);
  // Nothing arrives after the storm, so that the calm knows what to expect.
  const lastMs = start.getTime() + stormMinutes * minuteMs;
  for (const later of deliveriesMinutes[how](minutes)) {
    const atMs = Math.max(clock.nowMs(), Math.min(clock.nowMs() + later * minuteMs, lastMs));
    clock.at(atMs, () => void deliver(run, `event ${change} ${id}`, event));
  }
}

/** Lambda tries an event twice more [doc:lambda/invocation-async-error-handling]. */
const triesMax = 3;

async function deliver(run: Run, what: string, event: unknown): Promise<void> {
  const ports = functionPorts(run, what);
  for (let tries = 1; tries <= triesMax; tries++) {
    try {
      const followed = await onAccountEvent(ports)(event);
      run.say(`${what}: ${followed.kind}`);
      if (followed.kind !== 'start') return;
      const { input } = followed;
      inOwnMachine(run, input.rolloutId, ({ engine }) => engine.start(input.rolloutId, input));
      return;
    } catch (error) {
      if (!isStrongroomError(error) || error.code === 'Internal')
        run.breaks('nothing unforeseen is thrown', `${what}: ${error instanceof Error ? error.stack : String(error)}`);
      await run.world.clock.sleepUntil(new Date(run.world.clock.nowMs() + minuteMs));
    }
  }
}
