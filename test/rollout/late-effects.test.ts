/** A call fails, and before its retry the rollout is aborted: nothing more is done in its name. */
import { errors, isStrongroomError } from '../../orchestrator/domain/errors';
import { parseRolloutId, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import { readLease } from '../../orchestrator/records/leases';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { functionName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { detected, disarm } from '../operations/drifting';
import { after, damage, rolledOut } from '../operations/sweeping';
import { anAccountIn, createRig, type Rig } from '../rig';

const waves = [parseWaveName('sandbox')];

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/** What the call is about: an account, or an operation. Visits to other accounts may already be on their way. */
const aboutOf = ([first]: readonly unknown[]): string => {
  const { account, operationId } = first as { readonly account?: string; readonly operationId?: string };
  return account ?? operationId ?? '';
};

/** A rig whose first call of the method fails as throttled, after the rollout was aborted; `later` counts its retries. */
async function abortedDuring(port: keyof UnguardedPorts, method: string, known?: Rig) {
  const seen = { about: '', later: 0 };
  const rig = known ?? (await createRig({ accounts: 40 }));
  const call: Call | undefined = Object.entries(rig.ports[port]).find(([name]) => name === method)?.[1];
  const failing: Call = async (...args) => {
    if (seen.about !== '') {
      if (aboutOf(args) === seen.about) seen.later += 1;
      return call?.(...args);
    }
    seen.about = aboutOf(args);
    const holder = (await readLease(rig.ports))?.value.holder ?? parseRolloutId('ro-nobody');
    await abortRollout(rig.ports, holder, person('jo'), 'stop it');
    throw errors.throttled(`${port}.${method}`);
  };
  Object.assign(rig.ports[port], { [method]: failing });
  return { rig, seen };
}

test.each([
  ['accounts', 'preflight'],
  ['accounts', 'ensureLinkedRoles'],
  ['stackSets', 'start'],
  ['accounts', 'readSettings'],
  ['accounts', 'applySettings'],
  ['accounts', 'collectFacts'],
] as const)('%s.%s is not tried again', async (port, method) => {
  const { rig, seen } = await abortedDuring(port, method);

  const { events } = await rig.rollOut({ waves });

  expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'aborted' });
  expect([seen.about, seen.later]).toEqual([expect.stringMatching(/./), 0]);
});

test('drift is not reverted any more', async () => {
  const rig = await rolledOut();
  const account = anAccountIn(rig, 'Sandbox');
  disarm(rig, account);
  await detected(rig);
  const { seen } = await abortedDuring('accounts', 'revertDrift', rig);

  const { events } = await rig.rollOut({ waves, retryFailed: true, includeDrifted: true });

  expect(events.at(-1)).toMatchObject({ outcome: 'aborted' });
  expect([seen.about, seen.later]).toEqual([account, 0]);
});

test('settings are not restored any more', async () => {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('onFailure: hold', 'onFailure: rollBack'),
  });
  const { modules } = rig.desiredState;
  const withoutPolicy = { ...modules['account-hardening'], passwordPolicy: false } as const;
  await rig.rollOut({ waves }, { ...rig.desiredState, modules: { ...modules, 'account-hardening': withoutPolicy } });
  damage(rig, anAccountIn(rig, 'Sandbox'));
  const { seen } = await abortedDuring('accounts', 'putBackSettings', rig);

  const { events } = await rig.rollOut({ waves });

  expect(events.at(-1)).toMatchObject({ outcome: 'aborted' });
  expect([seen.about, seen.later]).toEqual([expect.stringMatching(/^\d{12}$/), 0]);
});

test('a shard that was taken for dead enters no account while a person is asked', async () => {
  let wakeUp: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    wakeUp = resolve;
  });
  const late = { account: '', visits: 0, error: '' };
  let declareDead: (error: Error) => void = () => {};
  const dead = new Promise<never>((_, reject) => {
    declareDead = reject;
  });
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => (input) => {
      if (name !== functionName('HealthShard') || late.account !== '') return invoke(input);
      const first = invoke(input);
      first.catch((error: unknown) => {
        late.error = isStrongroomError(error) ? error.code : String(error);
      });
      return Promise.race([first, dead]);
    },
  });
  damage(rig, anAccountIn(rig, 'Sandbox'));
  const { collectFacts } = rig.ports.accounts;
  Object.assign(rig.ports.accounts, {
    collectFacts: async (...args: Parameters<typeof collectFacts>) => {
      if (late.account === '') {
        late.account = args[0].account;
        declareDead(Object.assign(new Error('HealthShard exited'), { name: 'Runtime.ExitError' }));
        await asked;
        throw errors.throttled('sts:AssumeRole');
      }
      late.visits += 1;
      return collectFacts(...args);
    },
  });
  const { end } = await rig.rollOut({ waves });
  const visits = late.visits;

  wakeUp();
  await after(rig, 10);

  expect(end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
  expect(late).toMatchObject({ visits, error: 'StaleStep' });
});
