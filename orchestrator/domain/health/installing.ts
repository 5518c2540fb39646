/** What must be so before anything is installed. Like `doctor`, it reports everything at once, each problem with its next step. */
import type { StackChange } from '../installation/changes';
import type { NamedResource } from '../installation/template';
import type { AccountId } from '../model/brand';
import { type Finding, type Judged, judged, type Look, ok, problem } from './finding';

export type InstalledIn = StackChange['in'];

export interface SeenAccount {
  readonly in: InstalledIn;
  /** How the account is reached, like `profile acme-management`. */
  readonly reached: string;
  readonly account: AccountId;
  readonly caller: Look<{ readonly account: string; readonly arn: string }>;
}

export const accountNames: Readonly<Record<InstalledIn, string>> = {
  management: 'management account',
  deployments: 'Deployments account',
  logArchive: 'log archive account',
  security: 'security account',
};

/** Nothing else is asked while one of these is a problem: answers would be about another account. */
export const identityFindings = (accounts: readonly SeenAccount[]): readonly Finding[] =>
  accounts.map(({ in: name, reached, account, caller }) =>
    judged(accountNames[name], caller, 'problem', (seen) =>
      seen.account === account
        ? ok(`${account}, with ${reached}`)
        : problem(
            `${reached} belongs to account ${seen.account}, and installation.${name} is account ${account}`,
            `use credentials of account ${account}, or correct installation.${name}`,
          ),
    ),
  );

export interface SeenOrganization {
  readonly id: string;
  readonly managementAccount: string;
  readonly roots: readonly string[];
  /** Those of the accounts of the installation that are not in the organization, or closed. */
  readonly outside: readonly string[];
}

export function organizationFindings(
  look: Look<SeenOrganization>,
  accounts: readonly Pick<SeenAccount, 'in' | 'account'>[],
): readonly Finding[] {
  const management = accounts.find(({ in: name }) => name === 'management')?.account;
  const deployments = accounts.find(({ in: name }) => name === 'deployments')?.account;
  return [
    judged('organization', look, 'problem', ({ id, managementAccount, outside }) => {
      if (managementAccount !== management)
        return problem(
          `account ${management} is not the management account of organization ${id}, ${managementAccount} is`,
          `set installation.management to account ${managementAccount}`,
        );
      const strangers = accounts.filter(({ account }) => outside.includes(account));
      if (strangers.length > 0)
        return problem(
          `not an active member of organization ${id}: ${strangers.map(({ in: name, account }) => `${account} (${name})`).join(', ')}`,
          'use active accounts of this organization',
        );
      return deployments === management
        ? problem(
            'the Deployments account is the management account',
            'use a member account for the orchestrator: StackSets and its roles do not belong in the management account',
          )
        : ok(id);
    }),
  ];
}

/** Refused to the caller, by a policy of its own or by one of the organization. */
export interface Denial {
  readonly action: string;
  readonly by: 'identity' | 'organization';
}

export interface SeenStack {
  readonly change: StackChange;
  readonly isOurs: boolean;
  readonly status: string | undefined;
  /** Names of this deployment that other resources have. */
  readonly taken: Look<readonly NamedResource[]>;
}

export interface Preparation {
  /** Actions that the caller may not do, by account; a look that was refused stays unknown. */
  readonly denials: readonly {
    readonly in: InstalledIn;
    readonly account: string;
    readonly look: Look<readonly Denial[]>;
  }[];
  readonly stacks: readonly SeenStack[];
  /** Principals of services that may act in the organization. */
  readonly trustedServices: Look<readonly string[]>;
  readonly controlTowerRegion: string | undefined;
  /** A person knows better: policies that name resources allow what this check, which asks for all resources, finds missing. */
  readonly acceptsMissingPermissions: boolean;
}

export const stackSetsService = 'member.org.stacksets.cloudformation.amazonaws.com';
const controlTowerService = 'controltower.amazonaws.com';

export const preparationFindings = (seen: Preparation): readonly Finding[] => [
  ...seen.denials.map((one) =>
    judged(`permissions in the ${accountNames[one.in]}`, one.look, 'unknown', judgeDenials(seen)),
  ),
  ...seen.stacks.flatMap(stackFindings),
  controlTower(seen),
];

const judgeDenials =
  ({ acceptsMissingPermissions }: Preparation) =>
  (denials: readonly Denial[]): Judged => {
    const by = (whom: Denial['by']): readonly string[] =>
      denials.flatMap(({ action, by: of }) => (of === whom ? [action] : []));
    const [own, organization] = [by('identity'), by('organization')];
    if (denials.length === 0) return ok('all that the deployment needs');
    const saw = [
      ...(own.length === 0 ? [] : [`missing: ${own.join(', ')}`]),
      ...(organization.length === 0
        ? []
        : [`denied by a policy of the organization (SCP): ${organization.join(', ')}`]),
    ].join('; ');
    if (organization.length > 0)
      return problem(
        saw,
        'except your identity, and the roles of CloudFormation, from that policy, or use another account',
      );
    if (acceptsMissingPermissions) return { verdict: 'unknown', saw, next: 'accepted by --accept-missing-permissions' };
    return problem(
      saw,
      'allow these actions for your identity; if your policies allow them for named resources only, add --accept-missing-permissions',
    );
  };

const unusable = /^(DELETE_FAILED|ROLLBACK_FAILED|UPDATE_ROLLBACK_FAILED)$/;

function stackFindings({ change, isOurs, status, taken }: SeenStack): readonly Finding[] {
  const { stack, account } = change;
  const named = judged(`${stack}: names`, taken, 'unknown', (names) =>
    names.length === 0
      ? ok('no other resource has them')
      : problem(
          `${names.map(({ type, name }) => `${type} ${name}`).join(', ')} already exists in account ${account}`,
          'delete or rename it, if nothing uses it; a stack cannot take over a resource that it did not create',
        ),
  );
  if (status === undefined || status === 'REVIEW_IN_PROGRESS') return [named];
  if (!isOurs)
    return [
      {
        check: stack,
        ...problem(
          `account ${account} has a stack of this name that Strongroom did not deploy`,
          'delete or rename that stack; nothing of it is changed',
        ),
      },
    ];
  if (unusable.test(status))
    return [
      {
        check: stack,
        ...problem(`the stack is ${status}`, `open its events in account ${account}, and continue or delete it there`),
      },
    ];
  return change.change === 'none' ? [{ check: stack, ...ok('deployed, without changes') }] : [named];
}

function controlTower({ trustedServices, controlTowerRegion }: Preparation): Finding {
  return judged('Control Tower', trustedServices, 'unknown', (services) => {
    const isPresent = services.includes(controlTowerService);
    if (isPresent && controlTowerRegion === undefined)
      return problem(
        'the organization uses Control Tower, and installation.controlTowerRegion is not set',
        'set it to the home region of Control Tower, so that its new accounts are found at once',
      );
    if (!isPresent && controlTowerRegion !== undefined)
      return problem(
        `installation.controlTowerRegion is ${controlTowerRegion}, and the organization does not use Control Tower`,
        'remove installation.controlTowerRegion',
      );
    return ok(isPresent ? `its events are forwarded from ${controlTowerRegion}` : 'not used');
  });
}

export interface InstallationPlan {
  readonly findings: readonly Finding[];
  /** In the order of deployment; empty while the accounts are in doubt. */
  readonly changes: readonly StackChange[];
  /** Where the bucket for assets is missing. */
  readonly bootstrap: readonly { readonly in: InstalledIn; readonly account: string; readonly region: string }[];
  readonly enablesTrustedAccess: boolean;
}
