/** `strongroom init`: writes a config for the organization that the credentials can list. */
import { writeFile } from 'node:fs/promises';
import { draftConfig, type Seen, type SeenOu } from '../../config/draft';
import { errors, messageOf } from '../../domain/errors';
import type { Directory } from '../../ports/ports';
import { json, plural } from '../../presentation/text';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { type CommonOptions, configDefault } from '../options';
import { command } from '../run';
import { withDirectory } from '../session';

const homeDefault = 'us-east-1';

export async function init(host: Host, common: CommonOptions): Promise<ExitStatus> {
  const file = common.config ?? configDefault;
  const home = host.env('AWS_REGION') ?? host.env('AWS_DEFAULT_REGION') ?? homeDefault;
  const seen = await withDirectory(host, common, home, (directory) => look(directory, home));
  const text = draftConfig(seen);
  await writeNew(file, text);
  const { accounts } = seen;
  if (common.json) host.io.out(json({ file, accounts: accounts.length }));
  else {
    host.io.out(`wrote ${file} for an organization of ${plural(accounts.length, 'account')}`);
    host.io.out(`review it, then run: ${command(common, 'plan')}`);
  }
  return exitStatus.done;
}

async function look(directory: Directory, home: string): Promise<Seen> {
  const accounts = await directory.accounts();
  const ous: SeenOu[] = [];
  // One after another, because the quota of these calls is five a second [aws-behavior 3.1].
  for (const ou of await directory.childOus('root')) ous.push({ ...ou, children: await directory.childOus(ou.id) });
  return { home, accounts, ous };
}

/** Never overwrites a file, which may be the work of days. */
async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST'
      ? errors.invalidInput(`${file} already exists`, 'use another file with --config')
      : errors.invalidInput(`cannot write ${file}: ${messageOf(error)}`, 'use another file with --config');
  });
}
