import { isVerified } from '../../orchestrator/cli/render/verify';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { scheduledSweep } from '../../orchestrator/operations/scheduled-sweep';
import { anAccountIn, createRig, type Rig } from '../rig';
import { add } from './newcomers';
import { damage, risks, rolledOut, stateOf } from './sweeping';

const part = { accountsMax: 1000, startsMax: 10 };
const sweep = (rig: Rig, wanted: Partial<Parameters<ReturnType<typeof scheduledSweep>>[0]> = {}) =>
  rig.inTime(() => scheduledSweep(rig.ports)({ ...part, ...wanted }));

describe('what a schedule calls', () => {
  test('does nothing before anybody has said what is wanted', async () => {
    const rig = await createRig({ accounts: 40 });

    expect(await sweep(rig)).toEqual({ inputs: [], verified: [] });
  });

  test('returns the executions to start for accounts that no event announced', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');

    const { inputs } = await sweep(rig);
    await rig.walkAll(inputs);

    expect(inputs.length).toBe(1);
    expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
  });

  test('announces once that keys are at risk', async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    damage(rig, account);

    await sweep(rig);
    await sweep(rig);

    expect(await stateOf(rig, account)).toBe('KEYS_AT_RISK');
    expect(new Set(risks(rig).map(({ key }) => key)).size).toBe(1);
  });

  test('visits everybody once, part by part, and looks for the unknown only at the beginning', async () => {
    const rig = await rolledOut();
    const whole = await sweep(rig);
    add(rig, 'Sandbox');
    const parts: { readonly inputs: number; readonly ids: readonly AccountId[] }[] = [];
    let after: AccountId | undefined;
    do {
      const { inputs, verified, next } = await sweep(rig, {
        after: after ?? whole.verified[0]?.member.id,
        accountsMax: 7,
      });
      parts.push({ inputs: inputs.length, ids: verified.map(({ member }) => member.id) });
      after = next;
    } while (after !== undefined);

    const ids = parts.flatMap((one) => one.ids);
    expect(ids).toEqual(whole.verified.slice(1).map(({ member }) => member.id));
    expect(parts.every(({ inputs, ids: visited }) => inputs === 0 && visited.length <= 7)).toBe(true);
    expect(whole.verified.some(isVerified)).toBe(true);
  });
});
