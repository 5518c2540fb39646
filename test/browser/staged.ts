/** The dashboard as it ships, over a simulated organization in which a rollout waits for approval, with a browser. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Api, createApi } from '../../orchestrator/dashboard/api/router';
import { readPageFiles } from '../../orchestrator/dashboard/page-files';
import { serveDashboard } from '../../orchestrator/dashboard/serve';
import type { RolloutId } from '../../orchestrator/domain/model/brand';
import { listAccounts } from '../../orchestrator/records/accounts';
import { person } from '../actors';
import { baseline, createRig, type Rig } from '../rig';
import { writeCrowd } from './crowd';

const chromiumPath = '/usr/bin/chromium';
/** What a page does not show within this time it never will, even on a slow machine. */
const waitMsMax = 120_000;

export interface Stage {
  readonly rig: Rig;
  /** The rollout of the plot. By default it waits for approval of wave staging. */
  readonly asking: RolloutId;
  readonly faults: readonly unknown[];
  /** Violations of the page's policy, and errors of its code. */
  readonly complaints: readonly string[];
  /** Signed in, at the overview. */
  readonly page: Page;
  readonly origin: string;
  /** Resolves once everything that the page started has ended or waits again. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Setting {
  /** Accounts in addition to those of the rollout. */
  readonly crowd?: number;
  readonly role?: 'viewer' | 'operator';
  readonly plot?: Plot;
}
/** Leads to the rollout that the test looks at. */
export interface Plot {
  readonly config?: (text: string) => string;
  readonly play: (rig: Rig) => Promise<RolloutId>;
}

const manualApproval = (config: string): string =>
  config.replace('ous: [Workloads/Staging], ', 'ous: [Workloads/Staging], approval: manual, ');

export const requiresApproval: Plot = {
  config: manualApproval,
  play: async (rig) => (await rig.rollOut({ reason: 'the monthly release' })).id,
};

export async function openStage({
  crowd = 0,
  role = 'operator',
  plot = requiresApproval,
}: Setting = {}): Promise<Stage> {
  const played = await playedOut(plot);
  const { rig, api, onFault } = played;
  const models = (await listAccounts(rig.ports)).map(({ value }) => value);
  await writeCrowd(rig.ports, models, crowd);
  const dashboard = await serveDashboard({
    api,
    files: await readPage(),
    port: 0,
    who: { role, actor: async () => person('jo') },
    onFault,
  });
  const stage = await stageOf(played, new URL(dashboard.url).origin, dashboard.close);
  await stage.page.goto(dashboard.url);
  return stage;
}

interface Played extends Pick<Stage, 'rig' | 'asking' | 'faults'> {
  readonly api: Api;
  readonly onFault: (fault: unknown) => void;
  /** What the page has started, which continues after the response. */
  readonly runs: readonly Promise<unknown>[];
}

/** Plays the plot over a simulated organization, and puts the dashboard's API on top. */
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
    runner: { start: async (input) => later(() => walkAll([input])), resume: async (id) => later(() => resume(id)) },
    inTime,
    elapsedMs: () => performance.now(),
    onFault,
  });
  return { rig, asking, faults, api, onFault, runs };
}

/** @param close closes the server at this origin. */
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
/** One browser shows all stages of a suite. Each stage has a session of its own. */
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
