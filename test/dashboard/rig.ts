/** The API of the dashboard over a simulated organization, in which rollouts run as in the local server. */

import { type Api, type ApiResponse, createApi, type Person } from '../../orchestrator/dashboard/api/router';
import type { AccountRecord } from '../../orchestrator/domain/model/account-record';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import { writeAccount } from '../../orchestrator/records/accounts';
import { person } from '../actors';
import { accountOf } from '../domain/account';
import { baseline, createRig, type Rig, type RigOptions, type Walked } from '../rig';

export { accountOf };

export const ada = person('ada');
export const operator: Person = { role: 'operator', actor: async () => ada };
export const viewer: Person = { role: 'viewer', actor: async () => person('vic') };

export interface Asking {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly who?: Person;
}

export interface ApiRig extends Rig {
  readonly api: Api;
  readonly ask: (path: string, asking?: Asking) => Promise<ApiResponse>;
  /** Reads and parses a response. */
  readonly read: (path: string, query?: string) => Promise<unknown>;
  readonly act: (path: string, body: unknown, who?: Person) => Promise<ApiResponse>;
  /** Runs the rollouts that were continued or started since the last call, and returns their ends. */
  readonly ran: () => Promise<readonly Walked[]>;
  readonly faults: readonly unknown[];
  /** Advances the clock of the process, so that snapshots age. */
  readonly pass: (ms: number) => void;
}

export async function createApiRig(
  options: RigOptions = {},
  around: (ports: UnguardedPorts) => UnguardedPorts = (ports) => ports,
) {
  const rig = await createRig({ accounts: 40, ...options });
  const [faults, runs]: [unknown[], (() => Promise<readonly Walked[]>)[]] = [[], []];
  let elapsedMs = 0;
  // Files cannot be read in virtual time, so this is read first.
  const desired = { desiredState: rig.desiredState, baseline: await baseline() };
  const api = createApi({
    ports: around(rig.ports),
    runner: {
      start: async (input) => void runs.push(() => rig.walkAll([input])),
      resume: async (id) => void runs.push(async () => [await rig.resume(id)]),
    },
    desired: async () => desired,
    inTime: rig.inTime,
    elapsedMs: () => elapsedMs,
    onFault: (error) => faults.push(error),
  });
  const ask: ApiRig['ask'] = (path, { method = 'GET', query = '', headers = {}, body = '', who = operator } = {}) =>
    api({ method, path: `/api/v1${path}`, query: new URLSearchParams(query), headers, body, who });
  const apiRig: ApiRig = {
    ...rig,
    api,
    ask,
    read: async (path, query) => JSON.parse((await ask(path, query === undefined ? {} : { query })).body),
    act: (path, body, who = operator) =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), who }),
    ran: async () => (await Promise.all(runs.splice(0).map((run) => run()))).flat(),
    faults,
    pass: (ms) => {
      elapsedMs += ms;
    },
  };
  return apiRig;
}

/** Writes account records without a rollout, for tests of reads. */
export async function recorded(rig: Rig, accounts: readonly AccountRecord[]): Promise<void> {
  for (const account of accounts) await writeAccount(guard(rig.ports, byVersion), account, 0);
}
