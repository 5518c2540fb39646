/** Measures how well a sweep uses its concurrent calls, in virtual time: 1,000 accounts, 4 regions, 100 ms a call. */
import { join } from 'node:path';
import { type AccountId, parseRegion, parseWaveName } from '../orchestrator/domain/model/brand';
import { enabledModules } from '../orchestrator/domain/model/module';
import type { Release } from '../orchestrator/domain/model/release';
import { linkedServiceOf } from '../orchestrator/domain/policies/linked-roles';
import { type Member, verifyMembers } from '../orchestrator/operations/sweep';
import { byVersion, guard } from '../orchestrator/ports/guard';
import { operationEnded } from '../orchestrator/ports/ports';
import { writeAccount } from '../orchestrator/records/accounts';
import { type Baseline, readBaseline } from '../orchestrator/records/baseline';
import { saveRelease } from '../orchestrator/records/documents';
import { createSimulatedWorld, type SimulatedWorld } from '../orchestrator/simulated/world';
import { buildRelease } from '../stackset-templates/release';
import { person } from '../test/actors';
import { sweptDesiredState } from './swept-desired-state';

const accountsMeant = 1_000;
const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1'].map(parseRegion);
const callMs = 100;
/** As in the sweep. */
const inFlight = 40;
const bound = 1.15;

async function main(): Promise<void> {
  const built = await readBaseline(join(__dirname, '..', 'dist'));
  const desiredState = sweptDesiredState(regions);
  const release = buildRelease(desiredState, built.templates);
  const start = new Date('2026-11-22T09:00:00Z');
  const world = createSimulatedWorld({
    seed: 1,
    // Some accounts of the organization are closed and not visited.
    accounts: accountsMeant + 100,
    start,
    latencyMs: { least: callMs, most: callMs },
  });
  const ids = [...world.organization.accounts.values()]
    .filter(({ id, state }) => state === 'ACTIVE' && id !== world.organization.managementAccountId)
    .map(({ id }) => id)
    .slice(0, accountsMeant);
  await saveRelease(world, release);
  for (const id of ids) await writeAccount(guard(world, byVersion), recordOf(id, release.id), 0);

  await world.clock.run(deployed(world, release, built, ids));
  const countedCalls = () => [...world.calls.counts.values()].reduce((sum, times) => sum + times, 0);
  const [callsBefore, beganMs] = [countedCalls(), world.clock.nowMs()];

  const verified = await world.clock.run(verifyMembers(world, desiredState, ids.map(memberOf), person('bench')));

  const seconds = (world.clock.nowMs() - beganMs) / 1000;
  const calls = countedCalls() - callsBefore;
  const ideal = (calls * callMs) / 1000 / inFlight;
  const ratio = seconds / ideal;
  console.log(`modules          ${enabledModules(desiredState).join(', ')}`);
  console.log(`accounts         ${verified.filter(({ kind }) => kind === 'verified').length} verified`);
  console.log(`calls            ${calls}, ${calls / ids.length} an account`);
  console.log(`virtual time     ${seconds.toFixed(1)} s`);
  console.log(`calls x ${callMs} ms / ${inFlight}  ${ideal.toFixed(1)} s`);
  console.log(`ratio            ${ratio.toFixed(3)}, at most ${bound}`);
  if (ratio > bound) process.exitCode = 1;
}

/** With its stacks, so that a visit need not search for what they name. */
async function deployed(world: SimulatedWorld, release: Release, built: Baseline, accounts: readonly AccountId[]) {
  for (const { module, template, parameters, regions: deployedIn } of release.modules) {
    const name = `strongroom-everybody-${module}`;
    const service = linkedServiceOf[module];
    if (service !== undefined) for (const id of accounts) world.contents.identities(id).linkedServices.add(service);
    await world.stackSets.start({
      operationId: `op-${module}`,
      kind: 'create',
      spec: {
        name,
        template,
        templateBody: built.templates[module]?.body ?? '',
        parameters,
        executionRoleName: release.expectations.ciRole,
      },
      accounts,
      regions: deployedIn,
      maxConcurrent: accounts.length,
      failureTolerance: accounts.length - 1,
      strict: false,
    });
    while (!operationEnded(await world.stackSets.status(name, `op-${module}`)))
      await world.clock.sleepUntil(new Date(world.clock.nowMs() + 60_000));
  }
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
