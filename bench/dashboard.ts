/** Measures the dashboard's API over 10,000 made-up records, some of which keep changing, at 50 requests a second. */
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { madeUpDesiredState } from '../orchestrator/cli/session';
import { createApi } from '../orchestrator/dashboard/api/router';
import { serveDashboard } from '../orchestrator/dashboard/serve';
import { prepareRollout } from '../orchestrator/operations/start';
import { byVersion, guard } from '../orchestrator/ports/guard';
import { readAccount, writeAccount } from '../orchestrator/records/accounts';
import { readBaseline } from '../orchestrator/records/baseline';
import { createSimulatedWorld } from '../orchestrator/simulated/world';
import { person } from '../test/actors';
import { idOf, madeUp } from './made-up';

const accounts = 10_000;
const perSecond = 50;
const seconds = Number(process.argv[2] ?? 20);
const changesPerSecond = 50;

interface Answer {
  readonly ms: number;
  readonly status: number;
  readonly bytes: number;
  readonly etag: string | undefined;
}

async function main(): Promise<void> {
  const world = createSimulatedWorld({ seed: 7, accounts: 120, start: new Date('2026-11-22T09:00:00Z') });
  const [baseline, desiredState] = [await readBaseline(join(__dirname, '..', 'dist')), await madeUpDesiredState(world)];
  await world.clock.run(prepareRollout(world, baseline, desiredState, { by: person('bench') }));
  for (let n = 0; n < accounts; n++) await writeAccount(guard(world, byVersion), madeUp(n), 0);
  const fault = (error: unknown): void => console.error(error);
  const api = createApi({
    ports: world,
    runner: { start: async () => {}, resume: async () => {} },
    desired: async () => ({ baseline, desiredState }),
    inTime: (work) => world.clock.run(work()),
    elapsedMs: () => performance.now(),
    onFault: fault,
  });
  const who = { role: 'operator', actor: async () => person('bench') } as const;
  const dashboard = await serveDashboard({ api, files: new Map(), port: 0, who, onFault: fault });
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const { origin, search } = new URL(dashboard.url);
  let cookie = '';
  const ask = (path: string, tag?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const headers = { cookie, 'accept-encoding': 'gzip', ...(tag !== undefined && { 'if-none-match': tag }) };
      get(`${origin}${path}`, { agent, headers }, (response) => {
        cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? cookie;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        const { statusCode: status = 0 } = response;
        response.on('end', () =>
          resolve({ ms: performance.now() - startedMs, status, bytes, etag: response.headers.etag }),
        );
      }).on('error', reject);
    });
  await ask(`/${search}`);
  const cold = await ask('/api/v1/board');

  let tag = cold.etag;
  const board = async (): Promise<Answer> => {
    const answer = await ask('/api/v1/board', tag);
    tag = answer.etag;
    return answer;
  };
  const mix: readonly (() => Promise<Answer>)[] = [
    board,
    () => ask('/api/v1/overview'),
    () => ask('/api/v1/accounts?limit=200&q=portal&sort=failing&descending=true'),
    () => ask('/api/v1/accounts?limit=50&state=UNHEALTHY&sort=name'),
    () => ask('/api/v1/rollouts'),
    () => ask(`/api/v1/accounts/${idOf(77)}`),
  ];
  const [answers, started]: [Promise<Answer>[], number] = [[], performance.now()];
  for (let n = 0; n < seconds * perSecond; n++) {
    await setTimeout(Math.max(0, started + (n * 1000) / perSecond - performance.now()));
    const next = mix[n % mix.length];
    if (next !== undefined) answers.push(next());
    if (n % Math.ceil(perSecond / changesPerSecond) === 0) {
      const item = await readAccount(world, idOf((n * 31) % accounts));
      if (item)
        await writeAccount(
          guard(world, byVersion),
          { ...item.value, checkedAt: new Date().toISOString() },
          item.version,
        );
    }
  }
  const done = await Promise.all(answers);
  await dashboard.close();
  agent.destroy();
  const ms = done.map((answer) => answer.ms).sort((a, b) => a - b);
  const share = (part: number): string => (ms[Math.min(ms.length - 1, Math.floor(ms.length * part))] ?? 0).toFixed(1);
  console.log(
    `requests     ${done.length}, ${done.filter(({ status }) => status !== 200 && status !== 304).length} refused`,
  );
  console.log(`first board  ${cold.ms.toFixed(0)} ms, ${(cold.bytes / 1000).toFixed(0)} KB gzipped`);
  console.log(`p50 ${share(0.5)} ms  p95 ${share(0.95)} ms  p99 ${share(0.99)} ms  max ${share(1)} ms`);
}

void main();
