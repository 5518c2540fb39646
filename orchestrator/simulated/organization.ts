/** A simulated organization that can grow: the same seed gives the same accounts. */

import { errors } from '../domain/errors';
import { type AccountId, type OuId, parseAccountId, parseOrganizationId, parseOuId } from '../domain/model/brand';
import type { OrgAccountState, OrganizationIdentity } from '../domain/model/organization';
import { type Census, createCensus } from './census';
import type { Random } from './random';

export interface SimulatedOu {
  readonly id: OuId;
  readonly name: string;
  /** '' for the root. */
  readonly path: string;
  readonly parent: SimulatedOu | undefined;
}

export interface SimulatedAccount {
  readonly id: AccountId;
  readonly name: string;
  state: OrgAccountState;
  /** undefined: directly in the root. */
  ou: SimulatedOu | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Before this time the CI role cannot be assumed: "you might need to wait a few minutes" [bc:organizations:CreateAccount]. */
  readonly enterableFromMs: number;
  /** Before this time, services in regions other than the home region still activate [aws-behavior 6]. */
  readonly activeFromMs: number;
}

export interface SimulatedOrganization extends OrganizationIdentity {
  readonly ous: ReadonlyMap<string, SimulatedOu>;
  readonly accounts: ReadonlyMap<AccountId, SimulatedAccount>;
  /** Throws UnknownAccount. */
  readonly account: (id: AccountId) => SimulatedAccount;
  readonly accountsIn: (ouPath: string) => readonly SimulatedAccount[];
  /** A new account; it cannot be entered for some minutes. `ouPath` '' is the root, where AWS puts it first. */
  readonly addAccount: (name: string, ouPath: string, createdAtMs: number) => SimulatedAccount;
  readonly setState: (id: AccountId, state: OrgAccountState) => void;
  readonly move: (id: AccountId, ouPath: string) => void;
}

/** A default organization may hold 10 accounts and grow to 50,000 on request [doc:organizations/orgs_reference_limits]. */
const accountsMax = 50_000;
/** With fewer, some OU would be empty. */
export const accountsMin = 40;

const ouDepthMax = 5;
const freshMinutes = { least: 2, most: 9 };
const activationMinutes = 5;

/** @param accounts how many there are, including management and closed accounts; or the accounts themselves. */
export function createOrganization(random: Random, accounts: number | Census): SimulatedOrganization {
  const register = createRegister(random);
  const census = typeof accounts === 'number' ? drawnCensus(random, accounts) : accounts;
  for (const path of census.ouPaths) register.addOu(path);
  const [management, ...others] = census.people.map((person) =>
    register.add({ ...person, enterableFromMs: 0, activeFromMs: 0 }),
  );
  if (management === undefined || others.length === 0) throw errors.internal('the census is empty');
  return {
    ...register.organization,
    id: parseOrganizationId(`o-${letters(random, 'organization', 10)}`),
    managementAccountId: management.id,
  };
}

function drawnCensus(random: Random, accounts: number): Census {
  if (!Number.isInteger(accounts) || accounts < accountsMin || accounts > accountsMax)
    throw errors.invalidInput(
      `a simulated organization of ${accounts} accounts`,
      `give a number from ${accountsMin} to ${accountsMax}`,
    );
  return createCensus(random.fork('census'), accounts);
}

const letters = (random: Random, label: string, length: number): string => {
  const drawn = random.fork(label);
  return Array.from({ length }, () => Math.floor(drawn.next() * 36).toString(36)).join('');
};

type NewAccount = Omit<SimulatedAccount, 'id' | 'ou'> & { readonly ouPath: string };

/** Which account is where. Ids are drawn once and never reused. */
function createRegister(random: Random) {
  const ids = random.fork('account ids');
  const rootSuffix = letters(random, 'root', 4);
  const ous = new Map<string, SimulatedOu>();
  const accounts = new Map<AccountId, SimulatedAccount>();

  const freeId = (): AccountId => {
    for (;;) {
      // Some ids begin with zeros: ids are text, and a tool that reads them as numbers loses the zeros.
      const id = parseAccountId(String(Math.floor(ids.next() * 1e12)).padStart(12, '0'));
      if (!accounts.has(id)) return id;
    }
  };
  const ouAt = (path: string): SimulatedOu | undefined => {
    if (path === '') return undefined;
    const ou = ous.get(path);
    if (ou === undefined) throw errors.unknownOu([{ path, nearest: [] }]);
    return ou;
  };
  const account = (id: AccountId): SimulatedAccount => {
    const found = accounts.get(id);
    if (found === undefined) throw errors.unknownAccount([id], 'is not in the organization');
    return found;
  };
  const add = ({ ouPath, ...rest }: NewAccount): SimulatedAccount => {
    const made: SimulatedAccount = { ...rest, id: freeId(), ou: ouAt(ouPath) };
    accounts.set(made.id, made);
    return made;
  };

  return {
    addOu: (path: string): void => {
      const names = path.split('/');
      if (names.length > ouDepthMax) throw errors.limitExceeded(`OU ${path}`, `${ouDepthMax} levels under the root`);
      const parent = ouAt(names.slice(0, -1).join('/'));
      const id = parseOuId(`ou-${rootSuffix}-${letters(random, `ou ${path}`, 8)}`);
      ous.set(path, { id, name: names.at(-1) ?? '', path, parent });
    },
    add,
    organization: {
      ous,
      accounts,
      account,
      accountsIn: (path: string) => [...accounts.values()].filter((a) => (a.ou?.path ?? '') === path),
      addAccount: (name: string, ouPath: string, createdAtMs: number) => {
        const minutes = freshMinutes.least + random.of(`fresh ${name}`) * (freshMinutes.most - freshMinutes.least);
        const enterableFromMs = createdAtMs + Math.round(minutes * 60_000);
        const activeFromMs = enterableFromMs + activationMinutes * 60_000;
        return add({ name, ouPath, state: 'ACTIVE', tags: {}, enterableFromMs, activeFromMs });
      },
      setState: (id: AccountId, state: OrgAccountState) => {
        account(id).state = state;
      },
      move: (id: AccountId, ouPath: string) => {
        account(id).ou = ouAt(ouPath);
      },
    },
  };
}
