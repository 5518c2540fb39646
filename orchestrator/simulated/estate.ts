/** What stands in the accounts: stacks, settings, and what people have done there by hand. */
import type { AccountId, Region } from '../domain/brand';
import type { PolicyDocument, RoleFacts, RuleFacts, TopicFacts } from '../domain/facts';
import type { ImdsDefaults, PasswordPolicy, PublicAccessBlock } from '../domain/settings';
import { inAccount, type StackContent } from './deployed';
import type { Random } from './random';

/** Something that somebody does in an account, past Strongroom. */
export type Deed =
  | { readonly kind: 'detachPolicy'; readonly role: string; readonly policyArn: string }
  | { readonly kind: 'deleteInlinePolicy'; readonly role: string; readonly policy: string }
  | { readonly kind: 'changeTrust'; readonly role: string; readonly trust: PolicyDocument }
  | { readonly kind: 'deleteRole'; readonly role: string }
  | { readonly kind: 'disableRule'; readonly region: Region; readonly rule: string }
  | { readonly kind: 'deleteTopic'; readonly region: Region; readonly topic: string }
  | { readonly kind: 'deletePasswordPolicy' }
  /** The organization's declarative policy takes the defaults over. */
  | { readonly kind: 'declareImds'; readonly region: Region; readonly defaults: ImdsDefaults };

export interface Stack {
  readonly stackSet: string;
  readonly region: Region;
  readonly content: StackContent;
}

/** A member's settings; a fresh account has none of them [aws-control-plane 5, rows 1 to 4]. */
export interface Settings {
  passwordPolicy?: PasswordPolicy | undefined;
  s3PublicAccessBlock?: PublicAccessBlock | undefined;
  readonly ebsEncryption: Map<Region, boolean>;
  readonly imdsDefaults: Map<Region, ImdsDefaults>;
}

export interface Estate {
  readonly settings: (account: AccountId) => Settings;
  /** Creates the stack, or updates the one that the same StackSet made. Returns why CloudFormation failed, if it did. */
  readonly deploy: (account: AccountId, stack: Stack, nowMs: number) => string | undefined;
  readonly role: (account: AccountId, name: string) => RoleFacts | undefined;
  readonly topic: (account: AccountId, region: Region, name: string, nowMs: number) => TopicFacts | undefined;
  readonly rule: (account: AccountId, region: Region, name: string) => RuleFacts | undefined;
  readonly byHand: (account: AccountId, deed: Deed) => void;
  /** The stacks of an account, for those who compare the records with what is there. */
  readonly stacks: (account: AccountId) => readonly Stack[];
}

interface Holdings {
  readonly settings: Settings;
  /** By StackSet and region. */
  readonly stacks: Map<string, Stack>;
  /** Since when each subscription waits for its confirmation. */
  readonly subscribedAtMs: Map<string, number>;
  /** By the stack whose resource was changed. */
  readonly deeds: Map<string, readonly Deed[]>;
}

/** How long a person takes to open the mail and confirm. */
const confirmation = { leastMs: 60_000, spreadMs: 7 * 60_000 };

const stackKey = ({ stackSet, region }: Pick<Stack, 'stackSet' | 'region'>): string => `${stackSet} ${region}`;

/** @param isConfirmedEver whether anybody will confirm the account's subscriptions. */
export function createEstate(random: Random, isConfirmedEver: (account: AccountId) => boolean): Estate {
  const accounts = new Map<AccountId, Holdings>();

  const holdingsOf = (account: AccountId): Holdings => {
    const known = accounts.get(account);
    if (known !== undefined) return known;
    const settings: Settings = { ebsEncryption: new Map(), imdsDefaults: new Map() };
    const fresh = { settings, stacks: new Map(), subscribedAtMs: new Map(), deeds: new Map() };
    accounts.set(account, fresh);
    return fresh;
  };

  /** The facts of a named resource, as deployed and as people have changed it since. */
  const find = <T extends RoleFacts | TopicFacts | RuleFacts>(
    account: AccountId,
    textOf: (stack: Stack) => string | undefined,
    change: (facts: T, deed: Deed) => T | undefined,
  ): T | undefined => {
    const { stacks, deeds } = holdingsOf(account);
    for (const [key, stack] of stacks) {
      const text = textOf(stack);
      if (text === undefined) continue;
      const asDeployed: T | undefined = inAccount<T>(text, account);
      return (deeds.get(key) ?? []).reduce((facts: T | undefined, deed) => facts && change(facts, deed), asDeployed);
    }
    return undefined;
  };

  const confirmed = (account: AccountId, since: number | undefined, nowMs: number, key: string): boolean =>
    since !== undefined &&
    isConfirmedEver(account) &&
    nowMs >= since + confirmation.leastMs + random.of(`${account} ${key}`) * confirmation.spreadMs;

  return {
    settings: (account) => holdingsOf(account).settings,
    stacks: (account) => [...holdingsOf(account).stacks.values()],
    deploy: (account, stack, nowMs) => deploy(holdingsOf(account), account, stack, nowMs),
    role: (account, name) => find<RoleFacts>(account, (s) => s.content.roles.get(name), changedRole(name)),
    topic: (account, region, name, nowMs) => {
      const facts = find<TopicFacts>(
        account,
        (s) => (s.region === region ? s.content.topics.get(name) : undefined),
        (topic, deed) =>
          deed.kind === 'deleteTopic' && deed.region === region && deed.topic === name ? undefined : topic,
      );
      if (facts === undefined) return undefined;
      const { subscribedAtMs } = holdingsOf(account);
      const subscriptions = facts.subscriptions.map((s) => {
        const key = subscriptionKey(region, name, s.endpoint);
        return s.confirmed ? s : { ...s, confirmed: confirmed(account, subscribedAtMs.get(key), nowMs, key) };
      });
      return { ...facts, subscriptions };
    },
    rule: (account, region, name) =>
      find<RuleFacts>(
        account,
        (s) => (s.region === region ? s.content.rules.get(name) : undefined),
        (rule, deed) =>
          deed.kind === 'disableRule' && deed.region === region && deed.rule === name
            ? { ...rule, enabled: false }
            : rule,
      ),
    byHand: (account, deed) => doByHand(holdingsOf(account), deed),
  };
}

function deploy(holdings: Holdings, account: AccountId, stack: Stack, nowMs: number): string | undefined {
  const { stacks, deeds, subscribedAtMs } = holdings;
  const key = stackKey(stack);
  const taken = collision(stacks, key, stack);
  if (taken !== undefined) return taken;
  // CloudFormation compares templates, not resources: an update that changes nothing repairs nothing.
  if (stacks.get(key)?.content !== stack.content) deeds.delete(key);
  stacks.set(key, stack);
  for (const [name, text] of stack.content.topics)
    for (const { endpoint } of inAccount<TopicFacts>(text, account).subscriptions) {
      const subscription = subscriptionKey(stack.region, name, endpoint);
      if (!subscribedAtMs.has(subscription)) subscribedAtMs.set(subscription, nowMs);
    }
  return undefined;
}

const subscriptionKey = (region: Region, topic: string, endpoint: string): string => `${region} ${topic} ${endpoint}`;

function collision(stacks: ReadonlyMap<string, Stack>, key: string, stack: Stack): string | undefined {
  for (const [otherKey, other] of stacks) {
    if (otherKey === key) continue;
    const claim = stack.content.claims.find((c) => other.content.claims.includes(c));
    if (claim !== undefined) return `${claim} already exists in stack StackSet-${other.stackSet}`;
  }
  return undefined;
}

const changedRole =
  (name: string) =>
  (facts: RoleFacts, deed: Deed): RoleFacts | undefined => {
    if (!('role' in deed) || deed.role !== name) return facts;
    switch (deed.kind) {
      case 'deleteRole':
        return undefined;
      case 'detachPolicy':
        return { ...facts, attached: facts.attached.filter((arn) => arn !== deed.policyArn) };
      case 'deleteInlinePolicy':
        return {
          ...facts,
          inline: Object.fromEntries(Object.entries(facts.inline).filter(([p]) => p !== deed.policy)),
        };
      case 'changeTrust':
        return { ...facts, trust: deed.trust };
    }
  };

function doByHand({ settings, stacks, deeds }: Holdings, deed: Deed): void {
  switch (deed.kind) {
    case 'deletePasswordPolicy':
      settings.passwordPolicy = undefined;
      return;
    case 'declareImds':
      settings.imdsDefaults.set(deed.region, { ...deed.defaults, managedBy: 'declarative-policy' });
      return;
    default:
      // What is not there yet cannot be changed; the readers pass over deeds that are not theirs.
      for (const key of stacks.keys()) deeds.set(key, [...(deeds.get(key) ?? []), deed]);
  }
}
