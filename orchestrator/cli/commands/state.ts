/** `strongroom state`: checks, backs up and restores the state in a folder. */
import { errors } from '../../domain/errors';
import { byVersion, guard } from '../../ports/guard';
import type { Store } from '../../ports/ports';
import { json, plural } from '../../presentation/text';
import { listAccounts } from '../../records/accounts';
import { readOwner } from '../../records/owner';
import { listRollouts } from '../../records/rollouts';
import { newStateId, readStateIdentity, recordLoss, renameState } from '../../records/state-identity';
import { localUser } from '../actor';
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
  const { writes, items, artifacts, bytes } = await embedded.checkState(folder);
  const seen = await withStore(folder, async (store) => ({
    organization: await readOwner({ store }),
    identity: (await readStateIdentity({ store }))?.value,
    rollouts: (await listRollouts({ store })).length,
    accounts: (await listAccounts({ store })).length,
  }));
  if (common.json) host.io.out(json({ folder, sound: true, ...seen, items, artifacts, writes, bytes }, 2));
  else
    for (const line of [
      `folder ${folder} is sound: all acknowledged writes are there, unchanged`,
      `  organization  ${seen.organization ?? 'none yet'}`,
      `  state         ${seen.identity === undefined ? 'manages no organization yet' : `${seen.identity.id} since ${seen.identity.since}`}`,
      `  rollouts      ${seen.rollouts}`,
      `  accounts      ${seen.accounts}`,
      `  records       ${items}, and ${plural(artifacts, 'artifact')}, in ${plural(writes, 'write')}`,
      `  size          ${sizeText(bytes)}`,
    ])
      host.io.out(line);
  return exitStatus.done;
}

async function accept(host: Host, folder: string): Promise<void> {
  const by = localUser(host);
  const { acceptLoss } = await import('../../embedded/check');
  const writes = await acceptLoss(folder);
  await withStore(folder, (store) =>
    recordLoss(guard({ store }, byVersion), { at: host.now().toISOString(), by, writes }),
  );
  const lost = writes === undefined ? 'an unknown number of acknowledged writes' : plural(writes, 'acknowledged write');
  host.io.err(
    writes === 0 ? 'note: no acknowledged write was missing' : `note: continuing without ${lost}; recorded for ${by}`,
  );
}

export async function backupState(host: Host, common: CommonOptions, file: string): Promise<ExitStatus> {
  const folder = folderOf(common);
  const { backUp } = await import('../../embedded/backup');
  const { items, artifacts, writes, bytes } = await backUp(folder, file);
  if (common.json) host.io.out(json({ folder, file, items, artifacts, writes, bytes }, 2));
  else
    host.io.out(
      `backed up folder ${folder} to ${file}: ${plural(items, 'record')}, ${plural(artifacts, 'artifact')}, ${sizeText(bytes)}`,
    );
  return exitStatus.done;
}

export async function restoreState(host: Host, common: CommonOptions, file: string): Promise<ExitStatus> {
  const folder = folderOf(common);
  const { restore } = await import('../../embedded/backup');
  const { items, artifacts, writes, bytes } = await restore(file, folder);
  const { id, restoredFrom, restoredBy } = await withStore(folder, (store) =>
    renameState(guard({ store }, byVersion), newStateId(Math.random), { by: localUser(host), at: host.now() }),
  );
  if (common.json)
    host.io.out(json({ folder, file, state: id, restoredFrom, restoredBy, items, artifacts, writes, bytes }, 2));
  else {
    host.io.out(
      `restored ${file} to folder ${folder}: ${plural(items, 'record')}, ${plural(artifacts, 'artifact')}; it is now state ${id}`,
    );
    if (restoredFrom !== undefined)
      host.io.out(
        `next: add --take-over-state to the first rollout from here; from then on, state ${restoredFrom} is refused`,
      );
  }
  return exitStatus.done;
}

async function withStore<T>(folder: string, ask: (store: Store) => Promise<T>): Promise<T> {
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
  if (world.kind === 'simulated')
    throw errors.invalidInput('the simulated organization keeps no state', 'remove --world');
  if (state?.kind === 'dynamodb' || engine.kind === 'stepfunctions')
    throw errors.invalidInput(
      'this command supports only a state in a folder',
      'for a table, use point-in-time recovery and backups of DynamoDB, and versions of the bucket',
    );
  return state?.kind === 'folder' ? state.folder : stateFolderDefault;
}
