/** Who may act without a guard: the list is short, and every file on it says why. Decision 0059 has the rest. */
import { join } from 'node:path';
import { filesEnding, type Import, isFileUnder, readModule } from './sources';

const root = join(__dirname, '..');
const isProgram = (path: string): boolean => /^(orchestrator|state-machine|stackset-templates)\//.test(path);
const program = filesEnding(root, '.ts', '.tsx').filter(({ path }) => isProgram(path));
const imports: readonly Import[] = program.flatMap((source) => readModule(source, isFileUnder(root)).imports);

/** Files that import one of these names from a folder of the program. */
const importing = (folder: RegExp, ...wanted: readonly string[]): readonly string[] => [
  ...new Set(
    imports
      .filter(({ to, names }) => folder.test(to) && names.some((name) => wanted.includes(name)))
      .map(({ from }) => from)
      .toSorted(),
  ),
];
const ports = /^orchestrator\/ports\//;
const worlds = /^orchestrator\/(aws|simulated)\/world\.ts$/;
/** What implements the ports. */
const isAdapter = (path: string): boolean => /^orchestrator\/(aws|embedded|simulated)\//.test(path);

test('only the adapters and these files hold ports that act without a guard', () => {
  const effects = [
    'UnguardedPorts',
    'StateMarker',
    'Accounts',
    'Probes',
    'StackSets',
    'Store',
    'Callbacks',
    'Executions',
    'Notifier',
    'Alerting',
    'Rehearsal',
  ];

  const holding = importing(ports, ...effects).filter((path) => !isAdapter(path));

  expect(holding).toEqual([
    // A person repairs a state folder that no process has open.
    'orchestrator/cli/commands/state.ts',
    // The engine keeps its own ledger, and completes its own tokens.
    'orchestrator/engine/engine.ts',
    'orchestrator/engine/heartbeat.ts',
    'orchestrator/engine/outages.ts',
    'orchestrator/engine/waits.ts',
    // Connect ports and functions.
    'orchestrator/lambda/accounts.ts',
    'orchestrator/lambda/entry.ts',
    'orchestrator/lambda/executions.ts',
    'orchestrator/lambda/ports.ts',
    'orchestrator/lambda/stack-sets.ts',
    'orchestrator/ports/guard.ts',
    'orchestrator/ports/ports.ts',
    'orchestrator/runtime/embedded.ts',
    // Names of methods only.
    'orchestrator/tasks/declaration.ts',
  ]);
});

test('only these files write without a question, since the version of the record decides', () => {
  expect(importing(ports, 'byVersion')).toEqual([
    'orchestrator/cli/commands/state.ts',
    'orchestrator/handlers/ask-operator.ts',
    'orchestrator/operations/conclude-visit.ts',
    'orchestrator/operations/detect-drift.ts',
    'orchestrator/operations/discover.ts',
    'orchestrator/operations/onboard.ts',
    'orchestrator/operations/probe.ts',
    'orchestrator/operations/subscription.ts',
    'orchestrator/rollout/lease.ts',
    'orchestrator/rollout/step.ts',
  ]);
});

test('only these files say what an actor has to ask', () => {
  const makesGuard = program.filter(
    ({ text }) => /from '[^']*ports\/guard'/.test(text) && /^\s+ask: |\{ ask: /m.test(text),
  );

  expect(makesGuard.map(({ path }) => path).toSorted()).toEqual([
    'orchestrator/operations/detect-drift.ts',
    'orchestrator/operations/probe.ts',
    'orchestrator/operations/rehearsal/guard.ts',
    'orchestrator/operations/start.ts',
    'orchestrator/rollout/guards.ts',
  ]);
});

test('only doctor looks around in accounts without a question', () => {
  expect(importing(ports, 'lookingOnly')).toEqual(['orchestrator/cli/commands/doctor.ts']);
});

test('nothing is made a guarded port by assertion', () => {
  const asserted = program.filter(
    ({ path, text }) => path !== 'orchestrator/ports/guard.ts' && /\bas (Guarded|Opened)\b/.test(text),
  );

  expect(asserted.map(({ path }) => path)).toEqual([]);
});

test('only these files hold a whole world', () => {
  const worldNames = ['World', 'SimulatedWorld', 'createAwsWorld', 'createSimulatedWorld'];

  expect(importing(worlds, ...worldNames).filter((path) => !isAdapter(path))).toEqual([
    'orchestrator/cli/commands/demo.ts',
    'orchestrator/cli/commands/simulate.ts',
    'orchestrator/cli/host.ts',
    'orchestrator/cli/session.ts',
  ]);
});
