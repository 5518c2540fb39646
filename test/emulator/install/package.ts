/**
 * The package as npm would install it, in a folder of its own, without what ministack's CloudFormation has no types for. The bundles and
 * everything else are the built ones.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const dist = join(root, 'dist');

/**
 * ministack has no types for the first three; on AWS the outputs that name the alias get it, and here the state machine itself. The last
 * is a function in Python with a layer that ministack cannot run, so the page of the dashboard is not uploaded.
 */
export const unknownTypes = [
  'AWS::Events::EventBusPolicy',
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::StepFunctions::StateMachineVersion',
  'Custom::CDKBucketDeployment',
];

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
  readonly Outputs?: Readonly<Record<string, object>>;
}

export interface Installed {
  /** The program of the package. */
  readonly program: string;
  /** Another version of the package: templates that a change was made to. */
  readonly change: (stack: string, edit: (template: string) => string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function installPackage(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-package-'));
  const own = join(folder, 'dist');
  await mkdir(join(own, 'infrastructure'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const name of await readdir(dist)) {
    if (name === 'infrastructure') continue;
    // The program is copied, so that it finds its own folder and not that of the build.
    await (name === 'cli'
      ? cp(join(dist, name), join(own, name), { recursive: true })
      : symlink(join(dist, name), join(own, name)));
  }
  const templateOf = (stack: string): string => join(own, 'infrastructure', `${stack}.template.json`);
  for (const name of await readdir(join(dist, 'infrastructure'))) {
    const file = join(dist, 'infrastructure', name);
    const target = join(own, 'infrastructure', name);
    if (name.endsWith('.template.json')) await writeFile(target, less(JSON.parse(await readFile(file, 'utf8'))));
    else await symlink(file, target);
  }
  return {
    program: join(own, 'cli', 'strongroom.mjs'),
    change: async (stack, edit) => {
      const before = await readFile(templateOf(stack), 'utf8');
      const after = edit(before);
      if (after === before) throw new Error(`the template of ${stack} has nothing to change`);
      await writeFile(templateOf(stack), after);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function less({ Resources, Outputs, ...rest }: Template): string {
  const kept = Object.entries(Resources).filter(([, { Type }]) => !unknownTypes.includes(Type));
  const [machine] =
    kept.find(([id, { Type }]) => Type === 'AWS::StepFunctions::StateMachine' && id.startsWith('Rollout')) ?? [];
  const alias = machine === undefined ? {} : { StateMachineAlias: { Value: { Ref: machine } } };
  return JSON.stringify({
    ...rest,
    Resources: Object.fromEntries(kept),
    ...(Outputs && { Outputs: { ...Outputs, ...alias } }),
  });
}
