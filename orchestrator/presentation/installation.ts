/** The plan of an installation, and what an uninstallation deletes and leaves, as lines of text. */
import type { InstallationPlan } from '../domain/health/installing';
import type { ResourceChange, StackChange } from '../domain/installation/changes';
import type { Removal } from '../domain/installation/removal';
import type { Statement } from '../domain/installation/template';
import type { Paint } from './paint';
import { few, groupedBy, plural, table } from './text';

const words = {
  create: 'create',
  retry: 'create again; the first deployment failed',
  wait: 'continue; an operation is in progress',
  update: 'update',
  none: 'unchanged',
} as const satisfies Readonly<Record<StackChange['change'], string>>;

/** @param isFull also lists every resource and IAM statement. */
export function planLines(
  plan: InstallationPlan,
  { isFull }: { readonly isFull: boolean },
  paint: Paint,
): readonly string[] {
  const { changes, bootstrap, enablesTrustedAccess } = plan;
  return [
    ...(enablesTrustedAccess ? ['trusted access for StackSets  enable  in the organization'] : []),
    ...bootstrap.map(
      ({ account, region }) =>
        `CDKToolkit  create  account ${account}, ${region}: the bucket for the code of the functions`,
    ),
    ...table(
      changes.map((change) => [
        change.stack,
        words[change.change],
        `account ${change.account}, ${change.region}: ${figures(change)}`,
      ]),
    ),
    ...(isFull ? changes.flatMap((change) => details(change, paint)) : []),
  ];
}

function figures({ change, resources, parametersChanged, statements }: StackChange): string {
  if (change === 'none') return 'no changes';
  const counted = (['create', 'update', 'delete'] as const).flatMap((kind) => {
    const count = resources.filter((one) => one.change === kind).length;
    return count === 0 ? [] : [`${count} to ${kind}`];
  });
  return [
    ...counted,
    ...(parametersChanged.length === 0 ? [] : [`new parameters ${parametersChanged.join(', ')}`]),
    plural(statements.length, 'IAM statement'),
  ].join(', ');
}

function details(change: StackChange, paint: Paint): readonly string[] {
  if (change.change === 'none') return [];
  return [
    '',
    paint.bold(`${change.stack} in account ${change.account}, ${change.region}`),
    ...Object.entries(change.parameters).map(([name, value]) => `  parameter ${name} = ${value}`),
    ...table(change.resources.map(resourceCells), '  '),
    ...statementLines(change.statements),
  ];
}

const signs = { create: '+', update: '~', delete: '-' } as const;
const resourceCells = ({ change, id, type }: ResourceChange): readonly string[] => [signs[change], type, id];

const statementLines = (statements: readonly Statement[]): readonly string[] =>
  groupedBy(statements, ({ on }) => on).flatMap(([on, own]) => [`  policies of ${on}`, ...own.map(statementLine)]);

function statementLine({ kind, effect, principals, actions, resources, conditions }: Statement): string {
  const whom = kind === 'identity' ? '' : ` for ${principals.join(', ')}`;
  const where = kind === 'trust' ? '' : ` on ${resources.join(', ')}`;
  return `    ${effect}${whom}: ${actions.join(', ')}${where}${conditions === '' ? '' : ` if ${conditions}`}`;
}

/** Each function has a log group. */
const namesShown = 2;

export function removalLines({ stacks, remains }: Removal): readonly string[] {
  return [
    ...(stacks.length === 0 ? ['nothing to delete: no stack is deployed'] : ['delete:']),
    ...table(
      stacks.map(({ stack, account, region }) => [stack, `account ${account}, ${region}`]),
      '  ',
    ),
    ...(remains.length === 0 ? [] : ['keep:']),
    ...table(
      groupedBy(remains, ({ what, account, region, why }) => JSON.stringify([what, account, region, why])).flatMap(
        ([, same]) => {
          const [first] = same;
          if (first === undefined) return [];
          const names = few(
            same.map(({ name }) => name),
            namesShown,
          );
          return [[first.what, `account ${first.account}, ${first.region}`, first.why, names]];
        },
      ),
      '  ',
    ),
  ];
}
