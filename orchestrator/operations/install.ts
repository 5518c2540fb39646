/** Looks at the accounts of an installation, plans what changes, and deploys it in order. Deployed stacks without changes are skipped. */
import { errors, isStrongroomError } from '../domain/errors';
import type { Finding, Look } from '../domain/health/finding';
import {
  type InstallationPlan,
  identityFindings,
  organizationFindings,
  preparationFindings,
  type SeenAccount,
  type SeenOrganization,
  type SeenStack,
  stackSetsService,
} from '../domain/health/installing';
import { actionsFor } from '../domain/installation/actions';
import { changeOf, type StackTarget } from '../domain/installation/changes';
import { installationOf } from '../domain/installation/installation';
import type { InstalledStack, StackName } from '../domain/installation/stack-parameters';
import type { NamedResource, Template } from '../domain/installation/template';
import { parseAccountId, parseOrganizationId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { InstalledAccount } from '../domain/model/installation';
import type { Installer, OnResource } from '../ports/installer';

export type Templates = (stack: StackName) => Promise<Template>;
export type InstalledAccounts = Readonly<Partial<Record<InstalledStack['in'], InstalledAccount>>> & {
  readonly management: InstalledAccount;
  readonly deployments: InstalledAccount;
};

/** @throws InvalidInput if the config does not name the accounts. */
export function accountsOf({
  installation,
  modules,
}: Pick<DesiredState, 'installation' | 'modules'>): InstalledAccounts {
  const { management, deployments, logArchive, security } = installation;
  if (management === undefined || deployments === undefined)
    throw errors.invalidInput(
      `the config has no installation.${management === undefined ? 'management' : 'deployments'}`,
      'name the account there, with the profile or role to use in it',
    );
  return {
    management,
    deployments,
    ...(logArchive && { logArchive }),
    ...(security && modules.alerts.enabled && { security }),
  };
}

export interface PlanningOptions {
  readonly templates: Templates;
  readonly acceptsMissingPermissions?: boolean | undefined;
}

export async function planInstallation(
  installer: Installer,
  desiredState: DesiredState,
  { templates, acceptsMissingPermissions = false }: PlanningOptions,
): Promise<InstallationPlan> {
  const accounts = accountsOf(desiredState);
  const seen = await seenAccounts(installer, accounts);
  const identities = identityFindings(seen);
  if (identities.some(isProblem)) return { ...nothing, findings: identities };
  const organization = await look(() =>
    installer.management(accounts.management).organization(seen.map(({ account }) => account)),
  );
  const places = [...identities, ...organizationFindings(organization, seen)];
  if (organization.kind === 'refused' || places.some(isProblem)) return { ...nothing, findings: places };
  const targets = await targetsOf(desiredState, accounts, organization.value, templates);
  const stacks: SeenStack[] = [];
  for (const target of targets) stacks.push(await seenStack(installer, accounts, target));
  const trustedServices = await look(() => installer.management(accounts.management).trustedServices());
  const denials = await Promise.all(seen.map((one) => deniedIn(installer, accounts, one, stacks)));
  const findings = preparationFindings({
    denials,
    stacks,
    trustedServices,
    controlTowerRegion: desiredState.installation.controlTowerRegion,
    acceptsMissingPermissions,
  });
  return {
    findings: [...places, ...findings],
    changes: stacks.map(({ change }) => change),
    bootstrap: await bootstrapOf(installer, accounts, targets),
    enablesTrustedAccess: trustedServices.kind === 'seen' && !trustedServices.value.includes(stackSetsService),
  };
}

const nothing = { changes: [], bootstrap: [], enablesTrustedAccess: false } as const;
const isProblem = ({ verdict }: Finding): boolean => verdict === 'problem';

export function seenAccounts(installer: Installer, accounts: InstalledAccounts): Promise<readonly SeenAccount[]> {
  const named = (['management', 'deployments', 'logArchive', 'security'] as const).flatMap((name) => {
    const account = accounts[name];
    return account === undefined ? [] : [{ name, account }];
  });
  return Promise.all(
    named.map(async ({ name, account }) => ({
      in: name,
      reached: reachedBy(account),
      account: account.account,
      caller: await look(() => installer.account(account).caller()),
    })),
  );
}

const reachedBy = ({ profile, role }: InstalledAccount): string => {
  if (role !== undefined) return `role ${role}`;
  return profile === undefined ? 'your default credentials' : `profile ${profile}`;
};

async function targetsOf(
  desiredState: DesiredState,
  accounts: InstalledAccounts,
  { id, managementAccount, roots }: SeenOrganization,
  templates: Templates,
): Promise<readonly StackTarget[]> {
  const installation = installationOf(desiredState);
  const stacks = installation.stacks({
    organization: parseOrganizationId(id),
    managementAccount: parseAccountId(managementAccount),
    deploymentsAccount: accounts.deployments.account,
    roots,
  });
  return Promise.all(
    stacks.map(async (stack) => ({
      ...stack,
      account: accountIn(accounts, stack).account,
      partition: installation.partition.id,
      template: await templates(stack.stack),
    })),
  );
}

function accountIn(accounts: InstalledAccounts, { in: name, stack }: Pick<InstalledStack, 'in' | 'stack'>) {
  const account = accounts[name];
  if (account === undefined)
    throw errors.internal(`${stack} belongs to account ${name}, which the config does not name`);
  return account;
}

async function seenStack(installer: Installer, accounts: InstalledAccounts, target: StackTarget): Promise<SeenStack> {
  const account = installer.account(accountIn(accounts, target));
  const deployed = await account.stack(target.stack, target.region);
  const change = changeOf(target, deployed);
  const taken = await look(async () => {
    const found: NamedResource[] = [];
    for (const named of change.names) if (await account.exists(named, target.region)) found.push(named);
    return found;
  });
  return { change, isOurs: deployed?.isOurs ?? true, status: deployed?.status, taken };
}

async function deniedIn(
  installer: Installer,
  accounts: InstalledAccounts,
  seen: SeenAccount,
  stacks: readonly SeenStack[],
) {
  const own = stacks.filter(({ change }) => change.in === seen.in && change.change !== 'none');
  const actions = new Set(own.flatMap(({ change }) => actionsFor(change.template, change.hasAssets)));
  const { caller } = seen;
  const account = accounts[seen.in];
  return {
    in: seen.in,
    account: seen.account,
    look:
      caller.kind === 'refused' || account === undefined || actions.size === 0
        ? ({ kind: 'seen', value: [] } as const)
        : await look(() => installer.account(account).denied(caller.value.arn, [...actions].toSorted())),
  };
}

async function bootstrapOf(installer: Installer, accounts: InstalledAccounts, targets: readonly StackTarget[]) {
  const places = new Map(
    targets
      .filter(({ hasAssets }) => hasAssets)
      .map((target) => [`${target.account}/${target.region}`, target] as const),
  );
  const missing: { in: InstalledStack['in']; account: string; region: string }[] = [];
  for (const target of places.values()) {
    const { in: name, account, region } = target;
    const has = await installer.account(accountIn(accounts, target)).hasAssetBucket(account, region);
    if (!has) missing.push({ in: name, account, region });
  }
  return missing;
}

/** What a person follows while it runs. */
export interface InstallProgress {
  readonly started: (what: string, account: string, region: string) => void;
  readonly resource: OnResource;
  readonly ended: (what: string, came: 'deployed' | 'unchanged' | 'done') => void;
}

/** @throws at the first stack that fails; the next run continues there. */
export async function carryOut(
  installer: Installer,
  desiredState: DesiredState,
  plan: InstallationPlan,
  progress: InstallProgress,
): Promise<void> {
  const accounts = accountsOf(desiredState);
  if (plan.enablesTrustedAccess) {
    const { organizationsRegion } = installationOf(desiredState).partition;
    progress.started('trusted access for StackSets', accounts.management.account, organizationsRegion);
    await installer.management(accounts.management).trustStackSets(organizationsRegion);
    progress.ended('trusted access for StackSets', 'done');
  }
  for (const change of plan.changes) {
    const { stack, account: id, region } = change;
    if (change.change === 'none') {
      progress.ended(stack, 'unchanged');
      continue;
    }
    const account = installer.account(accountIn(accounts, change));
    const lacking = plan.bootstrap.find((one) => change.hasAssets && one.account === id && one.region === region);
    if (lacking !== undefined && !(await account.hasAssetBucket(id, region))) {
      progress.started('CDKToolkit', id, region);
      await account.bootstrap(id, region, progress.resource);
      progress.ended('CDKToolkit', 'deployed');
    }
    progress.started(stack, id, region);
    if (change.change === 'wait') await account.settled(stack, region);
    await account.deploy(change, progress.resource);
    progress.ended(stack, 'deployed');
  }
}

/** What AWS refuses to say is reported, and never ends the look at the rest. */
async function look<T>(ask: () => Promise<T>): Promise<Look<T>> {
  try {
    return { kind: 'seen', value: await ask() };
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    // Nothing here retries.
    const next = error.retriable ? 'run the command again' : error.next;
    return { kind: 'refused', code: error.code, why: error.message, next };
  }
}
