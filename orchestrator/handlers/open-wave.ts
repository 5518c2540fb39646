/** Opens the next wave, or the same one again when a person asked for a retry; asks first where a wave wants an approval. */
import {
  type AccountRecord,
  failuresOf,
  hasLostAdopted,
  hasLostSettings,
  isInFormerWave,
} from '../domain/model/account-record';
import { currentWave, withWave } from '../domain/model/current-wave';
import { type ExecutionInput, shardsOf } from '../domain/model/execution-input';
import type { Move } from '../domain/model/move';
import { isRolledBack, type RolloutRecord, type WaveProgress } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { changeAccount } from '../rollout/change-account';
import { isToRevert } from '../rollout/revert-drift';
import { startHold } from '../rollout/start-holds';
import { type AssertCurrent, runStep } from '../rollout/step';
import { membersOf, recordsOf } from '../rollout/wave-accounts';

/** A proof older than this is asked for again, even where nothing is to be changed. */
const checkAgeHoursMax = 24;

export const openWave = (ports: Pick<Ports, 'store' | 'clock' | 'artifacts'>) => (input: ExecutionInput) =>
  runStep(ports, 'OpenWave', input, async (record, now, assertCurrent): Promise<Move<'OpenWave'>> => {
    const next = nextWave(record);
    const wave = next.waves[next.wave];
    if (wave === undefined || (isRolledBack(record) && next.wave !== record.wave))
      return { decision: 'finish', record, events: [] };
    const held = await startHold(ports, next, now);
    if (held !== undefined) return held;
    if (wave.accounts === 0) return passed(next, now, 'it selects no account');
    if (wave.spec.approval === 'manual' && !isApproved(wave, now)) return askApproval(next, wave, now);

    const ids = await membersOf(ports, next);
    const members = await recordsOf(ports, ids);
    const toChange = members.filter(
      ({ value }) =>
        value.release !== wave.release ||
        hasLostSettings(value) ||
        isToRevert(value, record) ||
        isInFormerWave(value, wave.name),
    ).length;
    const isSettled = toChange === 0 && !members.some(({ value }) => hasLostAdopted(value));
    if (isSettled && members.every(({ value }) => hasFreshChecks(value, wave, now))) {
      return passed(next, now, 'nothing changes for its accounts, and their last proof is fresh');
    }
    await forgetFailures(ports, next, members, assertCurrent);
    const opened = withWave(next, {
      status: { kind: 'open', since: now.toISOString() },
      attempt: wave.attempt + 1,
      lost: 0,
      stage: 0,
      stages: [],
      round: 0,
      firstHealthyAt: undefined,
      checksSince: now.toISOString(),
      work: undefined,
    });
    const doing = isSettled ? 'checking health, nothing to change' : 'preflight';
    return {
      decision: isSettled ? 'verify' : 'go',
      record: { ...opened, status: { kind: 'running', doing } },
      events: [{ type: 'waveOpened', wave: wave.name, accounts: ids.length, toChange, attempt: wave.attempt + 1 }],
      shards: shardsOf(ids.length),
    };
  });

/** A wave that was judged healthy, or overridden by a person, is behind us; any other is opened again. */
function nextWave(record: RolloutRecord): RolloutRecord {
  const status = record.waves[record.wave]?.status;
  const behind =
    status === undefined || status.kind === 'overridden' || (status.kind === 'judged' && status.verdict === 'healthy');
  return behind ? { ...record, wave: record.wave + 1 } : record;
}

function passed(record: RolloutRecord, now: Date, because: string): Move<'OpenWave'> {
  const wave = currentWave(record);
  const status = { kind: 'judged', verdict: 'healthy', because: [because], at: now.toISOString() } as const;
  return {
    decision: 'nextWave',
    record: withWave(record, { status }),
    events: [{ type: 'waveSkipped', wave: wave.name, because }],
  };
}

const hoursAfter = (time: Date, hours: number): Date => new Date(time.getTime() + hours * 3_600_000);

/** What a person has seen fit to start may look otherwise some days later. */
const isApproved = ({ approvedAt, spec }: WaveProgress, now: Date): boolean =>
  approvedAt !== undefined && now <= hoursAfter(new Date(approvedAt), spec.approvalHours);

function askApproval(record: RolloutRecord, wave: WaveProgress, now: Date): Move<'OpenWave'> {
  const expiresAt = hoursAfter(now, wave.spec.approvalHours).toISOString();
  const because = [`wave ${wave.name} with ${wave.accounts} accounts wants a person's approval before it starts`];
  return {
    decision: 'ask',
    record: {
      ...record,
      status: {
        kind: 'awaitingApproval',
        prompt: { about: 'approval', wave: wave.name, because, promptedAt: now.toISOString(), expiresAt },
      },
    },
    events: [{ type: 'approvalRequested', wave: wave.name, about: 'approval', because }],
  };
}

function hasFreshChecks(account: AccountRecord, { release, spec }: WaveProgress, now: Date): boolean {
  if (account.state !== 'BASELINE_HEALTHY' && account.state !== 'READY_FOR_KEYS') return false;
  // A rollout that was stopped while it soaked has proved once: that is not enough for the next wave.
  // One that was changed since, also there and back again, has shown nothing of how it is now.
  if (account.passing?.release !== release) return false;
  if (account.checkedAt === undefined || (spec.soakMinutes > 0 && account.soaked !== release)) return false;
  return now.getTime() - new Date(account.checkedAt).getTime() <= checkAgeHoursMax * 3_600_000;
}

/** A new attempt starts clean: what failed in the one before is in the log, and is tried again. */
async function forgetFailures(
  ports: Pick<Ports, 'store'>,
  record: RolloutRecord,
  members: readonly Item<AccountRecord>[],
  assertCurrent: AssertCurrent,
): Promise<void> {
  const marked = members.filter(({ value }) => value.work?.rollout === record.id && value.work.failures.length > 0);
  await Promise.all(
    marked.map((item) =>
      changeAccount(
        ports,
        record.id,
        item,
        (account) => ({
          ...account,
          work: { rollout: record.id, failures: [], formerly: failuresOf(account, record.id) },
        }),
        assertCurrent,
      ),
    ),
  );
}
