/** Measures the dashboard's page over 10,000 accounts in a real browser: `tsx bench/page.ts`, after `npm run build`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { openStage } from '../test/browser/staged';

const crowd = 10_000;
const repeats = 9;

async function main(): Promise<void> {
  const stage = await openStage({ crowd: crowd });
  const { page, origin } = stage;
  await page.getByRole('heading', { name: 'Accounts by readiness' }).waitFor();
  const paints: number[] = [];
  for (let round = 0; round < repeats; round += 1) paints.push(await usefulPaintMs(page, origin));
  await page.goto(`${origin}/#/accounts`);
  await page.getByRole('heading', { name: /Accounts/ }).waitFor();
  const sorts: number[] = [];
  const filters: number[] = [];
  for (let round = 0; round < repeats; round += 1) {
    sorts.push(await changeMs(page, `#/accounts?sort=name&descending=${round % 2 === 0}`));
    filters.push(await changeMs(page, `#/accounts?state=${round % 2 === 0 ? 'UNKNOWN' : 'DRIFTED'}`));
  }
  say('first useful paint of the overview, ms', median(paints), 1_500);
  say('sort to rows on the screen, ms', median(sorts), 100);
  say('filter to rows on the screen, ms', median(filters), 100);
  say('board, compressed KB', await boardKb(page), 300);
  say('JavaScript, gzipped KB', await builtKb('.js'), 500);
  say('CSS, gzipped KB', await builtKb('.css'), 500);
  await stage.close();
}

const say = (what: string, value: number, limit: number): void =>
  console.log(`${what.padEnd(44)} ${value.toFixed(0).padStart(6)}  of ${limit}${value > limit ? '  OVER' : ''}`);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** From the navigation until the counts of all accounts are on the screen. */
async function usefulPaintMs(page: Page, origin: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(`${origin}/#/overview`, { waitUntil: 'commit' });
  await page.waitForSelector('.states li');
  return page.evaluate<number>('new Promise((done) => requestAnimationFrame(() => done(performance.now())))');
}

/** From the change of the address until the table has other rows, measured in the page. */
const changeMs = (page: Page, hash: string): Promise<number> =>
  page.evaluate<number>(`new Promise((done) => {
    const body = document.querySelector('table tbody');
    const started = performance.now();
    const observer = new MutationObserver(() => {
      observer.disconnect();
      requestAnimationFrame(() => done(performance.now() - started));
    });
    observer.observe(body, { childList: true, subtree: true, characterData: true });
    location.hash = ${JSON.stringify(hash)};
  })`);

const boardKb = (page: Page): Promise<number> =>
  page.evaluate<number>(`fetch('/api/v1/board').then(async (response) => {
    await response.arrayBuffer();
    const entries = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/board'));
    return Math.max(...entries.map(({ encodedBodySize }) => encodedBodySize)) / 1024;
  })`);

async function builtKb(ending: string): Promise<number> {
  const folder = join(__dirname, '..', 'dist', 'dashboard', 'assets');
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending));
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(folder, name))).length));
  return sizes.reduce((total, size) => total + size, 0) / 1024;
}

void main();
