/** How well a sweep fills the calls that may be in flight, in virtual time: 1,000 accounts, 4 regions, 100 ms a call. */
import { join } from 'node:path';
import { readBaseline } from '../orchestrator/baseline';
import { saveRelease } from '../orchestrator/documents';
import { type AccountId, parseRegion, parseWaveName } from '../orchestrator/domain/brand';
import { enabledModules } from '../orchestrator/domain/intent';
import { type Member, verifyMembers } from '../orchestrator/events/sweep';
import { writeAccount } from '../orchestrator/records';
import { createSimulatedWorld } from '../orchestrator/simulated/world';
import { buildRelease } from '../stackset-templates/release';
import { sweptIntent } from './swept-intent';

const accountsMeant = 1_000;
const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1'].map(parseRegion);
const callMs = 100;
/** As the sweep itself has it. */
const inFlight = 40;
const bound = 1.15;

async function main(): Promise<void> {
  const built = await readBaseline(join(__dirname, '..', 'dist'));
  const intent = sweptIntent(regions);
  const release = buildRelease(intent, built.templates);
  const start = new Date('2026-11-22T09:00:00Z');
  const world = createSimulatedWorld({
    seed: 1,
    // Some of an organization's accounts are closed: those are not visited.
    accounts: accountsMeant + 100,
    start,
    latencyMs: { least: callMs, most: callMs },
  });
  const ids = [...world.organization.accounts.values()]
    .filter(({ id, state }) => state === 'ACTIVE' && id !== world.organization.managementAccountId)
    .map(({ id }) => id)
    .slice(0, accountsMeant);
  await saveRelease(world, release);
  for (const id of ids) await writeAccount(world, recordOf(id, release.id), 0);

  const verified = await world.clock.run(verifyMembers(world, intent, ids.map(memberOf)));

  const seconds = (world.clock.nowMs() - start.getTime()) / 1000;
  const calls = [...world.calls.counts.values()].reduce((sum, times) => sum + times, 0);
  const ideal = (calls * callMs) / 1000 / inFlight;
  const ratio = seconds / ideal;
  console.log(`modules          ${enabledModules(intent).join(', ')}`);
  console.log(`accounts         ${verified.filter(({ kind }) => kind === 'verified').length} verified`);
  console.log(`calls            ${calls}, ${calls / ids.length} an account`);
  console.log(`virtual time     ${seconds.toFixed(1)} s`);
  console.log(`calls x ${callMs} ms / ${inFlight}  ${ideal.toFixed(1)} s`);
  console.log(`ratio            ${ratio.toFixed(3)}, at most ${bound}`);
  if (ratio > bound) process.exitCode = 1;
}

const wave = parseWaveName('everybody');
const memberOf = (id: AccountId): Member => ({ id, name: id, ou: '', because: 'measured', wave });

const recordOf = (id: AccountId, release: Parameters<typeof writeAccount>[1]['release']) => ({
  id,
  name: id,
  ou: '',
  orgState: 'ACTIVE' as const,
  wave,
  because: 'measured',
  state: 'DEPLOYED' as const,
  stateSince: '2026-11-22T08:00:00.000Z',
  release,
  modules: [],
  gates: {},
  failing: [],
});

void main();
