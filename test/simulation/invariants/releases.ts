/** What the records say of releases, compared with the config and with what the accounts hold. */
import type { AccountFacts, RegionFacts } from '../../../orchestrator/domain/health/fact-sources';
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import type { AccountId } from '../../../orchestrator/domain/model/brand';
import type { Protection } from '../../../orchestrator/simulated/preexisting';
import type { Stack } from '../../../orchestrator/simulated/stack';
import type { History, Invariant } from '../history';
import type { Intent, WantedStack } from '../intent';
import { textOf } from './common';

/** 6. Checked when the release is written, and when a rollout has ended and nothing is in flight. */
export const releaseIsTrue: Invariant = (moment, history) => {
  if (
    moment.kind === 'account' &&
    moment.after.release !== undefined &&
    moment.after.release !== moment.before?.release
  )
    return falseRelease(moment.after, history);
  if (moment.kind !== 'rollout' || moment.after.status.kind !== 'finished') return undefined;
  return falseReleases(history);
};

/** Which records are wrong, given that nothing is in flight. */
export function falseReleases(history: History): string | undefined {
  for (const account of history.accounts.values()) {
    if (account.release === undefined || history.isInFlight(account.id)) continue;
    const isFalse = falseRelease(account, history);
    if (isFalse !== undefined) return isFalse;
  }
  return undefined;
}

function falseRelease(account: AccountRecord, history: History): string | undefined {
  const intent = account.release === undefined ? undefined : history.intentOf(account.release);
  if (intent === undefined || history.isTampered(account.id)) return undefined;
  const stacks = history.stacksOf(account.id);
  for (const wanted of intent.stacks)
    for (const region of wanted.regions) {
      if (isRunByOthers(account.id, wanted.module, region, history)) continue;
      const isRecorded = account.modules.some((m) => m.module === wanted.module && m.region === region);
      const wrong = isRecorded
        ? wrongStack(account.id, wanted, region, stacks, history)
        : `has no record of ${wanted.module} in ${region}`;
      if (wrong !== undefined) return `${account.id} is recorded at ${account.release}, and ${wrong}`;
    }
  const setting = falseSetting(account.id, intent, history);
  return setting && `${account.id} is recorded at ${account.release}, and ${setting}`;
}

/** What is wrong with a stack that an account must have. It keeps the name from the StackSet of its first wave, whichever wave has adopted it since. */
export function wrongStack(
  account: AccountId,
  { module, parameters }: WantedStack,
  region: string,
  stacks: readonly Stack[],
  history: History,
): string | undefined {
  if (isRunByOthers(account, module, region, history)) return undefined;
  const stack = stacks.find((one) => one.region === region && one.stackSet.endsWith(`-${module}`));
  if (stack === undefined) return `has no ${module} in ${region}`;
  if (stack.template !== history.templateOf(module)) return `runs another template of ${module} in ${region}`;
  return isAsWanted(stack.parameters, parameters) ? undefined : `runs ${module} in ${region} with other parameters`;
}

/** Parameters that the config leaves out are empty. */
const isAsWanted = (given: Readonly<Record<string, string>>, wanted: WantedStack['parameters']): boolean =>
  textOf(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))) === textOf(wanted);

/** Their owner has taken the place of a module. */
const takenBy: Readonly<Record<string, readonly Protection['by'][]>> = {
  'audit-logging': ['organizationTrail'],
  'aws-config': ['controlTower'],
  'threat-detection': ['guardDutyAdministrator', 'hubByHand'],
  'access-analyzer': ['analyzerByHand'],
  'account-hardening': ['snapshotPolicy'],
};

const isRunByOthers = (account: AccountId, module: string, region: string, { protectionsOf }: History): boolean =>
  protectionsOf(account, region).some(({ by }) => takenBy[module]?.includes(by));

/** Settings that CloudFormation cannot manage belong to a release like its stacks. */
function falseSetting(account: AccountId, { settings, regions }: Intent, { settingsOf }: History): string | undefined {
  const there = settingsOf(account);
  const lacking = <T>(held: ReadonlyMap<string, T>, isRight: (value: T) => boolean): string | undefined =>
    regions.find((region) => {
      const value = held.get(region);
      return value === undefined || !isRight(value);
    });
  if (settings.has('passwordPolicy') && there.passwordPolicy === undefined) return 'it has no password policy';
  if (settings.has('s3PublicAccessBlock') && there.s3PublicAccessBlock === undefined)
    return 'it may have public buckets';
  const plain = settings.has('ebsEncryption') && lacking(there.ebsEncryption, Boolean);
  if (plain) return `it does not encrypt volumes in ${plain}`;
  const lax =
    settings.has('imdsDefaults') && lacking(there.imdsDefaults, ({ httpTokens }) => httpTokens === 'required');
  if (lax) return `instances in ${lax} may do without IMDSv2`;
  const keyless = settings.has('ebsDefaultKey') && lacking(there.ebsKey, Boolean);
  return keyless ? `volumes in ${keyless} have no key of the account` : undefined;
}

/** A setting that the config wants and the visit has found different. */
export function badSetting(facts: AccountFacts, { settings, regions }: Intent): string | undefined {
  const { passwordPolicy, s3PublicAccessBlock } = facts;
  if (settings.has('passwordPolicy') && !(passwordPolicy.kind === 'read' && passwordPolicy.value.minimumLength >= 14))
    return 'there is no password policy of 14 characters';
  if (
    settings.has('s3PublicAccessBlock') &&
    !(s3PublicAccessBlock.kind === 'read' && Object.values(s3PublicAccessBlock.value).every(Boolean))
  )
    return 'buckets may be public';
  const seenIn = new Map<string, RegionFacts>(Object.entries(facts.regions));
  const inRegion = regions.map((region) => ({ region, seen: seenIn.get(region) }));
  const plain = inRegion.find(({ seen }) => !(seen?.ebsEncryption.kind === 'read' && seen.ebsEncryption.value.enabled));
  if (settings.has('ebsEncryption') && plain) return `volumes in ${plain.region} are not encrypted`;
  const keyless = inRegion.find(({ seen }) => seen?.ebsDefaultKey.kind !== 'read');
  return settings.has('ebsDefaultKey') && keyless
    ? `volumes in ${keyless.region} have no key of the account`
    : undefined;
}

/** The product makes of a config the release that it means: these stacks, in these regions, with these parameters. */
export const releaseAsConfigured = (): Invariant => {
  const compared = new Set<string>();
  return (moment, history) => {
    if (moment.kind !== 'rollout' || compared.has(moment.after.release)) return undefined;
    const { release: id } = moment.after;
    const [intent, release] = [history.intentOf(id), history.releaseOf(id)];
    if (intent === undefined || release === undefined) return undefined;
    compared.add(id);
    const wanted = new Map(intent.stacks.map((stack) => [stack.module, stack]));
    const unwanted = release.modules.find(({ module }) => !wanted.has(module));
    if (unwanted !== undefined) return `${id} has ${unwanted.module}, which the config does not want`;
    for (const { module, regions, parameters } of intent.stacks) {
      const made = release.modules.find((one) => one.module === module);
      if (made === undefined) return `${id} does not have ${module}`;
      if (textOf([...made.regions].sort()) !== textOf([...regions].sort()))
        return `${id} has ${module} in ${made.regions}`;
      if (!isAsWanted(made.parameters, parameters)) return `${id} has ${module} with other parameters`;
    }
    return undefined;
  };
};

/** An operation brings what some release of the config has. */
export const operationsBringReleases: Invariant = (moment, { config }) => {
  if (moment.kind !== 'operation') return undefined;
  const { kind, spec, operationId } = moment.request;
  if (kind !== 'create' && kind !== 'update') return undefined;
  const module = spec.name.replace(/^strongroom-[a-z0-9]+(-rest)?-/, '');
  const isKnown = config.releases.some(({ stacks }) =>
    stacks.some((stack) => stack.module === module && isAsWanted(spec.parameters, stack.parameters)),
  );
  return isKnown ? undefined : `${operationId} brings ${module} as no config wants it`;
};
