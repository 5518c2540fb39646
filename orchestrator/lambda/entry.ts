/**
 * Generates the module that a bundle starts from: the function of this name, given exactly the ports that it declares. Every reference in it
 * is static, so the bundler leaves out all other ports and their AWS clients.
 */
import { join } from 'node:path';
import type { Accounts, Executions, StackSets, UnguardedPorts } from '../ports/ports';
import type { DeclaredPort, ExecutionMethod, FunctionDeclaration } from '../tasks/declaration';
import { type FunctionName, functions, type PortsOf } from '../tasks/table';
import * as accountFactories from './accounts';
import * as executionFactories from './executions';
import * as functionFactories from './functions';
import * as portFactories from './ports';
import * as stackSetFactories from './stack-sets';

/** The modules that the generated one refers to. Does not compile while a function, a port or a method has no factory. */
const modules = {
  functions: functionFactories satisfies {
    readonly [F in FunctionName]: (ports: PortsOf<F>) => (input: never) => Promise<unknown>;
  },
  ports: portFactories satisfies { readonly [P in DeclaredPort | 'clock' | 'random']: () => UnguardedPorts[P] },
  accounts: accountFactories satisfies { readonly [M in keyof Accounts]: () => Accounts[M] },
  stackSets: stackSetFactories satisfies { readonly [M in keyof StackSets]: () => StackSets[M] },
  executions: executionFactories satisfies { readonly [M in ExecutionMethod]: () => Executions[M] },
};

export function entryOf(name: FunctionName): string {
  const { ports, accounts = [], stackSets = [], executions = [] }: FunctionDeclaration = functions[name];
  const made = (module: keyof typeof modules, names: readonly string[]): string =>
    names.map((one) => `${one}: ${module}.${one}()`).join(', ');
  return `
    import { serve } from ${fileNamed('serve')};
    import { ${name} } from ${fileNamed('functions')};
    import * as ports from ${fileNamed('ports')};
    import * as accounts from ${fileNamed('accounts')};
    import * as stackSets from ${fileNamed('stack-sets')};
    import * as executions from ${fileNamed('executions')};
    export const handler = serve('${name}', () => ${name}({
      ${made('ports', ['clock', 'random', ...ports])},
      accounts: { ${made('accounts', accounts)} },
      stackSets: { ${made('stackSets', stackSets)} },
      executions: { ${made('executions', executions)} },
    }));`;
}

const fileNamed = (name: string): string => JSON.stringify(join(__dirname, `${name}.ts`));
