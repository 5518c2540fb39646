/**
 * A rehearsal over moto: every call of the adapters is sent, and understood by an AWS that nobody here wrote. What moto does differently from
 * AWS is refuted or unknown, and listed here.
 */

import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { createAccounts } from '../../orchestrator/aws/accounts';
import type { Clients } from '../../orchestrator/aws/clients';
import { createDirectory } from '../../orchestrator/aws/directory';
import { createProbes } from '../../orchestrator/aws/probes';
import { createRehearsal } from '../../orchestrator/aws/rehearsal';
import { createStackSets } from '../../orchestrator/aws/stack-sets';
import { parseConfig } from '../../orchestrator/config/parse';
import { parseAccountId, parseRegion } from '../../orchestrator/domain/model/brand';
import { rehearsalPrefix } from '../../orchestrator/domain/model/resource-names';
import { questions } from '../../orchestrator/domain/rehearsal/questions';
import type { Verdict } from '../../orchestrator/domain/rehearsal/report';
import { parseStackSetEvent } from '../../orchestrator/events/stack-set-event';
import { cleanUpAfter, type RehearsePorts, rehearse } from '../../orchestrator/operations/rehearse';
import type { Clock } from '../../orchestrator/ports/ports';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { type Gateway, type Intercept, queryFault, startGateway } from './gateway';
import { motoAccount, motoClients, motoRegion, resetMoto } from './moto';
import { fillGaps, jsonFault } from './moto-gaps';
import { configOnMoto } from './organization';
import { seedOrganization } from './seed';

/** moto answers these with a page of HTML, which would be retried as an outage, and cannot deliver an event to a topic. */
const lacking: Intercept = (call, onward) => {
  if (['DetectStackSetDrift', 'ImportStacksToStackSet'].includes(call.action))
    return queryFault(400, 'InvalidAction', `moto has no ${call.action}`);
  if (call.action === 'PutTargets' && call.body.includes('RoleArn'))
    return jsonFault(400, 'ValidationException', 'moto delivers to no topic');
  return gaps(call, onward);
};
const gaps = fillGaps();

let gateway: Gateway;
let clients: Clients;
beforeAll(async () => {
  gateway = await startGateway({ intercept: lacking });
  clients = motoClients(gateway);
  await resetMoto(gateway);
});
afterAll(async () => {
  clients.destroy();
  await gateway.stop();
});

/** A wait of minutes is over at once; the limit of the whole rehearsal never comes. */
function hastyClock(): Clock {
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const sleepUntil: Clock['sleepUntil'] = async (until, signal) => {
    const ms = until.getTime() - now().getTime();
    if (ms < 3_600_000) aheadMs += Math.max(0, ms);
    else await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
  };
  return {
    now,
    offByMs: () => 0,
    sleepUntil,
    pause: (ms, signal) => sleepUntil(new Date(now().getTime() + ms), signal),
  };
}

function portsOverMoto(): RehearsePorts {
  const clock = hastyClock();
  const options = { clients, home: motoRegion, now: () => new Date() };
  return {
    directory: createDirectory(
      clients.in(OrganizationsClient, motoRegion),
      clients.in(ResourceGroupsTaggingAPIClient, motoRegion),
    ),
    accounts: createAccounts(options),
    probes: createProbes(options),
    stackSets: createStackSets({
      clients,
      home: motoRegion,
      administration: async () => `arn:aws:iam::${motoAccount}:role/StrongroomStackSetAdministration`,
    }),
    rehearsal: createRehearsal({ ...options, listing: clients }),
    store: createMemoryStore(),
    signs: { end: async () => undefined, isRunning: async () => 'no' },
    clock,
    random: () => 0.5,
  };
}

test('asks every question, says of each what moto does, touches only its own names, and leaves nothing', async () => {
  const seeded = await seedOrganization(gateway, {
    root: { accounts: ['spare'], ous: { Sandbox: { accounts: ['dev'] } } },
  });
  const parsed = parseConfig(configOnMoto(['name: sandbox, ous: [Sandbox]']), 'strongroom.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const ports = portsOverMoto();
  const request = { account: parseAccountId(seeded.accounts['spare'] ?? ''), optInRegion: parseRegion('eu-south-1') };
  const before = gateway.calls.length;

  const report = await rehearse(ports, parsed.desiredState, request, { parseEvent: parseStackSetEvent });
  const remains = await cleanUpAfter(ports, parsed.desiredState, request);

  const that = (verdict: Verdict) =>
    report.answers.flatMap((answer) => (answer.verdict === verdict ? [answer.question] : [])).toSorted();
  expect(that('confirmed')).toEqual([
    'executionRole',
    'optInRegion',
    'rootSummary',
    'scopedGrant',
    'templateBytes',
    'templateContent',
  ]);
  // moto lists no paths and has no quotas, reports another error for a repeated id, and sends no events of StackSets.
  expect(that('refuted')).toEqual([
    'operationEvents',
    'operationQuota',
    'organizationEntry',
    'repeatAfterEnd',
    'topicRole',
  ]);
  // Its operations have ended when they begin, reach no stack with an update, and ask for no role. The account has no baseline.
  expect(that('unknown')).toEqual(
    questions
      .map(({ id }) => id)
      .filter((id) => ![...that('confirmed'), ...that('refuted')].includes(id))
      .toSorted(),
  );
  expect([report.endedEarly, report.remains, remains]).toEqual([undefined, [], []]);
  const writes = gateway.calls
    .slice(before)
    .filter(({ action }) => /^(Create|Delete|Disable|Put|Remove|Subscribe|Update|Stop|Import)/.test(action));
  expect(writes.length).toBeGreaterThan(20);
  expect(writes.filter(({ body }) => !decodeURIComponent(body).includes(rehearsalPrefix))).toEqual([]);
});
