/** Time is AWS's: the `Date` of its answers says how far this machine's clock is off. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createClients } from '../../orchestrator/aws/clients';
import { createWallClock } from '../../orchestrator/aws/wall-clock';
import { assertClockAgrees } from '../../orchestrator/domain/model/lease';

const hourMs = 3_600_000;
/** The slack that a busy machine and whole seconds need. */
const slackMs = 20_000;
const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>arn:aws:iam::111122223333:user/jo</Arn><UserId>A</UserId><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

const ofAws = { 'x-amzn-requestid': '8f1b' };
/** Asks a server whose clock is ahead of ours by so much. */
async function asked(aheadMs: number, headers: Readonly<Record<string, string>> = ofAws) {
  const server = createServer((_request, response) => {
    response.sendDate = false;
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    response.writeHead(200, { 'content-type': 'text/xml', ...headers }).end(identity);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  const clients = createClients({ endpoint: `http://127.0.0.1:${port}`, credentials });
  const before = clients.clockOffByMs();
  await clients.in(STSClient, 'us-east-1').send(new GetCallerIdentityCommand({}));
  const after = clients.clockOffByMs();
  clients.destroy();
  server.closeAllConnections();
  server.close();
  return { before, after };
}

test.each([2 * hourMs, -2 * hourMs])(
  'a clock that is off by %d ms is known after the first answer',
  async (aheadMs) => {
    const { before, after } = await asked(aheadMs);

    expect(before).toBe(0);
    expect(Math.abs(after - aheadMs)).toBeLessThan(slackMs);
  },
);

test('the date of what answers in place of AWS says nothing', async () => {
  const { after } = await asked(2 * hourMs, {});

  expect(after).toBe(0);
});

test('time is the time of AWS, whatever this machine says', () => {
  const clock = createWallClock(() => 2 * hourMs);

  expect(Math.abs(clock.now().getTime() - Date.now() - 2 * hourMs)).toBeLessThan(slackMs);
});

test('a sleep until a time that is past for AWS ends at once', async () => {
  const clock = createWallClock(() => 2 * hourMs);

  await expect(clock.sleepUntil(new Date(Date.now() + hourMs))).resolves.toBeUndefined();
});

test.each([
  { offByMs: 119_000, refused: false },
  { offByMs: 121_000, refused: true },
  { offByMs: -121_000, refused: true },
])('no lease is taken by a clock that is off by more than two minutes: $offByMs ms', ({ offByMs, refused }) => {
  const take = () => assertClockAgrees(offByMs);

  if (refused) expect(take).toThrow(expect.objectContaining({ code: 'ClockSkewed', fault: 'ours' }));
  else expect(take).not.toThrow();
});
