/** The deployed dashboard on loopback: page and API on one origin, as behind CloudFront, with the function behind a fake gateway. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { behindGateway } from '../../orchestrator/dashboard/behind-gateway';
import type { PageFiles } from '../../orchestrator/dashboard/page-files';
import { securityHeaders } from '../../orchestrator/dashboard/page-policy';
import { type Arriving, gateway } from '../dashboard/gateway';
import { clientId, issuer, openProvider, type Provider } from './provider';
import { playedOut, readPage, requiresApproval, type Stage, stageOf } from './staged';

export interface Deployed extends Stage {
  readonly provider: Provider;
}

const roles = {
  roleClaim: 'groups',
  operator: 'strongroom-operators',
  viewer: 'strongroom-viewers',
  nameClaim: 'email',
};

export async function openDeployed(): Promise<Deployed> {
  const played = await playedOut(requiresApproval);
  const provider = await openProvider();
  const handler = behindGateway(played.api, roles);
  const authorizer = { issuer, audience: clientId, key: provider.key, now: () => new Date() };
  const files = withSignIn(await readPage());
  const ask = gateway(authorizer, handler);
  const server = createServer((request, response) => void respond(request, response, files, ask));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stage = await stageOf(played, origin, () => {
    server.close();
    server.closeAllConnections();
    provider.close();
  });
  await stage.page.route(`${issuer}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: `${provider.origin}${pathname}${search}` }) });
  });
  return { ...stage, provider };
}

/** As the deployment writes it. */
function withSignIn(files: PageFiles): PageFiles {
  const settings = files.get('/sign-in.json');
  if (settings === undefined) throw new Error('the built page has no sign-in.json');
  const plain = Buffer.from(JSON.stringify({ issuer, clientId, scope: 'openid email profile' }));
  return new Map([...files, ['/sign-in.json', { ...settings, plain }]]);
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  files: PageFiles,
  ask: ReturnType<typeof gateway>,
): Promise<void> {
  const { pathname: path, search } = new URL(request.url ?? '', 'http://here');
  for (const [name, value] of Object.entries(securityHeaders([issuer]))) response.setHeader(name, value);
  const file = files.get(path === '/' ? '/index.html' : path);
  if (file !== undefined) return void response.writeHead(200, { 'content-type': file.type }).end(file.plain);
  if (!path.startsWith('/api/')) return void response.writeHead(403).end();
  let body = '';
  for await (const chunk of request) body += chunk;
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const arriving: Arriving = {
    method: request.method ?? '',
    path,
    query: search.slice(1),
    headers: Object.fromEntries(headers),
    body,
  };
  const answer = await ask(arriving);
  response.writeHead(answer.statusCode, answer.headers);
  response.end(Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8'));
}
