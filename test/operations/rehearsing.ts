/** A rehearsal over the simulated organization. */
import { type AccountId, parseRegion, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { QuestionId } from '../../orchestrator/domain/rehearsal/questions';
import type { Report, Verdict } from '../../orchestrator/domain/rehearsal/report';
import { parseStackSetEvent } from '../../orchestrator/events/stack-set-event';
import { type RehearsalRequest, rehearse, type Watching } from '../../orchestrator/operations/rehearse';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import type { Rehearsal } from '../../orchestrator/ports/rehearsal';
import { anAccountIn, createRig, type Rig } from '../rig';

export const optInRegion = parseRegion('eu-south-1');
export const sandbox = parseWaveName('sandbox');

export interface Stage {
  readonly rig: Rig;
  readonly account: AccountId;
  readonly rehearsal: Rehearsal;
}

/** An account with the baseline in it and an organization trail, so that every question can be answered. */
export async function staged(): Promise<Stage> {
  const rig = await createRig({ accounts: 40 });
  const account = anAccountIn(rig, 'Sandbox');
  await rig.rollOut({ accounts: [account] });
  rig.world.contents.protect(account, { by: 'organizationTrail' });
  return { rig, account, rehearsal: await rig.world.openRehearsal() };
}

/** Ports that stand in the place of the world's own. */
export type Instead = (stage: Stage) => Partial<UnguardedPorts> & { readonly rehearsal?: Partial<Rehearsal> };

export async function rehearsed(
  stage: Stage,
  {
    instead = () => ({}),
    request = {},
    watching = {},
  }: {
    readonly instead?: Instead;
    readonly request?: Partial<RehearsalRequest>;
    readonly watching?: Partial<Watching>;
  } = {},
): Promise<Report> {
  const { rig, account } = stage;
  const { rehearsal, ...others } = instead(stage);
  const ports = { ...rig.ports, ...others, rehearsal: { ...stage.rehearsal, ...rehearsal } };
  const whole = { account, inWave: sandbox, optInRegion, ...request };
  return rig.inTime(() => rehearse(ports, rig.desiredState, whole, { parseEvent: parseStackSetEvent, ...watching }));
}

export const questionsThat = ({ answers }: Report, verdict: Verdict): readonly QuestionId[] =>
  answers.filter((answer) => answer.verdict === verdict).map(({ question }) => question);

/** What is left of rehearsals, anywhere. */
export const leftBy = async ({ rig, account, rehearsal }: Stage): Promise<readonly string[]> =>
  rig.inTime(async () => [
    ...(await rehearsal.stackSets()),
    ...(await rehearsal.listeners()),
    ...rig.world.contents.stacks(account).flatMap(({ stackSet }) => (stackSet.includes('rehearsal') ? [stackSet] : [])),
  ]);
