/**
 * What Strongroom itself costs for an organization, as far as it can be known before the bill: rollouts, sweeps and keys. What the services
 * of the baseline cost depends on what happens in the accounts, and is named without a figure.
 */
import type { DesiredState } from '../model/desired-state';

/** US dollars in us-east-1. Stored copies of AWS's pages, which may be outdated [aws-behavior 1.8], [aws-behavior 7]. */
export const prices = {
  asOf: '2026-11-22',
  region: 'us-east-1',
  transition: 0.025 / 1_000,
  lambdaGigabyteSecond: 0.000_013_333_4,
  lambdaInvocation: 0.2 / 1_000_000,
  tableWriteUnit: 0.625 / 1_000_000,
  tableReadUnit: 0.125 / 1_000_000,
  /** [aws-behavior 5.14] */
  keyMonth: 1,
  forwardedEvent: 1 / 1_000_000,
  email: 2 / 100_000,
} as const;

/** Per account in four Regions, measured with `npx tsx bench/cost.ts`: docs/cost.md. */
const measured = [
  { upTo: 100, transitions: 4.48, lambdaMs: 5_456, writes: 97, reads: 76 },
  { upTo: 1_000, transitions: 0.66, lambdaMs: 1_601, writes: 73, reads: 38 },
  { upTo: Number.POSITIVE_INFINITY, transitions: 0.14, lambdaMs: 2_497, writes: 59, reads: 26 },
] as const;
const measuredRegions = 4;
/** The largest size of a function that visits accounts; the measured times are charged with it. */
const lambdaGigabytes = 1;

/** Every 6 hours. */
const sweepsPerMonth = 120;
/** One call visits 500 accounts in 120 seconds at most, and writes about four units for each. */
const sweep = { accountsPerCall: 500, secondsPerCall: 120, writes: 4, reads: 4 } as const;

export interface CostLine {
  readonly what: string;
  /** US dollars; absent where it depends on use. */
  readonly dollars?: number | undefined;
  readonly per: 'rollout' | 'month' | '1,000 alerts' | 'use';
  readonly because: string;
}

type Priced = Pick<DesiredState, 'regions' | 'modules' | 'installation'>;

/** @param accounts that the plan has in waves. */
export function costOf({ regions, modules, installation }: Priced, accounts: number): readonly CostLine[] {
  const governed = new Set(regions.governed).size;
  const keys = [
    'orchestrator',
    ...(modules.alerts.enabled ? ['alerts'] : []),
    ...(installation.logArchive === undefined || modules['audit-logging'].logArchiveBucket === undefined
      ? []
      : ['log archive']),
  ];
  return [
    {
      what: 'a rollout to every account',
      dollars: rolloutOf(accounts, governed),
      per: 'rollout',
      because: 'Step Functions, Lambda and DynamoDB; measured on a simulated organization, an upper estimate',
    },
    {
      what: 'sweeps',
      dollars: sweepsPerMonth * sweepOf(accounts, governed),
      per: 'month',
      because: `${sweepsPerMonth} a month; Lambda and DynamoDB, an upper estimate`,
    },
    { what: 'keys of Strongroom', dollars: keys.length * prices.keyMonth, per: 'month', because: keys.join(', ') },
    ...(modules['kms-default'].enabled
      ? [
          {
            what: 'default keys for EBS',
            dollars: accounts * governed * prices.keyMonth,
            per: 'month',
            because: `module kms-default: a key in each of ${accounts} accounts and ${governed} Regions`,
          } as const,
        ]
      : []),
    ...(modules.alerts.enabled
      ? [
          {
            what: 'alerts',
            dollars: 1_000 * (prices.forwardedEvent + prices.email),
            per: '1,000 alerts',
            because: 'EventBridge to another account, and one email each at most; rules and roles in accounts are free',
          } as const,
        ]
      : []),
    ...uses(modules),
  ];
}

function rolloutOf(accounts: number, governed: number): number {
  const [smallest] = measured;
  const { transitions, lambdaMs, writes, reads } = measured.find(({ upTo }) => accounts <= upTo) ?? smallest;
  const lambda = (lambdaMs / 1_000) * lambdaGigabytes * prices.lambdaGigabyteSecond * (governed / measuredRegions);
  const table = writes * prices.tableWriteUnit + reads * prices.tableReadUnit;
  return accounts * (transitions * prices.transition + lambda + table);
}

function sweepOf(accounts: number, governed: number): number {
  const calls = Math.ceil(accounts / sweep.accountsPerCall);
  const seconds = (accounts / sweep.accountsPerCall) * sweep.secondsPerCall * (governed / measuredRegions);
  const lambda = seconds * lambdaGigabytes * prices.lambdaGigabyteSecond + calls * prices.lambdaInvocation;
  return lambda + accounts * (sweep.writes * prices.tableWriteUnit + sweep.reads * prices.tableReadUnit);
}

const uses = (modules: DesiredState['modules']): readonly CostLine[] =>
  (
    [
      [true, 'logs, traces and storage of Strongroom', 'by volume; S3, CloudWatch and X-Ray'],
      [
        modules['audit-logging'].enabled,
        'AWS CloudTrail',
        'a second copy of management events, if an organization trail records them too',
      ],
      [modules['aws-config'].enabled, 'AWS Config', 'by recorded configuration items'],
      [
        modules['threat-detection'].enabled,
        'GuardDuty and Security Hub',
        'by events, plans and checks of the standards',
      ],
    ] as const
  ).flatMap(([applies, what, because]) => (applies ? [{ what, per: 'use', because } as const] : []));
