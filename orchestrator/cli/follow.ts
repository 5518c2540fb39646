/** Follows a rollout that runs in this process: after each transition it prints new events and redraws the progress block. */

import type { RolloutId } from '../domain/model/brand';
import type { RolloutEvent } from '../domain/model/event';
import type { Release } from '../domain/model/release';
import type { Ports } from '../ports/ports';
import { colourfulLine, plainLine } from '../presentation/event';
import { createPaint } from '../presentation/paint';
import { cleaned, json } from '../presentation/text';
import { loadRelease } from '../records/documents';
import { readEvents } from '../records/rollout-events';
import { readRollout } from '../records/rollouts';
import { readStage } from '../records/stages';
import { msLeft, noPace, type Pace, paced } from './estimate';
import type { Host } from './host';
import { liveBlock } from './render/live';
import { createScreen } from './screen';

export interface Follower {
  /** Starts with event number `from`. */
  readonly watch: (ports: FollowPorts, id: RolloutId, from: number) => void;
  /** Looks for changes. */
  readonly glance: () => void;
  /** Prints the remaining events and clears the block. */
  readonly settle: () => Promise<void>;
  readonly rollout: () => RolloutId | undefined;
}

export interface FollowOptions {
  readonly json: boolean;
  /** Events that are details and are not printed. */
  readonly isDetail?: (event: RolloutEvent) => boolean;
  /** How long each screen stays, if the world runs faster than a person can follow. */
  readonly pauseMs?: number;
}

type FollowPorts = Pick<Ports, 'store' | 'artifacts' | 'clock'>;

/** How many consecutive account lines are printed; the summary lists all. */
const accountLinesMax = 10;
const perAccount: ReadonlySet<RolloutEvent['type']> = new Set([
  'adopted',
  'accountLeftOut',
  'accountFailed',
  'checkFailed',
]);

export function createFollower(host: Host, { json: asJson, isDetail, pauseMs }: FollowOptions): Follower {
  const { io } = host;
  const screen = createScreen(io);
  const paint = createPaint(io.colour);
  const isLive = io.isTerminal && !asJson;
  let watched: { readonly ports: FollowPorts; readonly id: RolloutId } | undefined;
  let told = 0;
  let pace: Pace = noPace;
  let release: Release | undefined;
  let inRow = 0;
  let looking: Promise<void> | undefined;
  let isStale = false;

  const lineOf = (event: RolloutEvent): string =>
    io.isTerminal ? colourfulLine(cleaned(event), paint) : plainLine(cleaned(event));
  const tellPerson = (event: RolloutEvent): void => {
    inRow = perAccount.has(event.type) ? inRow + 1 : 0;
    if (inRow <= accountLinesMax) screen.line(lineOf(event));
    else if (inRow === accountLinesMax + 1) screen.line('         … and more; the summary lists all');
  };
  const tell = (event: RolloutEvent): void => {
    pace = paced(pace, event);
    if (asJson) io.out(json(event));
    else if (isDetail?.(event) !== true) tellPerson(event);
  };
  const draw = async (ports: FollowPorts, id: RolloutId): Promise<void> => {
    const { value: record } = await readRollout(ports, id);
    release ??= await loadRelease(ports, record.release);
    const wave = record.waves[record.wave];
    const stage = wave && (await readStage(ports, id, wave.name, wave.attempt, wave.stage));
    const now = ports.clock.now();
    const leftMs = msLeft(record, release, pace, now);
    screen.block(liveBlock({ record: cleaned(record), stage: stage?.value, leftMs, now }, paint));
    if (pauseMs !== undefined) host.pause(pauseMs);
  };
  const look = async (): Promise<void> => {
    if (watched === undefined) return;
    const { ports, id } = watched;
    const events = await readEvents(ports, id, told - 1);
    told += events.length;
    events.forEach(tell);
    if (isLive) await draw(ports, id);
  };
  const lookUntilFresh = async (): Promise<void> => {
    while (isStale) {
      isStale = false;
      // A failed read is repeated at the next glance; only the last one must succeed.
      await look().catch(() => undefined);
    }
    looking = undefined;
  };

  return {
    watch: (ports, id, from) => {
      watched = { ports, id };
      told = from;
    },
    glance: () => {
      isStale = true;
      looking ??= lookUntilFresh();
    },
    settle: async () => {
      await looking;
      await look();
      screen.block([]);
    },
    rollout: () => watched?.id,
  };
}
