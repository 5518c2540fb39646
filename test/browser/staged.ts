/** The dashboard as it is shipped, over a simulated organization in which a rollout waits for an approval; and a browser in front of it. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Api, createApi } from '../../orchestrator/dashboard/api/router';
import { readPageFiles } from '../../orchestrator/dashboard/page-files';
import { serveDashboard } from '../../orchestrator/dashboard/serve';
import type { RolloutId } from '../../orchestrator/domain/model/brand';
import { listAccounts } from '../../orchestrator/records/accounts';
import { baseline, createRig, type Rig } from '../rig';
import { writeCrowd } from './crowd';

export const chromiumPath = '/usr/bin/chromium';

export interface Stage {
  readonly rig: Rig;
  /** The rollout that the stage was set for; if nothing else was said, it waits for the approval of wave staging. */
  readonly asking: RolloutId;
  readonly faults: readonly unknown[];
  /** What the page's policy or its own code complained of. */
  readonly complaints: readonly string[];
  readonly browser: Browser;
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
  const { config, play } = plot;
  const rig = await createRig({ accounts: 40, ...(config && { config }) });
  const asking = await play(rig);
  const models = (await listAccounts(rig.ports)).map(({ value }) => value);
  await writeCrowd(rig.ports, models, crowd);

  const faults: unknown[] = [];
  const runs: Promise<unknown>[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const api = await apiOver(rig, runs, onFault);
  const dashboard = await serveDashboard({ api, files: await readPage(), port: 0, who: { name: 'jo', role }, onFault });
  const { browser, page, complaints } = await openBrowser();
  await page.goto(dashboard.url);
  return {
    rig,
    asking,
    faults,
    complaints,
    browser,
    page,
    origin: new URL(dashboard.url).origin,
    settled: async () => void (await Promise.all(runs)),
    close: async () => {
      await browser.close();
      await dashboard.close();
      await Promise.all(runs);
    },
  };
}

export async function openBrowser(): Promise<Pick<Stage, 'browser' | 'page' | 'complaints'>> {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { browser, page, complaints };
}

/** @param walks what the page set going, which goes on after it has been told that its answer is written. */
export async function apiOver(
  { ports, desiredState, inTime, resume, walkAll }: Rig,
  runs: Promise<unknown>[],
  onFault: (fault: unknown) => void,
): Promise<Api> {
  const later = (run: () => Promise<unknown>): void => {
    runs.push(new Promise((resolve) => setImmediate(resolve)).then(run));
  };
  const desired = { desiredState, baseline: await baseline() };
  return createApi({
    ports,
    desired: async () => desired,
    running: { start: async (input) => later(() => walkAll([input])), goOn: async (id) => later(() => resume(id)) },
    inTime,
    elapsedMs: () => performance.now(),
    onFault,
  });
}

export const readPage = () => readPageFiles(join(__dirname, '..', '..', 'dist', 'dashboard'));
