/** Diagnoses an installation: facts in, findings out, each with what a person does about it. */
import type { SkippedModule } from '../model/account-record';
import type { SubscriptionState } from '../model/alerting';
import type { AccountId, OrganizationId, Region, RolloutId, WaveName } from '../model/brand';
import { clockOffMsMax } from '../model/lease';
import { type Finding, type Judged, judged, type Look, ok, problem } from './finding';
import { type Guardrails, guardrailFindings } from './guardrails';
import { type Planned, quotas, type StackSetQuotas } from './quotas';

export interface Sampled {
  readonly account: AccountId;
  readonly wave: WaveName;
  /** Regions that refuse the account, once the CI role was entered, and modules that a rollout would skip there. */
  readonly looked: Look<{
    readonly unusable: readonly { readonly region: Region; readonly why: string }[];
    readonly skipped: readonly SkippedModule[];
  }>;
}

interface Subscribed {
  readonly email: string;
  readonly state: SubscriptionState;
  readonly since?: string | undefined;
  /** ARN. */
  readonly topic: string;
}

export interface Installation {
  readonly caller: Look<{ readonly account: string; readonly arn: string }>;
  readonly clockOffByMs: Look<number>;
  readonly organization: Look<{ readonly id: OrganizationId; readonly managementAccountId: AccountId }>;
  /** How many accounts are in it, as the rollout will list them. */
  readonly listing: Look<number>;
  readonly trustedServices: Look<readonly string[]>;
  /** For which services the caller's account administers the organization. */
  readonly delegatedServices: Look<readonly string[]>;
  /** The account that the config names. */
  readonly deploymentsAccount?: AccountId | undefined;
  /** Whether the CI roles let the caller in, if they are as the bootstrap makes them. */
  readonly callerEnters: boolean;
  /** Governed regions that the caller's account has not enabled. */
  readonly closedRegions: Look<readonly Region[]>;
  readonly organizationTrail: Look<boolean>;
  /** Where the bootstrap is deployed. */
  readonly organizationsRegion: Region;
  readonly administrationRole: { readonly name: string; readonly exists: Look<boolean> };
  /** Where the records are, and how many rollouts are among them. */
  readonly state: {
    readonly place: string;
    readonly rollouts: Look<number>;
    /** Rollouts whose execution has ended although their record does not say so. */
    readonly unrecorded: Look<readonly { readonly id: RolloutId; readonly because: string }[]>;
  };
  readonly definitionProblems: Look<readonly string[]>;
  readonly plan: Look<Planned>;
  readonly quotas: Look<StackSetQuotas>;
  /** Whether somebody receives the alerts; absent without an address. */
  readonly alerts?: Look<Subscribed> | undefined;
  readonly guardrails: Guardrails;
  readonly samples: readonly Sampled[];
}

/** Who service-managed StackSets act as in the members: the bootstrap's [doc:AWSCloudFormation/stacksets-orgs-activate-trusted-access]. */
const stackSetsService = 'member.org.stacksets.cloudformation.amazonaws.com';

export const diagnose = (seen: Installation): readonly Finding[] => [
  judged('credentials', seen.caller, 'problem', credentials(seen)),
  judged('clock', seen.clockOffByMs, 'unknown', clock),
  judged('organization', inOne(seen.organization), 'problem', ({ id, managementAccountId }) =>
    ok(`${id}, managed by account ${managementAccountId}`),
  ),
  listing(seen),
  judged('delegation', seen.delegatedServices, 'unknown', delegation(seen)),
  judged('trusted access', seen.trustedServices, 'unknown', trustedAccess),
  judged('administration role', seen.administrationRole.exists, 'unknown', administrationRole(seen)),
  judged('administrator regions', seen.closedRegions, 'unknown', administratorRegions(seen)),
  judged('events of accounts', seen.organizationTrail, 'unknown', accountEvents),
  judged('state', seen.state.rollouts, 'problem', (rollouts) => ok(`${seen.state.place}, rollouts: ${rollouts}`)),
  // Without a state there are no rollouts, for the same reason.
  ...(seen.state.rollouts.kind === 'seen' ? unrecorded(seen.state.unrecorded) : []),
  judged('state machine', seen.definitionProblems, 'unknown', definition),
  // Without a listing there is no plan, for the same reason.
  ...(seen.listing.kind === 'seen'
    ? [judged('plan', seen.plan, 'problem', ({ waves, regions }) => ok(sizeOf(waves, regions)))]
    : []),
  ...(seen.plan.kind === 'seen' ? [judged('quotas', seen.quotas, 'unknown', quotas(seen.plan.value))] : []),
  ...(seen.alerts === undefined ? [] : [judged('alerts', seen.alerts, 'unknown', subscription)]),
  ...guardrailFindings(seen.guardrails),
  ...seen.samples.map((sample) =>
    judged(
      `account ${sample.account} of wave ${sample.wave}`,
      entered(sample, seen),
      isStranger(sample, seen) ? 'unknown' : 'problem',
      regions(sample),
    ),
  ),
];

const credentials =
  ({ deploymentsAccount }: Installation) =>
  ({ account, arn }: { readonly account: string; readonly arn: string }): Judged =>
    deploymentsAccount === undefined || deploymentsAccount === account
      ? ok(`account ${account} as ${arn}`)
      : problem(
          `account ${account} as ${arn}, but installation.deployments is account ${deploymentsAccount}`,
          'use credentials of the Deployments account, where the orchestrator and its StackSets are',
        );

/** StackSets of an account reach a Region only if that account has it too [doc:AWSCloudFormation/stacksets-prereqs-self-managed]. */
const administratorRegions =
  ({ caller }: Installation) =>
  (closed: readonly Region[]): Judged => {
    if (closed.length === 0) return ok('every governed region is enabled in the account of the StackSets');
    const account = caller.kind === 'seen' ? caller.value.account : '…';
    const enable = closed.map(
      (region) => `\`aws account enable-region --account-id ${account} --region-name ${region}\``,
    );
    return problem(
      `account ${account}, which has the StackSets, has not enabled ${closed.join(', ')}`,
      `in the management account: ${enable.join(', ')}; then deploy StrongroomOrchestrator again`,
    );
  };

/** MoveAccount and AcceptHandshake reach EventBridge through a trail only [aws-behavior 3.4]. */
const accountEvents = (hasTrail: boolean): Judged =>
  hasTrail
    ? ok('a trail of the organization records them')
    : {
        verdict: 'unknown',
        saw: 'no trail of the organization is visible here; without a trail in the management account, accounts that move or join by invitation send no event',
        next: 'in the management account: `aws cloudtrail describe-trails`, which must show a trail with management events; sweeps find such accounts within 6 hours in any case',
      };

/** SNS asks once, and deletes what nobody confirms within 48 hours [doc:sns/sns-delete-subscription-topic]. */
function subscription({ email, state, since, topic }: Subscribed): Judged {
  const dated = since === undefined ? '' : ` since ${since}, when a sweep first saw it`;
  const again = `in the security account: \`aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint ${email}\``;
  switch (state) {
    case 'confirmed':
      return ok(`${email} receives the alerts of all accounts`);
    case 'pending':
      return {
        verdict: 'unknown',
        saw: `${email} has not confirmed the subscription${dated}`,
        next: `open the link in the mail from AWS; after 48 hours AWS deletes the subscription, then ${again}`,
      };
    case 'absent':
      return problem(`${email} is not subscribed${dated}, so nobody receives the alerts`, again);
  }
}

function unrecorded(seen: Installation['state']['unrecorded']): readonly Finding[] {
  if (seen.kind === 'refused') return [judged('rollouts', seen, 'unknown', () => ok(''))];
  return seen.value.map(({ id, because }) =>
    judged(`rollout ${id}`, seen, 'problem', () =>
      problem(`it is over: ${because}`, `close it with \`strongroom resume ${id}\``),
    ),
  );
}

function clock(offByMs: number): Judged {
  const seconds = Math.round(Math.abs(offByMs) / 1000);
  if (Math.abs(offByMs) <= clockOffMsMax) return ok('agrees with that of AWS');
  return problem(
    `this clock is ${seconds} seconds ${offByMs > 0 ? 'behind' : 'ahead of'} that of AWS`,
    'set the clock by a time server, on Linux with `sudo timedatectl set-ntp true`',
  );
}

/** If Organizations rejects a call for another reason than a denial, the account is in no organization. */
const inOne = <T>(look: Look<T>): Look<T> =>
  look.kind === 'seen' || look.code !== 'AwsRefused'
    ? look
    : {
        ...look,
        next: 'use credentials of an account in the organization; `aws organizations describe-organization` shows where these belong',
      };

/**
 * Every delegated administrator may list accounts [bc:organizations:ListAccounts]. Strongroom asks for the one of StackSets, because it
 * works with StackSets.
 */
function listing({ listing: look, caller }: Installation): Finding {
  const check = 'listing';
  if (look.kind === 'seen' || look.code !== 'AccessDenied' || caller.kind === 'refused')
    return judged(check, inOne(look), 'problem', (accounts) => ok(`accounts: ${accounts}`));
  const delegate = `aws organizations register-delegated-administrator --account-id ${caller.value.account} --service-principal ${stackSetsService}`;
  return { check, ...problem(look.why, `in the management account: \`${delegate}\`; ${byRole}`) };
}
const byRole =
  'or set installation.management in strongroom.yaml, to list by the role strongroom-directory of that account';

/** Never a problem by itself: what matters is whether the organization can be listed. */
const delegation =
  ({ caller, organization }: Installation) =>
  (services: readonly string[]): Judged => {
    const account = caller.kind === 'seen' ? caller.value.account : '';
    if (organization.kind === 'seen' && organization.value.managementAccountId === account)
      return ok(`account ${account} is the management account and needs no delegation`);
    return ok(
      services.length === 0
        ? `account ${account} is no delegated administrator, which is fine as long as it can list accounts`
        : `account ${account} is delegated administrator for ${services.join(', ')}`,
    );
  };

const trustedAccess = (services: readonly string[]): Judged =>
  services.includes(stackSetsService)
    ? ok('StackSets has trusted access')
    : problem(
        'StackSets has no trusted access, so new accounts get no bootstrap',
        'run `strongroom install`, or in the management account: `aws cloudformation activate-organizations-access`',
      );

const administrationRole =
  ({ administrationRole: { name }, caller }: Installation) =>
  (exists: boolean): Judged => {
    const where = caller.kind === 'seen' ? ` in account ${caller.value.account}` : '';
    return exists
      ? ok(`role ${name}${where}`)
      : problem(
          `there is no role ${name}${where}, which StackSets needs to enter the accounts`,
          'run `strongroom install`, which creates it; or set installation.administrationRole to another role',
        );
  };

const definition = (problems: readonly string[]): Judged =>
  problems.length === 0
    ? ok('Step Functions accepts the definition')
    : problem(problems.join('; '), 'build again with `npm run build`; this definition cannot be deployed');

const sizeOf = (waves: Planned['waves'], regions: number): string =>
  `accounts: ${waves.reduce((sum, { accounts }) => sum + accounts, 0)}, waves: ${waves.length}, regions: ${regions}`;

/** Refused for who the caller is, which is no fault of the account. */
const isStranger = ({ looked }: Sampled, { callerEnters }: Installation): boolean =>
  !callerEnters && looked.kind === 'refused' && looked.code === 'CannotEnterAccount';

/** The person who ran the bootstrap knows whether it reached the account. */
function entered(sample: Sampled, seen: Installation): Sampled['looked'] {
  const { account, looked } = sample;
  if (looked.kind === 'seen' || looked.code !== 'CannotEnterAccount') return looked;
  if (isStranger(sample, seen)) {
    const arn = seen.caller.kind === 'seen' ? seen.caller.value.arn : 'the caller';
    return {
      ...looked,
      why: `${arn} is not a role that CI roles let in, so this says nothing about the account`,
      next: 'to verify and roll out yourself, add your role to installation.people and deploy StrongroomManagement again; the deployed orchestrator does not need this',
    };
  }
  const ask = `aws cloudformation list-stack-instances --region ${seen.organizationsRegion} --stack-set-name ${bootstrapStackSet} --stack-instance-account ${account}`;
  return { ...looked, next: `${looked.next}; in the management account: \`${ask}\`` };
}
/** What StrongroomManagement makes the CI roles with. Not under the prefix of our StackSets: the CI role may change those stacks. */
export const bootstrapStackSet = 'StrongroomBootstrap';

type Looked = Extract<Sampled['looked'], { readonly kind: 'seen' }>['value'];

/** The management account may do it for others, once Account Management is trusted [doc:accounts/manage-acct-regions]. */
const regions =
  ({ account }: Sampled) =>
  ({ unusable, skipped }: Looked): Judged => {
    if (unusable.length > 0) {
      const enable = unusable.map(
        ({ region }) => `\`aws account enable-region --account-id ${account} --region-name ${region}\``,
      );
      return problem(
        unusable.map(({ region, why }) => `${region}: ${why}`).join('; '),
        `in the management account: ${enable.join(', ')}; or remove it from regions.governed`,
      );
    }
    if (skipped.length === 0) return ok('the CI role can be assumed, and preflight finds no problem');
    return problem(
      skipped.map(({ module, region, because }) => `${module} would be skipped in ${region}: ${because}`).join('; '),
      'run `strongroom doctor` again; if it persists, check the service control policies of the account',
    );
  };
