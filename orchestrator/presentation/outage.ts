/** What kept a visit from its goal, in the words of every screen. */
import { faultWords, type Unreached } from '../domain/model/outage';

const phases: Readonly<Record<Unreached['at'], string>> = {
  preflight: 'preflight',
  settings: 'applying settings',
  health: 'health checks',
};

export function unreachedText({ at, fault, because }: Pick<Unreached, 'at' | 'fault' | 'because'>): string {
  const whose = fault === 'account' ? 'refused by the account' : `outage ${faultWords[fault]}`;
  return `${phases[at]}: ${whose}: ${because}`;
}
