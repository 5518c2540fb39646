/** Tells the security account the names, OUs and waves of all accounts, which its messages name. */
import { isStrongroomError } from '../domain/errors';
import type { NamedAccount, NamedAccounts } from '../domain/model/alerting';
import { alertBusOf } from '../domain/model/catalog';
import type { DesiredState } from '../domain/model/desired-state';
import type { Guarded } from '../ports/guard';
import { isRefusal } from './step';

interface Listed extends NamedAccount {
  readonly id: string;
}

/** A rollout does not fail by it: messages then have the former list, with its date. */
export async function nameAccounts(
  ports: Guarded<'alerting'>,
  desiredState: Pick<DesiredState, 'installation' | 'regions' | 'modules'>,
  listed: readonly Listed[],
  now: Date,
): Promise<void> {
  if (!desiredState.modules.alerts.enabled) return;
  const accounts = Object.fromEntries(
    listed.map(({ id, name, ou, wave }) => [id, { name, ou, ...(wave && { wave }) }]),
  );
  const named: NamedAccounts = { at: now.toISOString(), accounts };
  try {
    await ports.alerting.nameAccounts(alertBusOf(desiredState), named);
  } catch (error) {
    if (!isStrongroomError(error) || isRefusal(error) || error.code === 'Internal') throw error;
  }
}
