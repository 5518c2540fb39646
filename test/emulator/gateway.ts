/**
 * What stands between the state machine and moto: answers Lambda invocations from a map of handlers, passes all else on. It also
 * sees every call by name, and may answer in moto's place: with a fault, or what moto does not know.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { emulatorEnv, endpointAt, type Moto, motoAccount, startMoto } from './moto';

/** A call as the signature and the body name it. */
export interface Call {
  readonly service: string;
  readonly region: string;
  /** The operation, like `AssumeRole`; for REST services the method and path. */
  readonly action: string;
  readonly accessKeyId: string;
  /** Whose credentials they are. */
  readonly account: string;
  /** As it was sent. */
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export type LambdaHandler = (input: unknown) => Promise<unknown>;

export interface GatewayOptions {
  /** By function name. A function that is not here does not exist. */
  readonly functions?: Readonly<Record<string, LambdaHandler>>;
  readonly intercept?: Intercept;
}

/**
 * Asked before each call is passed on: an answer is given in place of moto's, a promise that takes its time is latency. `onward` gets
 * moto's answer, for one who only wants to amend it.
 */
export type Intercept = (call: Call, onward: () => Promise<Answer>) => Answer | undefined | Promise<Answer | undefined>;

export interface Gateway extends Moto {
  /** Every call so far that was passed on or answered in moto's place. */
  readonly calls: readonly Call[];
}

/** An error as the services with the query protocol (STS, IAM, SNS, CloudFormation) send it. */
export const queryFault = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>fault</RequestId></ErrorResponse>`,
});

/** An error as EC2 sends it. */
export const ec2Fault = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>fault</RequestID></Response>`,
});

const bodyBytesMax = 16 * 1024 * 1024;

/** Starts moto and the gateway in front of it; `stop` ends both. */
export async function startGateway({ functions = {}, intercept }: GatewayOptions = {}): Promise<Gateway> {
  const calls: Call[] = [];
  let motoPort = 0;
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(502).end(String(error));
    });
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(incoming.url ?? '')?.[1];
    if (name !== undefined) return reply(outgoing, await invoke(functions, decodeURIComponent(name), body));
    const call = callOf(incoming, body);
    calls.push(call);
    const instead = await intercept?.(call, () => answerOf(passOn(incoming, body, motoPort)));
    if (instead !== undefined) return reply(outgoing, instead);
    const answered = await passOn(incoming, body, motoPort);
    outgoing.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(outgoing);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway has no port');
  const { port } = address;
  const moto = await startMoto({ behind: port });
  motoPort = moto.port;
  return {
    endpoint: endpointAt(port),
    port,
    env: emulatorEnv(endpointAt(port)),
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await moto.stop();
    },
  };
}

/** A thrown error is a successful answer with a mark, as Lambda gives it [bc:lambda:InvocationResponse.FunctionError]. */
async function invoke(functions: Readonly<Record<string, LambdaHandler>>, name: string, body: Buffer): Promise<Answer> {
  const functionName = name.split(':function:').at(-1)?.split(':')[0] ?? name;
  const handler = functions[functionName];
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
  if (handler === undefined)
    return { status: 404, headers, body: JSON.stringify({ Message: `no function ${functionName}` }) };
  try {
    const output = await handler(JSON.parse(body.toString() || 'null'));
    return { status: 200, headers, body: JSON.stringify(output ?? null) };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return {
      status: 200,
      headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
      body: JSON.stringify({ errorType, errorMessage, trace: [] }),
    };
  }
}

export function callOf({ headers, method, url }: IncomingMessage, body: Buffer): Call {
  const [, accessKeyId = '', region = '', service = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headerOf(headers, 'x-amz-target')?.split('.').at(-1);
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const text = body.toString();
  const query = isForm ? new URLSearchParams(text).get('Action') : null;
  const action = target ?? query ?? `${method} ${url?.split('?')[0]}`;
  return { service, region, accessKeyId, account: accountOf(accessKeyId), action, body: text };
}

/** AWS's key ids, and moto's, carry their account: 40 bits from the second on, of what follows the kind in base 32. */
function accountOf(accessKeyId: string): string {
  if (!/^A[SK]IA[A-Z2-7]{16}$/.test(accessKeyId)) return motoAccount;
  const bits = [...accessKeyId.slice(4)].reduce((all, letter) => all * 32n + BigInt(base32.indexOf(letter)), 0n);
  const accountBits = (bits >> 39n) & ((1n << 40n) - 1n);
  return String(accountBits).padStart(12, '0');
}
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

async function passOn(incoming: IncomingMessage, body: Buffer, port: number): Promise<IncomingMessage> {
  // The host stays as the caller wrote it, since it is signed, and moto reads account ids from it.
  const { url: path, method, headers } = incoming;
  const onward = request({ host: '127.0.0.1', port, path, method, headers }).end(body);
  const [answered] = await once(onward, 'response');
  return answered;
}

async function answerOf(passed: Promise<IncomingMessage>): Promise<Answer> {
  const answered = await passed;
  const contentType = headerOf(answered.headers, 'content-type') ?? 'text/plain';
  const body = (await bodyOf(answered)).toString();
  return { status: answered.statusCode ?? 502, headers: { 'content-type': contentType }, body };
}

export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new RangeError(`a request body is over ${bodyBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const reply = (outgoing: ServerResponse, { status, headers, body }: Answer): void => {
  outgoing.writeHead(status, headers).end(body);
};

const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};
