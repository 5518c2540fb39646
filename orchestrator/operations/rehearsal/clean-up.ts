/** Removes what rehearsals have created, and names what is still there. Twice is once; a step that fails leaves the others to be done. */
import { errors, messageOf } from '../../domain/errors';
import { rehearsalPrefix } from '../../domain/model/resource-names';
import { operationEnded, type StackInstance } from '../../ports/ports';
import { ended, retrying, type Scene, Undecided, watching } from './scene';

const deleteWatch = { seconds: 10 * 60, everySeconds: 10 } as const;

/** @param isMeant the names, without the key of the set, of what is to be removed. @returns what remains, each with the reason. */
export async function cleanUp(scene: Scene, isMeant: (name: string) => boolean): Promise<readonly string[]> {
  const { rehearsal } = scene.ports;
  const remains: string[] = [];
  const step = async (what: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      remains.push(`${what}: ${messageOf(error)}`);
    }
  };
  await step('the StackSets of the rehearsal could not be listed', async () => {
    for (const set of (await retrying(scene, rehearsal.stackSets)).filter(isMeant))
      await step(`StackSet ${set} in ${scene.home}`, () => removeSet(scene, set));
  });
  for (const region of regionsOf(scene))
    await step(`the stacks of account ${scene.visit.account} in ${region} could not be listed`, async () => {
      const stacks = await retrying(scene, () => rehearsal.stacks(scene.visit, region));
      for (const { id, madeBy } of stacks.filter((stack) => isMeant(stack.madeBy)))
        await step(`stack ${id}`, () => removeStack(scene, region, id, madeBy));
    });
  await step('the listeners in the administrator account could not be listed', async () => {
    for (const name of (await retrying(scene, rehearsal.listeners)).filter(isMeant))
      await step(`rule, queue, topic or role ${name} in the administrator account`, () =>
        retrying(scene, () => rehearsal.stopListening(name)),
      );
  });
  return remains;
}

const regionsOf = ({ home, optInRegion }: Scene) => (optInRegion === undefined ? [home] : [home, optInRegion]);

async function removeSet(scene: Scene, set: string): Promise<void> {
  const { stackSets, rehearsal } = scene.ports;
  for (const { id, status } of await retrying(scene, () => rehearsal.operations(set))) {
    if (operationEnded(status)) continue;
    await retrying(scene, () => stackSets.stop(set, id));
    await ended(scene, set, id);
  }
  for (const instance of await retrying(scene, () => stackSets.instances(set)))
    await removeInstance(scene, set, instance);
  await retrying(scene, () => rehearsal.deleteStackSet(set));
}

async function removeInstance(scene: Scene, set: string, { account, region }: StackInstance): Promise<void> {
  if (account !== scene.visit.account)
    throw new Undecided(`it has a stack in account ${account}, which is not the account of this rehearsal`);
  const without = async (stack: 'delete' | 'retain', attempt: string) => {
    // The id is not used again by another cleanup.
    const operationId = `cleanup-${scene.stamp}-${attempt}-${scene.ports.clock.now().getTime()}`;
    const target = { stackSet: set, operationId, account, region };
    const id = await retrying(scene, () => scene.ports.rehearsal.removeInstance(target, stack));
    return ended(scene, set, id, region);
  };
  if ((await without('delete', '1')).status === 'SUCCEEDED') return;
  // The execution role may not exist, and is not needed for this. A stack is found in the account afterwards.
  const retained = await without('retain', '2');
  if (retained.status !== 'SUCCEEDED')
    throw errors.awsRefused(
      'cloudformation:DeleteStackInstances',
      retained.status,
      retained.result?.reason ?? 'no reason given',
    );
}

async function removeStack(scene: Scene, region: Scene['home'], id: string, madeBy: string): Promise<void> {
  const { rehearsal } = scene.ports;
  await retrying(scene, () => rehearsal.deleteStack(scene.visit, region, id));
  const gone = await watching(scene, deleteWatch, async () => {
    const left = (await rehearsal.stacks(scene.visit, region)).find((stack) => stack.id === id);
    if (left?.status === 'DELETE_FAILED') throw new Undecided(`the deletion of the stack of ${madeBy} has failed`);
    return left === undefined ? true : undefined;
  });
  if (gone === undefined) throw new Undecided(`the stack was not deleted after ${deleteWatch.seconds / 60} minutes`);
}

/** What this rehearsal has created: the stamp follows the prefix. */
export const isOf =
  ({ stamp }: Pick<Scene, 'stamp'>) =>
  (name: string): boolean =>
    name.startsWith(`${rehearsalPrefix}${stamp}`);
export const isOfAnyRehearsal = (name: string): boolean => name.startsWith(rehearsalPrefix);
