/** Every key of the table, on one page. Only the files of this folder use them; all other code speaks of rollouts, accounts and stages. */
import type { AccountId, RolloutId, WaveName } from '../domain/model/brand';
import type { Key } from '../ports/ports';

/** One partition takes 1,000 writes a second, so accounts are spread over ten, by their last digit [doc:amazondynamodb/bp-partition-key-design]. */
export const accountPartitions = Array.from({ length: 10 }, (_, digit) => `accounts#${digit}`);
export const accountKey = (id: AccountId): Key => ({ pk: `accounts#${id.slice(-1)}`, sk: id });

/** Visits kept for each account; the next one replaces the oldest. */
export const visitsKept = 20;
export const evidencePartition = (id: AccountId): string => `account#${id}#evidence`;
export const evidenceKey = (id: AccountId, visit: number): Key => ({
  pk: evidencePartition(id),
  sk: String(visit % visitsKept).padStart(2, '0'),
});

export const rolloutsPartition = 'rollouts';
export const rolloutKey = (id: RolloutId): Key => ({ pk: rolloutsPartition, sk: id });

/** What belongs to one rollout: its stages, and the tokens of its prompt. */
export const rolloutPartition = (id: RolloutId): string => `rollout#${id}`;
const stagePrefix = 'stage#';
export const stageKey = (id: RolloutId, wave: WaveName, attempt: number, stage: number): Key => ({
  pk: rolloutPartition(id),
  sk: `${stagePrefix}${wave}#${attempt}#${String(stage).padStart(4, '0')}`,
});
export const isStageKey = ({ sk }: Key): boolean => sk.startsWith(stagePrefix);
/** The same for all stages of one attempt. */
export const attemptOf = ({ sk }: Key): string => sk.slice(0, sk.lastIndexOf('#'));
export const promptTokensKey = (id: RolloutId): Key => ({ pk: rolloutPartition(id), sk: 'prompt-tokens' });

/** CloudFormation names an operation by StackSet and operation id, and knows nothing of our rollouts. */
export const operationKey = (stackSet: string, operationId: string): Key => ({
  pk: `operations#${stackSet}`,
  sk: operationId,
});

export const eventsPartition = (id: RolloutId): string => `rollout#${id}#events`;
export const eventKey = (id: RolloutId, number: number): Key => ({
  pk: eventsPartition(id),
  sk: String(number).padStart(8, '0'),
});

export const finishedWaveKey = (name: WaveName): Key => ({ pk: 'waves', sk: name });
export const onboardingsKey = (name: WaveName): Key => ({ pk: 'onboardings', sk: name });

export const detectionsPartition = 'drift';
export const detectionKey = (stackSet: string): Key => ({ pk: detectionsPartition, sk: stackSet });

export const leaseKey: Key = { pk: 'organization', sk: 'lease' };
export const ownerKey: Key = { pk: 'organization', sk: 'owner' };
export const subscriptionKey: Key = { pk: 'organization', sk: 'alert-subscription' };
export const desiredStateKey: Key = { pk: 'organization', sk: 'desired-state' };
export const stateIdentityKey: Key = { pk: 'organization', sk: 'state' };
