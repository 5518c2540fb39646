/** Connections to the local server that never send a request. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPageFiles } from '../../orchestrator/dashboard/page-files';
import { serveDashboard } from '../../orchestrator/dashboard/serve';
import { person } from '../actors';
import { sender } from './sender';

const folder = mkdtempSync(join(tmpdir(), 'strongroom-page-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Strongroom</title>');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('eighty of them do not keep the page out', async () => {
  const dashboard = await serveDashboard({
    api: async () => ({ status: 200, headers: {}, body: '{}' }),
    files: await readPageFiles(folder),
    port: 0,
    who: { role: 'operator', actor: async () => person('ada') },
    onFault: () => {},
  });
  const { port, search } = new URL(dashboard.url);
  const silent = Array.from({ length: 80 }, () => connect(Number(port), '127.0.0.1'));
  const gone = silent.map((socket) =>
    once(
      socket.resume().on('error', () => {}),
      'close',
    ),
  );
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  await Promise.all(gone.slice(0, 40));

  const got = await sender(port)(`/${search}`);

  expect(got.status).toBe(303);
  for (const socket of silent) socket.destroy();
  await dashboard.close();
});
