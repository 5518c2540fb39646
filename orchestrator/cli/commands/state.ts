/** `strongroom state`: checks, backs up and restores the state that is kept in a folder. */
import { errors } from '../../domain/errors';
import type { Store } from '../../ports/ports';
import { json } from '../../presentation/text';
import { listAccounts, listRollouts, readOwner } from '../../records/records';
import { newStateId, readStateIdentity, recordLoss, renameState } from '../../records/state-identity';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { type CommonOptions, stateFolderDefault } from '../options';

export interface CheckOptions {
  readonly acceptLoss?: boolean;
}

export async function checkState(host: Host, common: CommonOptions, { acceptLoss }: CheckOptions): Promise<ExitStatus> {
  const folder = folderOf(common);
  const embedded = await import('../../embedded/check');
  if (acceptLoss === true) await accept(host, folder);
  const checked = await embedded.checkState(folder);
  const seen = await look(folder, async (store) => ({
    organization: await readOwner({ store }),
    identity: (await readStateIdentity({ store }))?.value,
    rollouts: (await listRollouts({ store })).length,
    accounts: (await listAccounts({ store })).length,
  }));
  const { writes, items, artifacts, bytes } = checked;
  if (common.json) host.io.out(json({ folder, sound: true, ...seen, items, artifacts, writes, bytes }, 2));
  else
    for (const line of [
      `folder ${folder} is sound: every acknowledged write is there as it was written`,
      `  organization  ${seen.organization ?? 'none yet'}`,
      `  state         ${seen.identity === undefined ? 'manages nothing yet' : `${seen.identity.id} since ${seen.identity.since}`}`,
      `  rollouts      ${seen.rollouts}`,
      `  accounts      ${seen.accounts}`,
      `  records       ${items}, and ${artifacts} artifacts, in ${writes} writes`,
      `  size          ${sizeText(bytes)}`,
    ])
      host.io.out(line);
  return exitStatus.done;
}

async function accept(host: Host, folder: string): Promise<void> {
  const { acceptLoss } = await import('../../embedded/check');
  const writes = await acceptLoss(folder);
  await look(folder, (store) => recordLoss({ store }, { at: host.now().toISOString(), by: host.user, writes }));
  host.io.err(
    writes === 0
      ? 'note: no acknowledged write was missing'
      : `note: ${writes ?? 'an unknown number of'} acknowledged writes are given up, and ${host.user} is recorded for it`,
  );
}

export async function backupState(host: Host, common: CommonOptions, file: string): Promise<ExitStatus> {
  const folder = folderOf(common);
  const { backUp } = await import('../../embedded/backup');
  const { items, artifacts, writes, bytes } = await backUp(folder, file);
  if (common.json) host.io.out(json({ folder, file, items, artifacts, writes, bytes }, 2));
  else
    host.io.out(
      `${file} has everything of folder ${folder}: ${items} records, ${artifacts} artifacts, ${sizeText(bytes)}`,
    );
  return exitStatus.done;
}

export async function restoreState(host: Host, common: CommonOptions, file: string): Promise<ExitStatus> {
  const folder = folderOf(common);
  const { restore } = await import('../../embedded/backup');
  const { items, artifacts, writes, bytes } = await restore(file, folder);
  const { id, restoredFrom } = await look(folder, (store) =>
    renameState({ store }, newStateId(Math.random), host.now()),
  );
  if (common.json) host.io.out(json({ folder, file, state: id, restoredFrom, items, artifacts, writes, bytes }, 2));
  else {
    host.io.out(`folder ${folder} has everything of ${file}: ${items} records, ${artifacts} artifacts`);
    if (restoredFrom !== undefined)
      host.io.out(
        `next: it is now state ${id}; when ${restoredFrom} is given up, the first rollout needs --take-over-state`,
      );
  }
  return exitStatus.done;
}

async function look<T>(folder: string, ask: (store: Store) => Promise<T>): Promise<T> {
  const { openEmbeddedState } = await import('../../embedded/state');
  const { store, close } = await openEmbeddedState(folder);
  try {
    return await ask(store);
  } finally {
    await close();
  }
}

/** `312 KB`, `4.1 MB`. */
const sizeText = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

function folderOf({ state, world, engine }: CommonOptions): string {
  if (world.kind === 'simulated') throw errors.invalidInput('the simulated world keeps no state', 'leave --world out');
  if (state?.kind === 'dynamodb' || engine.kind === 'stepfunctions')
    throw errors.invalidInput(
      'a state in a table is kept by DynamoDB, and not by this command',
      'use point-in-time recovery and the backups of DynamoDB and S3',
    );
  return state?.kind === 'folder' ? state.folder : stateFolderDefault;
}
