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
    `moto ${version}: a wave is deployed without a skipped account, and held by checks that read what moto garbles`,
    async () => {
      const rolled = await command.run('rollout', '--yes', '--json');
      const stood = await command.run('status', '--json');

      // Inline policies are as Python prints them, and stacks lack the id of their stack set.
      const events = eventsIn(rolled.out);
      expect([rolled.status, events.at(-1)]).toEqual([
        3,
        expect.objectContaining({
          type: 'rolloutFinished',
          outcome: 'held',
          because: expect.arrayContaining([expect.stringContaining('2 failed and 0 unknown, of 2 accounts')]),
        }),
      ]);
      expect(events.find(({ type }) => type === 'preflightDone')).toMatchObject({ entered: 2, leftOut: 0 });
      expect(events.filter(({ type, failed }) => type === 'stageLanded' && failed !== 0)).toEqual([]);
      expect(events.filter(({ type }) => type === 'checkFailed').length).toBeGreaterThan(0);
      const ofWave = JSON.parse(stood.out).filter(({ wave }: { wave: string }) => wave === 'sandbox');
      expect(ofWave.map(({ state }: { state: string }) => state)).toEqual(['UNHEALTHY', 'UNHEALTHY']);
    },
    runWithinMs,
  );
}

interface Wave {
  readonly name: string;
  readonly accounts: readonly unknown[];
}
