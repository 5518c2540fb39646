/**
 * One endpoint for two emulators: every call is passed on as it came, and its answer as it came back. ministack has no StackSets and
 * no way to make an organization, so what concerns the organization and the insides of its members goes to moto, which has both.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { Server } from './server';

/** The orchestrator's own: with the credentials of its account, and not with those that moto's STS gave for a member. */
export const ministackServices = [
  'dynamodb',
  's3',
  'states',
  'lambda',
  'logs',
  'events',
  'sns',
  'sqs',
  'kms',
  'cloudformation',
];

export interface Router extends Server {
  /** Where each call went, like `moto organizations`. */
  readonly went: ReadonlySet<string>;
}

export interface Call {
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly body: string;
}
export type Place = 'moto' | 'ministack';

export interface Routes {
  readonly moto: string;
  /** Asked when the first call comes: it is started with the router's own address. */
  readonly ministack: () => string;
  readonly placeOf?: (call: Call) => Place;
  /** Gets the answers of STS too. */
  readonly hears?: (call: Call, answer: string) => void;
}

const ofStackSets = /Action=\w*(StackSet|StackInstance)/;
export const isOfStackSets = ({ service, body }: Call): boolean =>
  service === 'cloudformation' && ofStackSets.test(body);

const ownOrMembers = (call: Call): Place =>
  !call.accessKeyId.startsWith('ASIA') && ministackServices.includes(call.service) && !isOfStackSets(call)
    ? 'ministack'
    : 'moto';

export async function startRouter(routes: Routes): Promise<Router> {
  const { placeOf = ownOrMembers, hears } = routes;
  const went = new Set<string>();
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming);
    const call = { ...signatureOf(incoming), body: body.toString('latin1') };
    const where = placeOf(call);
    went.add(`${where} ${call.service}`);
    const { hostname, port } = new URL(where === 'moto' ? routes.moto : routes.ministack());
    const { url: path, method, headers } = incoming;
    const onward = request({ hostname, port, path, method, headers }, (answered) => {
      outgoing.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(outgoing);
      if (hears !== undefined && call.service === 'sts')
        void bodyOf(answered).then((answer) => hears(call, answer.toString()));
    });
    onward.once('error', (error) => outgoing.writeHead(502).end(error.message)).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the router has no port');
  return {
    endpoint: `http://localhost:${address.port}`,
    went,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function signatureOf({ headers }: IncomingMessage) {
  const [, accessKeyId = '', region = '', service = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { accessKeyId, region, service };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}
