/**
 * Removes what runs: the dashboard, the orchestrator, and the forwarding of Control Tower's events. The baseline stays, and so do the three
 * stacks that it needs: the CI role's boundary limits service roles of the baseline, the security account receives its alerts, and the log
 * archive its logs.
 */
import { errors } from '../domain/errors';
import { identityFindings } from '../domain/health/installing';
import { installationOf } from '../domain/installation/installation';
import type { Remaining, Removal } from '../domain/installation/removal';
import type { StackName } from '../domain/installation/stack-parameters';
import type { DesiredState } from '../domain/model/desired-state';
import type { Installer, OnResource } from '../ports/installer';
import { accountsOf, type InstalledAccounts, seenAccounts } from './install';

const removed: readonly { readonly stack: StackName; readonly in: 'deployments' | 'management' }[] = [
  { stack: 'StrongroomDashboard', in: 'deployments' },
  { stack: 'StrongroomOrchestrator', in: 'deployments' },
  { stack: 'StrongroomControlTower', in: 'management' },
];
const kept: readonly {
  readonly stack: StackName;
  readonly in: 'logArchive' | 'security' | 'management';
  readonly why: string;
}[] = [
  { stack: 'StrongroomManagement', in: 'management', why: 'the CI role and its boundary in every account' },
  { stack: 'StrongroomSecurity', in: 'security', why: 'the event bus that all accounts forward alerts to' },
  { stack: 'StrongroomLogArchive', in: 'logArchive', why: 'the bucket that all accounts deliver logs to' },
];

/** @throws RolloutBusy while a rollout runs, and InvalidInput for credentials of another account. */
export async function planRemoval(installer: Installer, desiredState: DesiredState): Promise<Removal> {
  const accounts = accountsOf(desiredState);
  const wrong = identityFindings(await seenAccounts(installer, accounts)).find(({ verdict }) => verdict === 'problem');
  if (wrong !== undefined) throw errors.invalidInput(wrong.saw, wrong.next);
  const { home } = installationOf(desiredState);
  const running = await installer.deployments(accounts.deployments).runningRollouts('StrongroomOrchestrator', home);
  if (running.length > 0) throw errors.executionsInProgress(running);
  const regions = regionsOf(desiredState);
  const stacks: Removal['stacks'][number][] = [];
  const remains: Remaining[] = [];
  for (const { stack, in: name } of removed) {
    const { account } = accounts[name];
    const region = regions[stack];
    if (region === undefined) continue;
    const administered = installer.account(accounts[name]);
    const deployed = await administered.stack(stack, region);
    if (deployed === undefined) continue;
    if (!deployed.isOurs)
      throw errors.invalidInput(
        `account ${account} has a stack ${stack} that Strongroom did not deploy`,
        'nothing was deleted; delete or rename it',
      );
    stacks.push({ stack, in: name, account, region });
    const retained = Object.entries(deployed.template?.Resources ?? {}).flatMap(([id, resource]) =>
      resource.DeletionPolicy?.startsWith('Retain') ? [id] : [],
    );
    for (const { id, type, physicalId } of await administered.resources(stack, region))
      if (retained.includes(id))
        remains.push({ what: type, name: physicalId, account, region, why: `kept from ${stack}` });
  }
  return { stacks, remains: [...remains, ...(await remainsOf(installer, accounts, regions, home))] };
}

type Regions = Readonly<Record<StackName, string | undefined>>;

const regionsOf = (desiredState: DesiredState): Regions => {
  const { home, partition } = installationOf(desiredState);
  return {
    StrongroomLogArchive: home,
    StrongroomSecurity: home,
    StrongroomManagement: partition.organizationsRegion,
    StrongroomControlTower: desiredState.installation.controlTowerRegion,
    StrongroomOrchestrator: home,
    StrongroomDashboard: home,
  };
};

async function remainsOf(
  installer: Installer,
  accounts: InstalledAccounts,
  regions: Regions,
  home: string,
): Promise<readonly Remaining[]> {
  const { deployments } = accounts;
  const remains: Remaining[] = [];
  for (const { stack, in: name, why } of kept) {
    const account = accounts[name];
    const region = regions[stack];
    if (account === undefined || region === undefined) continue;
    if ((await installer.account(account).stack(stack, region)) !== undefined)
      remains.push({ what: 'stack', name: stack, account: account.account, region, why });
  }
  const sets = await installer.deployments(deployments).stackSets(home);
  const why = 'with its stacks in the accounts: the baseline';
  remains.push(
    ...sets.map((set) => ({ what: 'StackSet', name: set, account: deployments.account, region: home, why })),
  );
  if (await installer.account(deployments).hasAssetBucket(deployments.account, home))
    remains.push({
      what: 'stack',
      name: 'CDKToolkit',
      account: deployments.account,
      region: home,
      why: 'other CDK apps may use it',
    });
  return remains;
}

export interface RemovalProgress {
  readonly started: (stack: string, account: string, region: string) => void;
  readonly resource: OnResource;
  readonly ended: (stack: string) => void;
}

export async function remove(
  installer: Installer,
  desiredState: DesiredState,
  { stacks }: Removal,
  progress: RemovalProgress,
): Promise<void> {
  const accounts = accountsOf(desiredState);
  for (const { stack, in: name, account, region } of stacks) {
    progress.started(stack, account, region);
    const administered = installer.account(accounts[name]);
    await administered.settled(stack, region);
    await administered.remove(stack, region, progress.resource);
    progress.ended(stack);
  }
}
