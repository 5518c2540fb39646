/** The dashboard as it ships, over a simulated organization in which a rollout waits for approval, with a browser. */
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
  /** The rollout of the plot. By default it waits for approval of wave staging. */
  readonly asking: RolloutId;
  readonly faults: readonly unknown[];
  /** Violations of the page's policy, and errors of its code. */
  readonly complaints: readonly string[];
  readonly browser: Browser;
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

export const manualApproval = (config: string): string =>
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

/** @param runs collects what the page starts, which continues after the response. */
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
    runner: { start: async (input) => later(() => walkAll([input])), resume: async (id) => later(() => resume(id)) },
    inTime,
    elapsedMs: () => performance.now(),
    onFault,
  });
}

export const readPage = () => readPageFiles(join(__dirname, '..', '..', 'dist', 'dashboard'));
