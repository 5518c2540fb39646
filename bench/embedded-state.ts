/** Measures the embedded state: writes one after another and many at once, reads, and opening it with all its checks. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openEmbeddedState } from '../orchestrator/embedded/state';
import { byVersion, guard } from '../orchestrator/ports/guard';
import { writeAccount } from '../orchestrator/records/accounts';
import { madeUp } from './made-up';

const accounts = Number(process.argv[2] ?? '10000');
const writesInTurn = 1_000;
const atOnce = 200;
const visits = 5;
/** About the size of the deflated evidence of a visit. */
const evidence = 'x'.repeat(1_500);

async function took(what: string, work: () => Promise<number>): Promise<void> {
  const startedMs = performance.now();
  const count = await work();
  const ms = performance.now() - startedMs;
  console.log(
    `${what.padEnd(34)} ${String(Math.round(ms)).padStart(7)} ms ${String(Math.round((count / ms) * 1000)).padStart(8)}/s`,
  );
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-bench-'));
  try {
    let state = await openEmbeddedState(folder);
    const { store } = state;
    await took('writes, one after another', async () => {
      for (let n = 0; n < writesInTurn; n++) await store.put({ pk: 'turn', sk: `${n}` }, evidence, 0);
      return writesInTurn;
    });
    await took(`accounts, ${atOnce} at once`, async () => {
      for (let from = 0; from < accounts; from += atOnce)
        await Promise.all(
          Array.from({ length: Math.min(atOnce, accounts - from) }, (_, n) =>
            writeAccount(guard({ store }, byVersion), madeUp(from + n), 0),
          ),
        );
      return accounts;
    });
    await took(`evidence, ${atOnce} at once`, async () => {
      for (let from = 0; from < accounts * visits; from += atOnce)
        await Promise.all(
          Array.from({ length: atOnce }, (_, n) =>
            store.put({ pk: `e${(from + n) % accounts}`, sk: `${from + n}` }, evidence, 0),
          ),
        );
      return accounts * visits;
    });
    await took('reads', async () => {
      for (let n = 0; n < writesInTurn; n++) await store.get({ pk: 'turn', sk: `${n}` });
      return writesInTurn;
    });
    await state.close();
    await took('opened and checked', async () => {
      state = await openEmbeddedState(folder);
      return 1;
    });
    await state.close();
    console.log(`${Math.round((await stat(join(folder, 'state.db'))).size / 1e6)} MB`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

void main();
