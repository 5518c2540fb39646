/** A proxy on the program's way to AWS, which fails for a while. Its time, like the program's, passes several times as fast. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createRandom } from '../../orchestrator/simulated/random';
import { type FaultKind, faultOf, type Hit, type RawAnswer } from './faults';
import { bodyOf, type Call, callOf } from './gateway';
import { endpointAt } from './moto';

export interface Outage {
  readonly seed: number;
  readonly kind: FaultKind;
  /** Begins when AWS has heard so many calls, this one included. */
  readonly call: number;
  readonly lastsSeconds: number;
  /** What fails: everything, or only the service or the region of that call. */
  readonly of: 'everything' | 'service' | 'region';
  /** How many of these calls fail. */
  readonly share: number;
  /** For a skewed date. */
  readonly skewSeconds: number;
}

export interface FaultyProxy {
  readonly endpoint: string;
  /** For the program: the proxy's time. */
  readonly env: () => Readonly<Record<string, string>>;
  /** Counts calls anew. The outages follow one another, each at its call, but not before the last one is over. */
  readonly expect: (outages: readonly Outage[]) => void;
  /** Ends the outage now. */
  readonly clearUp: () => Promise<void>;
  /** How many calls came, how many of them failed, and the kinds of the outages that have begun. */
  readonly figures: () => { readonly calls: number; readonly hits: number; readonly begun: readonly FaultKind[] };
  readonly stop: () => Promise<void>;
}

interface Begun {
  readonly outage: Outage;
  readonly first: Call;
  readonly endsAt: number;
}

/** @param behind the port of what is not faulty. */
export async function startFaultyProxy(behind: number, timesFaster: number): Promise<FaultyProxy> {
  let since = Date.now();
  const now = (): number => since + (Date.now() - since) * timesFaster;
  let [calls, hits, heard] = [0, 0, 0];
  let expected: readonly Outage[] = [];
  let kindsBegun: readonly FaultKind[] = [];
  let begun: Begun | undefined;
  let reopening: NodeJS.Timeout | undefined;
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const call = callOf(incoming, body);
    const number = ++calls;
    const [next] = expected;
    if (next !== undefined && isOver() && heard + 1 >= next.call) await begin(next, call);
    const onward = () => {
      heard++;
      return passOn(incoming, body, behind);
    };
    const struck = hitBy(number, call);
    outgoing.sendDate = false;
    const skewSeconds = struck?.kind === 'a skewed date' ? struck.skewSeconds : 0;
    outgoing.setHeader('date', new Date(now() + skewSeconds * 1000).toUTCString());
    const draw = (what: string): number => createRandom(struck?.seed ?? 0).of(`${number} ${what}`);
    const hit: Hit = { call, headers: incoming.headers, outgoing, onward, draw };
    const fault = struck && faultOf(struck.kind, hit);
    if (struck !== undefined) hits++;
    if (struck?.kind === 'refused') {
      outgoing.destroy();
      return;
    }
    if (fault !== undefined) return fault(hit);
    const { status, headers, body: answered } = await onward();
    outgoing.writeHead(status, headers).end(answered);
  }

  async function begin(outage: Outage, first: Call): Promise<void> {
    expected = expected.slice(1);
    kindsBegun = [...kindsBegun, outage.kind];
    begun = { outage, first, endsAt: now() + outage.lastsSeconds * 1000 };
    if (outage.kind !== 'refused') return;
    server.close();
    reopening = setTimeout(reopen, (outage.lastsSeconds * 1000) / timesFaster);
    server.closeAllConnections();
  }

  const isOver = (): boolean => begun === undefined || now() >= begun.endsAt;

  function hitBy(number: number, call: Call): Outage | undefined {
    if (begun === undefined || isOver()) return undefined;
    const { outage, first } = begun;
    if (outage.of === 'service' && call.service !== first.service) return undefined;
    if (outage.of === 'region' && call.region !== first.region) return undefined;
    return createRandom(outage.seed).of(`${number} is hit`) < outage.share ? outage : undefined;
  }

  async function reopen(): Promise<void> {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const { port } = address;
  return {
    endpoint: endpointAt(port),
    env: () => ({ FAST_CLOCK_SINCE: String(since), FAST_CLOCK_TIMES: String(timesFaster) }),
    expect: (outages) => {
      since = Date.now();
      [calls, hits, heard, expected, kindsBegun, begun] = [0, 0, 0, outages, [], undefined];
    },
    clearUp: async () => {
      clearTimeout(reopening);
      begun = undefined;
      await reopen();
      server.closeAllConnections();
    },
    figures: () => ({ calls, hits, begun: kindsBegun }),
    stop: async () => {
      clearTimeout(reopening);
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Headers as they came, but for the date, which is the proxy's own, and those of the connection. */
async function passOn(incoming: IncomingMessage, body: Buffer, port: number): Promise<RawAnswer> {
  const { url: path, method, headers } = incoming;
  const onward = request({ host: '127.0.0.1', port, path, method, headers }).end(body);
  const [answered]: IncomingMessage[] = await once(onward, 'response');
  if (answered === undefined) throw new Error('no answer');
  const { date: _, connection: __, 'transfer-encoding': ___, ...kept } = answered.headers;
  return { status: answered.statusCode ?? 502, headers: kept, body: await bodyOf(answered) };
}
