/** Everything that was learned about one account in one visit. A fact that could not be read says why; it is never guessed. */
import type { AccountId, Region } from './brand';
import type { ImdsDefaults, PasswordPolicy, PublicAccessBlock } from './settings';

export type Fact<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

export const read = <T>(value: T): Fact<T> => ({ kind: 'read', value });
export const absent: Fact<never> = { kind: 'absent' };
export const unreadable = (why: string): Fact<never> => ({ kind: 'unreadable', why });

export interface PolicyDocument {
  readonly [key: string]: unknown;
}

export interface RoleFacts {
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
  /** ARNs of attached managed policies. */
  readonly attached: readonly string[];
  /** Inline policies by name. */
  readonly inline: Readonly<Record<string, PolicyDocument>>;
}

export interface TopicFacts {
  readonly policy: PolicyDocument;
  readonly subscriptions: readonly {
    readonly protocol: string;
    readonly endpoint: string;
    readonly confirmed: boolean;
  }[];
}

export interface RuleFacts {
  readonly enabled: boolean;
  readonly pattern: PolicyDocument;
  readonly targetArns: readonly string[];
}

/** The alert rules that the alerts module makes, by the role they play; the physical name is `strongroom-<rule>`. */
export const alertRules = ['guardduty-findings', 'securityhub-findings', 'root-sign-in'] as const;
export type AlertRule = (typeof alertRules)[number];
export const alertTopicName = 'strongroom-alerts';
export const alertRuleName = (rule: AlertRule): string => `strongroom-${rule}`;

export interface RegionFacts {
  readonly ebsEncryption: Fact<{ readonly enabled: boolean }>;
  readonly imdsDefaults: Fact<ImdsDefaults>;
  readonly alertTopic: Fact<TopicFacts>;
  readonly alertRules: Readonly<Record<AlertRule, Fact<RuleFacts>>>;
}

export interface AccountFacts {
  readonly account: AccountId;
  /** ISO time at which the collection ended. */
  readonly collectedAt: string;
  readonly identity: Fact<{ readonly account: string; readonly arn: string }>;
  readonly passwordPolicy: Fact<PasswordPolicy>;
  readonly s3PublicAccessBlock: Fact<PublicAccessBlock>;
  readonly operatorRole: Fact<RoleFacts>;
  readonly regions: Readonly<Record<Region, RegionFacts>>;
}

/** Which facts a release's checks need, so that nothing else is asked of the account. */
export interface FactsWanted {
  readonly operatorRoleName?: string | undefined;
  readonly passwordPolicy: boolean;
  readonly s3PublicAccessBlock: boolean;
  readonly home: Region;
  /** Regions with what is wanted of each. */
  readonly regions: readonly {
    readonly region: Region;
    readonly ebsEncryption: boolean;
    readonly imdsDefaults: boolean;
    readonly alerts: boolean;
  }[];
}
