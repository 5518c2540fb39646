/** moto with nothing in front of it: what it lacks, the program gets to see. */
import { type Moto, startMoto } from '../emulator/moto';
import { sixAccounts } from '../emulator/organization';
import { seedOrganization } from '../emulator/seed';
import { bootstrap } from './bootstrap';
import { type Command, commandAt, eventsIn, smallConfig } from './command';

const runWithinMs = 180_000;
const waves = ['name: sandbox, ous: [Sandbox]', 'name: dev, ous: [Workloads/Dev]'];

/** @param python of the environment that has moto. */
export function onBareMoto(version: string, python: () => string): void {
  let moto: Moto;
  let command: Command;
  beforeAll(async () => {
    moto = await startMoto({ python: python() });
    await bootstrap(moto, await seedOrganization(moto, sixAccounts));
    command = await commandAt(moto.endpoint, smallConfig(waves));
  });
  afterAll(async () => {
    await command.remove();
    await moto.stop();
  });

  test(
    `moto ${version}: an organization is planned, and a config that is wrong is refused`,
    async () => {
      const planned = await command.run('plan', '--json');
      await command.configure(smallConfig(['name: sandbox, ous: [Nowhere]']));
      const refused = await command.run('plan');
      await command.configure(smallConfig(waves));

      const plan = JSON.parse(planned.out);
      expect(plan.waves.map(({ name, accounts }: Wave) => [name, accounts.length])).toEqual([
        ['sandbox', 2],
        ['dev', 3],
      ]);
      expect([refused.status, refused.err]).toEqual([2, expect.stringContaining('Nowhere')]);
    },
    runWithinMs,
  );

  test(
    `moto ${version}: a rollout is held before it touches anything, and says which call moto does not know`,
    async () => {
      const rolled = await command.run('rollout', '--yes', '--json');
      const stood = await command.run('status', '--json');

      // Preflight asks about everything, also what nobody enabled. Once it asks only for what is enabled, the wave is deployed, and
      // held by checks that read what moto garbles: inline policies as Python prints them, stacks without their StackSet's id.
      const events = eventsIn(rolled.out);
      expect([rolled.status, events.at(-1)]).toEqual([
        3,
        expect.objectContaining({ type: 'rolloutFinished', outcome: 'held' }),
      ]);
      expect(events.find(({ type }) => type === 'preflightDone')).toMatchObject({ entered: 0, leftOut: 2 });
      const reasons = events.filter(({ type }) => type === 'accountLeftOut').map(({ reason }) => reason);
      const unknown = /^(ec2:GetSnapshotBlockPublicAccessState|access-analyzer:ListAnalyzers) in us-east-1 failed/;
      expect(reasons).toEqual([expect.stringMatching(unknown), expect.stringMatching(unknown)]);
      expect(JSON.parse(stood.out).filter(({ state }: { state: string }) => state === 'BOOTSTRAP_FAILED')).toHaveLength(
        2,
      );
    },
    runWithinMs,
  );
}

interface Wave {
  readonly name: string;
  readonly accounts: readonly unknown[];
}
