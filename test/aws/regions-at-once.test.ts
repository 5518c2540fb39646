/** How many regions one visit reads at once: a shard visits dozens of accounts at the same time, each of up to 50 regions. */
import { setImmediate } from 'node:timers/promises';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clients } from '../../orchestrator/aws/clients';
import { collectFacts } from '../../orchestrator/aws/facts/collect';
import { parseAccountId, parseRegion } from '../../orchestrator/domain/model/brand';
import { everything } from '../emulator/moto-visits';

const home = 'us-east-1';
const regions = Array.from({ length: 9 }, (_, index) => `eu-west-${index + 1}`);

/** Hands every call to the test, and never sends it. */
class WaitingHandler extends NodeHttpHandler {
  constructor(private readonly wait: () => Promise<never>) {
    super();
  }
  override handle(): Promise<never> {
    return this.wait();
  }
}

/** Calls that wait for their answer, by region. */
function waitingRoom() {
  const waiting: { readonly region: string; readonly leave: () => void }[] = [];
  const clients: Pick<Clients, 'in'> = {
    in: (Client, region) => {
      const wait = () =>
        new Promise<never>((_, reject) => {
          waiting.push({ region, leave: () => reject(new Error('no answer')) });
        });
      return new Client({
        region,
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
        requestHandler: new WaitingHandler(wait),
        retryMode: 'adaptive',
        maxAttempts: 1,
        forcePathStyle: true,
      });
    },
  };
  return {
    clients,
    /** Whatever could begin has begun. */
    settled: async () => {
      for (let step = 0; step < 100; step += 1) await setImmediate();
    },
    regions: () => new Set(waiting.map(({ region }) => region).filter((region) => region !== home)),
    release: (region: string) => {
      for (const call of waiting.filter((one) => one.region === region)) {
        waiting.splice(waiting.indexOf(call), 1);
        call.leave();
      }
    },
  };
}

test('six regions are read at once, and another begins when one is done', async () => {
  const room = waitingRoom();
  const account = parseAccountId('111122223333');
  const session = { account, arn: '', partition: 'aws', home, clients: room.clients };
  let isDone = false;
  const visit = collectFacts(session, everything(...regions.map(parseRegion)), () => new Date(0)).finally(() => {
    isDone = true;
  });

  const begun = new Set<string>();
  const atOnce: number[] = [];
  for (;;) {
    await room.settled();
    if (isDone) break;
    const [first] = room.regions();
    atOnce.push(room.regions().size);
    for (const region of room.regions()) begun.add(region);
    room.release(first ?? home);
  }

  expect([...begun]).toEqual(regions);
  expect(atOnce[0]).toBe(6);
  expect(Math.max(...atOnce)).toBe(6);
  expect(Object.keys((await visit).regions)).toEqual(regions);
});
