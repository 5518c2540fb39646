/** What an organization already has before Strongroom: third parties may protect its accounts, and root users may have credentials. */

import type { RootFacts } from '../domain/health/facts';
import type { Region } from '../domain/model/brand';
import type { Random } from './random';

/** What a third party runs in an account, in one region or in all regions. */
export interface Protection {
  readonly by:
    | 'controlTower'
    | 'organizationTrail'
    | 'guardDutyAdministrator'
    | 'hubByHand'
    | 'analyzerByHand'
    | 'snapshotPolicy';
  readonly region?: Region | undefined;
}

/** Each value is the probability that an account has it. */
export interface Preexisting {
  /** A trail of the management account covers every account, new ones too. */
  readonly organizationTrail: boolean;
  /** A delegated administrator enables GuardDuty in every account, new ones too. */
  readonly guardDutyAdministrator: boolean;
  /** Control Tower governs the account: Config's recorder and channel are its own. */
  readonly controlTower: number;
  /** Someone tried Security Hub in the home region. */
  readonly hubByHand: number;
  /** The root user has a password, with MFA; members made by CreateAccount have none [bc:organizations:CreateAccount]. */
  readonly rootPassword: number;
  readonly rootKeys: number;
}

/** Nothing existed before. */
export const untouched: Preexisting = {
  organizationTrail: false,
  guardDutyAdministrator: false,
  controlTower: 0,
  hubByHand: 0,
  rootPassword: 0.1,
  rootKeys: 0,
};
/** A company that already protects itself in several ways at once. */
export const wellTended: Preexisting = {
  organizationTrail: true,
  guardDutyAdministrator: true,
  controlTower: 0.3,
  hubByHand: 0.1,
  rootPassword: 0.2,
  rootKeys: 0.02,
};

export interface Inheritance {
  readonly protections: readonly Protection[];
  readonly root: RootFacts;
}

/** What one account of the organization has, drawn by a key of its own: the order of the calls changes nothing. */
export function inheritanceOf(preexisting: Preexisting, random: Random, key: string, home: Region): Inheritance {
  const has = (what: keyof Preexisting): boolean => {
    const share = preexisting[what];
    return typeof share === 'boolean' ? share : random.of(`${what} ${key}`) < share;
  };
  const password = has('rootPassword');
  return {
    protections: [
      ...(has('organizationTrail') ? [{ by: 'organizationTrail' } as const] : []),
      ...(has('guardDutyAdministrator') ? [{ by: 'guardDutyAdministrator' } as const] : []),
      ...(has('controlTower') ? [{ by: 'controlTower' } as const] : []),
      ...(has('hubByHand') ? [{ by: 'hubByHand', region: home } as const] : []),
    ],
    root: { accessKeys: has('rootKeys'), password, mfa: password },
  };
}
