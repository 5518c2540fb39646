/** `strongroom dashboard` and the end of `npm start`: a page over the organization until the person interrupts. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../orchestrator/cli/host';
import { createSimulatedWorld } from '../../orchestrator/simulated/world';
import { person } from '../actors';
import { rig } from './rig';

const folder = mkdtempSync(join(tmpdir(), 'strongroom-page-'));
const pageFolder = join(folder, 'dashboard');
mkdirSync(pageFolder);
writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>Strongroom</title>');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Somebody at the terminal, who can interrupt once they have looked. */
function somebody() {
  let stop = (): void => {};
  const interrupted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const host: Partial<Host> = {
    pageFolder,
    onInterrupt: (wanted) => {
      void interrupted.then(wanted);
      return () => {};
    },
  };
  return { host, stop: () => stop() };
}

/** What a browser sees that opens the printed address. */
async function browse(address: string): Promise<(path: string) => Promise<unknown>> {
  const entered = await fetch(address, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (path) => (await fetch(new URL(path, address), { headers: { cookie } })).json();
}

/** Looks until it is so; the rollout needs real time to come there. */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
  }
}

const addressIn = (text: string): string => /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(text)?.[0] ?? '';

/** Runs until the address is printed, looks, and interrupts. */
async function looked(
  decisions: readonly string[],
  look: (read: (path: string) => Promise<unknown>) => Promise<unknown>,
) {
  const { host, stop } = somebody();
  const lines: string[] = [];
  let printed = (_address: string): void => {};
  const address = new Promise<string>((resolve) => {
    printed = resolve;
  });
  const told = (line: string): void => {
    lines.push(line);
    if (addressIn(line) !== '') printed(addressIn(line));
  };
  const openSimulated: Host['openSimulated'] = async (options) => createSimulatedWorld(options);
  const running = rig({ host: { ...host, openSimulated } }).listening(told, ...decisions);
  const seen = await look(await browse(await address));
  stop();
  return { seen, ...(await running), lines };
}

test('dashboard over the simulated world shows a rollout that goes out while somebody looks', async () => {
  const { seen, status, lines } = await looked(['dashboard', '--world', 'simulated'], (read) =>
    until(
      () => read('/api/v1/rollouts') as Promise<readonly Record<string, unknown>[]>,
      (rollouts) => rollouts.length > 0,
    ),
  );

  expect(seen).toMatchObject([{ by: person('ada'), reason: 'a first look', status: expect.any(String) }]);
  expect(lines.join('\n')).toContain('Press Ctrl-C to close it.');
  expect(status).toBe(0);
});

test('the demonstration stays open over its organization, and the next release goes out there', async () => {
  const { seen, status, lines } = await looked(['demo'], (read) =>
    until(
      () => read('/api/v1/rollouts') as Promise<readonly Record<string, unknown>[]>,
      (rollouts) => rollouts.length > 1,
    ),
  );

  expect(seen).toMatchObject([
    { reason: 'require MFA every 30 minutes', release: expect.any(String) },
    { status: 'finished', outcome: 'completed' },
  ]);
  expect(lines.join(' ')).toMatch(/rollout ro-\S+ completed.*The dashboard is open on this machine/);
  expect(status).toBe(0);
}, 30_000);

test.each([
  {
    decisions: ['--port', 'http'],
    says: ['error: --port must be a whole number, got "http"', 'next: use `--port 8080`'],
  },
  {
    decisions: ['--port', '70000'],
    says: ['error: --port must be at most 65535, got 70000', 'next: remove --port to use a free port'],
  },
])('dashboard $words is refused', async ({ decisions, says }) => {
  const { status, err } = await rig().simulated('dashboard', ...decisions);

  expect([status, err]).toEqual([2, expect.arrayContaining(says)]);
});

test('a page that was not built is missed, with what builds it', async () => {
  const { status, err } = await rig({ host: { pageFolder: join(folder, 'nowhere') } }).simulated('dashboard');

  expect([status, err.join('\n')]).toEqual([2, expect.stringContaining('build it with `npm run build`')]);
});
