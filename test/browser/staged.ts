/** The dashboard as it is shipped, over a simulated organization in which a rollout waits for an approval; and a browser in front of it. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Api, createApi } from '../../orchestrator/dashboard/api/router';
import { readPageFiles } from '../../orchestrator/dashboard/page-files';
import { serveDashboard } from '../../orchestrator/dashboard/serve';
import type { RolloutId } from '../../orchestrator/domain/model/brand';
import { listAccounts } from '../../orchestrator/records/records';
import { baseline, createRig, type Rig } from '../rig';
import { writeCrowd } from './crowd';

const chromiumPath = '/usr/bin/chromium';
/** What a page does not show after this it never will, however slow the machine is. */
const waitMsMax = 120_000;

export interface Stage {
  readonly rig: Rig;
  /** The rollout that the stage was set for; if nothing else was said, it waits for the approval of wave staging. */
  readonly asking: RolloutId;
  readonly faults: readonly unknown[];
  /** What the page's policy or its own code complained of. */
  readonly complaints: readonly string[];
  /** Signed in, at the overview. */
  readonly page: Page;
  readonly origin: string;
  /** What the page has set going has come to its end, or waits again. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Setting {
  /** Accounts besides those of the rollout. */
  readonly crowd?: number;
  readonly role?: 'viewer' | 'operator';
  readonly plot?: Plot;
}
/** How it comes to the rollout that is looked at. */
export interface Plot {
  readonly config?: (text: string) => string;
  readonly play: (rig: Rig) => Promise<RolloutId>;
}

export const manualApproval = (config: string): string =>
  config.replace('ous: [Workloads/Staging], ', 'ous: [Workloads/Staging], approval: manual, ');

export const wantsApproval: Plot = {
  config: manualApproval,
  play: async (rig) => (await rig.rollOut({ reason: 'the monthly release' })).id,
};

export async function openStage({ crowd = 0, role = 'operator', plot = wantsApproval }: Setting = {}): Promise<Stage> {
  const played = await playedOut(plot);
  const { rig, api, onFault } = played;
  const models = (await listAccounts(rig.ports)).map(({ value }) => value);
  await writeCrowd(rig.ports, models, crowd);
  const dashboard = await serveDashboard({ api, files: await readPage(), port: 0, who: { name: 'jo', role }, onFault });
  const stage = await stageOf(played, new URL(dashboard.url).origin, dashboard.close);
  await stage.page.goto(dashboard.url);
  return stage;
}

interface Played extends Pick<Stage, 'rig' | 'asking' | 'faults'> {
  readonly api: Api;
  readonly onFault: (fault: unknown) => void;
  /** What the page has set going, which goes on after the page is told that its answer is written. */
  readonly runs: readonly Promise<unknown>[];
}

/** An organization in which the plot has come to its rollout, and the API that a dashboard shows it by. */
export async function playedOut({ config, play }: Plot): Promise<Played> {
  const rig = await createRig({ accounts: 40, ...(config && { config }) });
  const asking = await play(rig);
  const faults: unknown[] = [];
  const runs: Promise<unknown>[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const later = (run: () => Promise<unknown>): void => {
    runs.push(new Promise((resolve) => setImmediate(resolve)).then(run));
  };
  const { ports, inTime, resume, walkAll } = rig;
  const desired = { desiredState: rig.desiredState, baseline: await baseline() };
  const api = createApi({
    ports,
    desired: async () => desired,
    running: { start: async (input) => later(() => walkAll([input])), goOn: async (id) => later(() => resume(id)) },
    inTime,
    elapsedMs: () => performance.now(),
    onFault,
  });
  return { rig, asking, faults, api, onFault, runs };
}

/** @param close of the server at this origin. */
export async function stageOf(
  { rig, asking, faults, runs }: Played,
  origin: string,
  close: () => unknown,
): Promise<Stage> {
  const { context, page, complaints } = await openPage();
  return {
    rig,
    asking,
    faults,
    complaints,
    page,
    origin,
    settled: async () => void (await Promise.all(runs)),
    close: async () => {
      await context.close();
      await close();
      await Promise.all(runs);
    },
  };
}

let launched: Promise<Browser> | undefined;
/** One browser shows all stages of a suite; each has a session of its own. */
const browser = (): Promise<Browser> => {
  launched ??= chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  return launched;
};
/** For `afterAll` of each suite. */
export async function closeBrowser(): Promise<void> {
  await (await launched)?.close();
}

async function openPage() {
  const context = await (await browser()).newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(waitMsMax);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { context, page, complaints };
}

export const readPage = () => readPageFiles(join(__dirname, '..', '..', 'dist', 'dashboard'));
