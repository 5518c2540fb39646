/** A rehearsal acts in one account, only on names of rehearsals, and never while a rollout is in progress. */
import { errors } from '../../domain/errors';
import type { AccountId } from '../../domain/model/brand';
import { rehearsalPrefix } from '../../domain/model/resource-names';
import type { Effect, Guard } from '../../ports/guard';
import type { OperationRequest, Ports, StackPlace, Visit } from '../../ports/ports';
import type { StackSetTarget } from '../../ports/rehearsal';
import { refuseBusy } from '../start';

/** What an effect is about; its arguments are those of its port. */
interface Subject {
  readonly accounts: readonly string[];
  readonly names: readonly string[];
  /** What was created is removed in any case. */
  readonly isRemoval?: boolean;
}

type About = (...args: readonly never[]) => Subject;

const inAccount = ({ account }: Visit): Subject => ({ accounts: [account], names: [] });
const named = (name: string): Subject => ({ accounts: [], names: [name] });
const removing = (subject: Subject): Subject => ({ ...subject, isRemoval: true });

/** An effect that is not listed is refused. */
const subjects: Readonly<Record<string, About>> = {
  'stackSets.start': ({ spec, accounts }: OperationRequest) => ({ accounts, names: [spec.name] }),
  'stackSets.stop': (name: string) => removing(named(name)),
  'stackSets.detectDrift': named,
  'accounts.collectFacts': inAccount,
  'accounts.revertDrift': (visit: Visit, { stackSet }: StackPlace) => ({ ...inAccount(visit), names: [stackSet] }),
  'probes.markedCall': inAccount,
  'probes.lookForMarker': inAccount,
  'probes.raiseSample': inAccount,
  'probes.lookForSample': inAccount,
  'probes.clearAway': (visit: Visit) => removing(inAccount(visit)),
  'rehearsal.stacks': (visit: Visit) => removing(inAccount(visit)),
  'rehearsal.repeat': ({ account, stackSet }: StackSetTarget) => ({ accounts: [account], names: [stackSet] }),
  'rehearsal.changeByHand': (visit: Visit, _region: string, rule: string) => ({ ...inAccount(visit), names: [rule] }),
  'rehearsal.tryScopedGrant': (visit: Visit, set: string) => ({ ...inAccount(visit), names: [set] }),
  'rehearsal.listen': named,
  'rehearsal.sendControl': named,
  'rehearsal.stopListening': (name: string) => removing(named(name)),
  'rehearsal.removeInstance': ({ account, stackSet }: StackSetTarget) =>
    removing({ accounts: [account], names: [stackSet] }),
  'rehearsal.deleteStackSet': (name: string) => removing(named(name)),
  'rehearsal.deleteStack': (visit: Visit, _region: string, stackId: string) =>
    removing({ ...inAccount(visit), names: [/stack\/StackSet-([\w-]+)/.exec(stackId)?.[1] ?? stackId] }),
};

export const rehearsalGuard = (ports: Pick<Ports, 'store' | 'clock' | 'signs'>, account: AccountId): Guard => ({
  ask: async (effect) => {
    const { isRemoval = false } = assertOwn(effect, account);
    if (!isRemoval) await refuseBusy(ports);
  },
});

/** @throws NotAllowed */
export function assertOwn(
  { port, method, args }: Pick<Effect, 'port' | 'method' | 'args'>,
  account: AccountId,
): Subject {
  const about = subjects[`${port}.${method}`];
  if (about === undefined) throw errors.notRehearsed(`${port}.${method}`, 'is no effect of a rehearsal');
  const subject = about(...(args as readonly never[]));
  for (const name of subject.names)
    if (!name.startsWith(rehearsalPrefix)) throw errors.notRehearsed(name, `does not begin with ${rehearsalPrefix}`);
  for (const other of subject.accounts)
    if (other !== account) throw errors.notRehearsed(`account ${other}`, `is not ${account}`);
  return subject;
}
