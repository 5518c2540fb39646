/** What the table of functions enforces: by the compiler, which also checks this file, and by looking at what each handler calls. */
import { join } from 'node:path';
import { build } from 'esbuild';
import * as taskHandlers from '../../orchestrator/runtime/task-handlers';
import type { FunctionDeclaration, InputFor } from '../../orchestrator/tasks/declaration';
import {
  type FunctionName,
  functionNames,
  functions,
  type Handler,
  type PortsOf,
  type TaskName,
} from '../../orchestrator/tasks/table';
import { rollout } from '../../state-machine/rollout';
import type { Story } from '../../state-machine/story';

/** An expected error that is missing fails the type check. */
const mistakes = () => {
  const { OpenWave: _handler, ...otherHandlers } = taskHandlers;
  const { OpenWave: _place, ...otherPlaces } = rollout;
  const { frozen: _branch, ...otherBranches } = rollout.OpenWave.next;
  return {
    // @ts-expect-error OpenWave does not declare the directory.
    undeclaredPort: ({ directory }: PortsOf<'OpenWave'>) => directory,
    // @ts-expect-error JudgeStage declares other methods of the StackSets.
    undeclaredMethod: ({ stackSets }: PortsOf<'JudgeStage'>) => stackSets.stop,
    // @ts-expect-error HealthShard runs per shard and gets no token.
    otherInput: ({ token }: InputFor<(typeof functions)['HealthShard']>) => token,
    // @ts-expect-error OpenWave has no handler.
    noHandler: otherHandlers satisfies { readonly [T in TaskName]: Handler<T> },
    // @ts-expect-error OpenWave has no place in the story.
    noPlace: otherPlaces satisfies Story,
    // @ts-expect-error OpenWave has no branch for a freeze.
    noBranch: otherBranches satisfies Story['OpenWave']['next'],
    // @ts-expect-error OpenWave does not decide to roll back.
    otherBranch: { ...rollout.OpenWave.next, rollBack: 'RollBack' } satisfies Story['OpenWave']['next'],
  };
};

test('what is forgotten, or not declared, does not compile', () => {
  expect(Object.keys(mistakes())).toHaveLength(7);
});

/** The function of this name with everything it imports, but without its ports. */
async function codeOf(name: FunctionName): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${name} } from './functions';`,
      resolveDir: join(__dirname, '..', '..', 'orchestrator', 'lambda'),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  return outputFiles.map(({ text }) => text).join('');
}

test.each(functionNames)('%s uses every port and every method that it declares', async (name) => {
  const { ports, stackSets = [], executions = [] }: FunctionDeclaration = functions[name];

  const code = await codeOf(name);

  const declared = [
    ...ports.map((port) => `${port}.`),
    ...stackSets.map((method) => `stackSets.${method}(`),
    ...executions.map((method) => `executions.${method}`),
  ];
  expect(declared.filter((use) => !code.includes(use))).toEqual([]);
});
