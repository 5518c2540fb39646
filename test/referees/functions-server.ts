/** Stands where Lambda would: answers invocations from a map of handlers, and knows nothing else. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { LambdaHandler } from '../emulator/gateway';
import type { Server } from './server';

/** @param functions by name; a function that is not there does not exist. */
export async function serveFunctions(functions: Readonly<Record<string, LambdaHandler>>): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(incoming.url ?? '')?.[1] ?? '';
    const { status, headers, body } = await invoke(functions[nameOf(decodeURIComponent(name))], await bodyOf(incoming));
    outgoing
      .writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers })
      .end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A name, or an ARN with or without a version. */
const nameOf = (reference: string): string => reference.split(':function:').at(-1)?.split(':')[0] ?? reference;

/** A thrown error is a successful answer with a mark, as Lambda gives it [bc:lambda:InvocationResponse.FunctionError]. */
async function invoke(handler: LambdaHandler | undefined, body: string) {
  if (handler === undefined) return { status: 404, headers: {}, body: { Message: 'no such function' } };
  try {
    return { status: 200, headers: {}, body: (await handler(JSON.parse(body))) ?? null };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    const headers = { 'x-amz-function-error': 'Unhandled' };
    return { status: 200, headers, body: { errorType, errorMessage, trace: [] } };
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text;
}
