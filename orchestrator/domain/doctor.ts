/** What is right and wrong with an installation: facts in, findings out, each with what a person does about it. */
import type { AccountId, OrganizationId, Region, WaveName } from './brand';

/** Something that was looked for: found, or not to be looked at, and why. */
export type Look<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'refused'; readonly why: string; readonly next: string };

export interface Sampled {
  readonly account: AccountId;
  readonly wave: WaveName;
  /** Regions that do not answer there, once the CI role was entered. */
  readonly unusable: Look<readonly { readonly region: Region; readonly why: string }[]>;
}

export interface Installation {
  readonly caller: Look<{ readonly account: string; readonly arn: string }>;
  readonly clockOffByMs: Look<number>;
  readonly organization: Look<{ readonly id: OrganizationId; readonly managementAccountId: AccountId }>;
  readonly trustedServices: Look<readonly string[]>;
  readonly administrationRole: { readonly name: string; readonly exists: Look<boolean> };
  /** Where the records are, and how many rollouts are among them. */
  readonly state: { readonly place: string; readonly rollouts: Look<number> };
  readonly definitionProblems: Look<readonly string[]>;
  /** Accounts and regions of each wave, and how many modules a release has. */
  readonly plan: Look<{
    readonly modules: number;
    readonly regions: number;
    readonly waves: readonly { readonly name: WaveName; readonly accounts: number }[];
  }>;
  readonly samples: readonly Sampled[];
}

export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'problem' | 'unknown';
  readonly saw: string;
  /** What to do; '' where all is well. */
  readonly next: string;
}

/** AWS refuses what was signed with a clock that is off by more [doc:IAM/latest/UserGuide/signing-elements]. */
const clockOffMsMax = 5 * 60_000;
/** [aws-control-plane 2.8], [doc:AWSCloudFormation/latest/UserGuide/cloudformation-limits] */
const stackSetsMax = 1_000;
const instancesPerStackSetMax = 100_000;
/** Who service-managed StackSets act as in the members: the bootstrap's [doc:AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access]. */
const stackSetsService = 'member.org.stacksets.cloudformation.amazonaws.com';

export const diagnose = (seen: Installation): readonly Finding[] => [
  judged('credentials', seen.caller, 'problem', ({ account, arn }) => ok(`account ${account} as ${arn}`)),
  judged('clock', seen.clockOffByMs, 'unknown', clock),
  judged('organization', seen.organization, 'problem', ({ id, managementAccountId }) =>
    ok(`${id}, managed by account ${managementAccountId}`),
  ),
  judged('trusted access', seen.trustedServices, 'unknown', trustedAccess),
  judged('administration role', seen.administrationRole.exists, 'unknown', administrationRole(seen)),
  judged('state', seen.state.rollouts, 'problem', (rollouts) => ok(`${seen.state.place}, rollouts: ${rollouts}`)),
  judged('state machine', seen.definitionProblems, 'unknown', definition),
  judged('quotas', seen.plan, 'problem', quotas),
  ...seen.samples.map(({ account, wave, unusable }) =>
    judged(`account ${account} of wave ${wave}`, unusable, 'problem', regions),
  ),
];

type Judged = Pick<Finding, 'verdict' | 'saw' | 'next'>;
const ok = (saw: string): Judged => ({ verdict: 'ok', saw, next: '' });
const problem = (saw: string, next: string): Judged => ({ verdict: 'problem', saw, next });

/** What must be readable and is not is a problem; of the rest nothing is concluded. */
function judged<T>(check: string, look: Look<T>, refused: 'problem' | 'unknown', judge: (value: T) => Judged): Finding {
  if (look.kind === 'seen') return { check, ...judge(look.value) };
  return { check, verdict: refused, saw: look.why, next: look.next };
}

function clock(offByMs: number): Judged {
  const seconds = Math.round(Math.abs(offByMs) / 1000);
  if (Math.abs(offByMs) <= clockOffMsMax) return ok('agrees with that of AWS');
  return problem(
    `this clock is ${seconds} seconds ${offByMs > 0 ? 'behind' : 'ahead of'} that of AWS`,
    'set the clock',
  );
}

const trustedAccess = (services: readonly string[]): Judged =>
  services.includes(stackSetsService)
    ? ok('StackSets may act in the organization')
    : problem(
        'StackSets may not act in the organization, so the bootstrap reaches no new account',
        'in the management account: `aws cloudformation activate-organizations-access`',
      );

const administrationRole =
  ({ administrationRole: { name }, caller }: Installation) =>
  (exists: boolean): Judged => {
    const where = caller.kind === 'seen' ? ` in account ${caller.value.account}` : '';
    return exists
      ? ok(`role ${name}${where}`)
      : problem(
          `there is no role ${name}${where}, as which StackSets enter the accounts`,
          'deploy the orchestrator, which makes it, or name another as organization.administrationRoleArn',
        );
  };

const definition = (problems: readonly string[]): Judged =>
  problems.length === 0
    ? ok('Step Functions takes its definition')
    : problem(problems.join('; '), 'build it anew: this definition cannot be deployed');

function quotas({ modules, regions, waves }: Extract<Installation['plan'], { kind: 'seen' }>['value']): Judged {
  const stackSets = modules * waves.length;
  const widest = waves.toSorted((a, b) => b.accounts - a.accounts)[0];
  const instances = (widest?.accounts ?? 0) * regions;
  if (stackSets > stackSetsMax)
    return problem(
      `${waves.length} waves of ${modules} modules need ${stackSets} StackSets, an account may have ${stackSetsMax}`,
      'join waves, or ask AWS for a higher quota',
    );
  if (widest !== undefined && instances > instancesPerStackSetMax)
    return problem(
      `wave ${widest.name} needs ${instances} instances in one StackSet, which may have ${instancesPerStackSetMax}`,
      'split the wave',
    );
  return ok(
    `${stackSets} of ${stackSetsMax} StackSets, at most ${instances} of ${instancesPerStackSetMax} instances in one`,
  );
}

function regions(unusable: readonly { readonly region: Region; readonly why: string }[]): Judged {
  if (unusable.length === 0) return ok('the CI role can be entered, and every governed region answers');
  return problem(
    unusable.map(({ region, why }) => `${region}: ${why}`).join('; '),
    'enable the region there (`aws account enable-region --region-name REGION`), or take it out of regions.governed',
  );
}
