/** The dashboard as it is shipped, over a simulated organization in which a rollout waits for an approval; and a browser in front of it. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Api, createApi } from '../../orchestrator/dashboard/api/router';
import { readPageFiles } from '../../orchestrator/dashboard/page-files';
import { serveDashboard } from '../../orchestrator/dashboard/serve';
import type { RolloutId } from '../../orchestrator/domain/brand';
import { listAccounts } from '../../orchestrator/records';
import { baseline, createRig, type Rig } from '../handlers/rig';
import { writeCrowd } from './crowd';

export const chromiumPath = '/usr/bin/chromium';

export interface Stage {
  readonly rig: Rig;
  /** The rollout that waits for the approval of wave staging. */
  readonly asking: RolloutId;
  readonly faults: readonly unknown[];
  /** What the page's policy or its own code complained of. */
  readonly complaints: readonly string[];
  readonly browser: Browser;
  /** Signed in, at the overview. */
  readonly page: Page;
  readonly origin: string;
  readonly close: () => Promise<void>;
}

export const manualApproval = (config: string): string =>
  config.replace('ous: [Workloads/Staging], ', 'ous: [Workloads/Staging], approval: manual, ');

/** @param crowd accounts besides those of the rollout. */
export async function openStage(crowd: number, role: 'viewer' | 'operator' = 'operator'): Promise<Stage> {
  const rig = await createRig({ accounts: 40, config: manualApproval });
  const { id: asking } = await rig.rollOut({ reason: 'the monthly release' });
  const models = (await listAccounts(rig.ports)).map(({ value }) => value);
  await writeCrowd(rig.ports, models, crowd);

  const faults: unknown[] = [];
  const walks: Promise<unknown>[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const api = await apiOver(rig, walks, onFault);
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
    close: async () => {
      await browser.close();
      await dashboard.close();
      await Promise.all(walks);
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
  { ports, intent, inTime, resume }: Rig,
  walks: Promise<unknown>[],
  onFault: (fault: unknown) => void,
): Promise<Api> {
  const goOn = async (id: RolloutId): Promise<void> => {
    walks.push(new Promise((resolve) => setImmediate(resolve)).then(() => resume(id)));
  };
  const wish = { intent, baseline: await baseline() };
  return createApi({
    ports,
    wish: async () => wish,
    walking: { start: async () => undefined, goOn },
    inTime,
    elapsedMs: () => performance.now(),
    onFault,
  });
}

export const readPage = () => readPageFiles(join(__dirname, '..', '..', 'dist', 'dashboard'));
