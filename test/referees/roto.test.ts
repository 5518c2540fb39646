/** roto: another DynamoDB and another S3 under our records. */
import { artifactsAt, storeAt } from './contracts';
import { type Server, startServer, startsWithinMs } from './server';

let roto: Server;
beforeAll(async () => {
  roto = await startServer({
    referee: 'roto',
    command: (port) => ['roto-server', '--ephemeral', '--port', String(port)],
    saysWhenReady: /listening on http/,
  });
}, startsWithinMs);
afterAll(() => roto.stop());

storeAt('roto', () => roto.endpoint);
artifactsAt('roto', () => roto.endpoint);
