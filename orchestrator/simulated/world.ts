import { errors } from '../domain/errors';
import { parseRegion } from '../domain/model/brand';
import type { Callbacks, Notice, Probes, Rehearsal, UnguardedPorts } from '../ports/ports';
import { type AccountContents, createAccountContents } from './account-contents';
import { createAccounts } from './accounts';
import { createAlerting, type SimulatedAlerting } from './alerting';
import { type Calls, createCalls } from './calls';
import type { Census } from './census';
import { simulatedCiRole, simulatedExternalId, simulatedReaderRole } from './config';
import { createDirectory } from './directory';
import type { InstanceEnded, OperationEnded } from './dispatcher';
import { type Faults, noFaults } from './faults';
import { createMemoryArtifacts } from './memory-artifacts';
import { createMemoryStore } from './memory-store';
import type { Order } from './operation';
import { createOrganization, type SimulatedOrganization } from './organization';
import { type Preexisting, untouched } from './preexisting';
import { createProbes } from './probes';
import { createRandom } from './random';
import { calm, createRates, type Weather } from './rates';
import { createRehearsal } from './rehearsal';
import { createWatch } from './security-services';
import { createStackSets } from './stack-sets';
import { createStateMarker } from './state-marker';
import { createVirtualClock, type VirtualClock } from './virtual-clock';

export interface WorldOptions {
  readonly seed: number;
  /** How many accounts the organization has, including management and closed accounts; or the accounts themselves. */
  readonly accounts: number | Census;
  readonly start: Date;
  readonly weather?: Weather | undefined;
  /** What the organization had before Strongroom. */
  readonly preexisting?: Preexisting | undefined;
  /** Round trip of one call, in milliseconds. */
  readonly latencyMs?: { readonly least: number; readonly most: number } | undefined;
}

/** An AWS Organization in memory: all ports, and access to everything behind them. */
export interface SimulatedWorld extends UnguardedPorts {
  readonly clock: VirtualClock;
  readonly organization: SimulatedOrganization;
  readonly contents: AccountContents;
  readonly faults: Faults;
  readonly probes: Probes;
  readonly alerting: SimulatedAlerting;
  readonly openRehearsal: () => Promise<Rehearsal>;
  readonly calls: Calls;
  readonly notices: readonly Notice[];
  /** The engine that waits for task tokens; until it is set, nothing waits. */
  readonly connect: (callbacks: Callbacks) => void;
  readonly onOperationEnded: (listener: OperationEnded) => void;
  readonly onInstanceEnded: (listener: InstanceEnded) => void;
  /** Operations of all StackSets that have not ended. */
  readonly operationsInFlight: () => readonly Order[];
}

const homeRegion = parseRegion('us-east-1');

export function createSimulatedWorld(options: WorldOptions): SimulatedWorld {
  const { seed, accounts, start, weather = calm, preexisting = untouched, latencyMs } = options;
  const random = createRandom(seed);
  const clock = createVirtualClock(start);
  const calls = createCalls();
  const faults = noFaults();
  const home = homeRegion;
  const organization = createOrganization(random.fork('organization'), accounts);
  const contents = createAccountContents(random.fork('contents'), { preexisting, home });
  const rates = createRates({ clock, random: random.fork('rates'), calls, weather, latencyMs });
  const shared = { clock, organization, contents, rates, calls, faults, ciRole: simulatedCiRole };
  const stackSets = createStackSets({ ...shared, random: random.fork('stack sets'), weather });
  const watch = createWatch({ ...shared, random: random.fork('watch'), home });
  const accountsPort = createAccounts({
    ...shared,
    random: random.fork('revertDrift'),
    watch,
    roles: { reader: simulatedReaderRole, ci: simulatedCiRole },
    externalId: simulatedExternalId,
    home,
  });
  const rehearsal = createRehearsal({ ...shared, accounts: accountsPort, stackSets });
  const notices = new Map<string, Notice>();
  let engine: Callbacks | undefined;

  return {
    clock,
    organization,
    contents,
    faults,
    calls,
    directory: createDirectory(organization, rates),
    accounts: accountsPort,
    probes: createProbes({ ...shared, accounts: accountsPort, watch, random: random.fork('probes'), home }),
    stackSets,
    openRehearsal: async () => rehearsal,
    store: createMemoryStore(),
    artifacts: createMemoryArtifacts(),
    alerting: createAlerting(clock, random.fork('alerting')),
    stateMarker: createStateMarker(),
    // Until a runtime takes part, nothing runs.
    signs: { end: async () => undefined, isRunning: async () => 'no' },
    notifier: {
      notify: async (notice) => {
        if (!notices.has(notice.key)) notices.set(notice.key, notice);
      },
    },
    get notices() {
      return [...notices.values()];
    },
    callbacks: {
      succeed: async (token, output) => {
        if (engine === undefined) throw errors.internal('the simulated world has no engine that waits for tokens');
        await engine.succeed(token, output);
      },
    },
    connect: (callbacks) => {
      engine = callbacks;
    },
    onOperationEnded: stackSets.onOperationEnded,
    onInstanceEnded: stackSets.onInstanceEnded,
    operationsInFlight: stackSets.inFlight,
    random: random.fork('patience').next,
  };
}
