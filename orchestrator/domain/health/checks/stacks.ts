/** The undrifted gate: the stacks that Strongroom deployed exist, are complete, and have the parameters of the release. */

import type { ReleaseModule } from '../../model/module';
import { type ModuleId, moduleIds } from '../../model/module';
import type { Release } from '../../model/release';
import { type Answer, type Check, judged, type Place } from '../check';
import type { Fact, StackFacts } from '../facts';

const statusesWanted: readonly string[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE'];

/** The wave does not matter: an account that changes its wave keeps the stacks of the former one. */
const isOf = (module: ModuleId, { stackSet }: StackFacts): boolean =>
  new RegExp(`^strongroom-.+-${module}$`).test(stackSet);

const judgeStatus = (own: readonly StackFacts[]): Omit<Answer, 'expected'> => {
  const observed = own.map(({ stackSet, status }) => `${stackSet} is ${status}`).join(', ');
  const bad = own.filter(({ status }) => !statusesWanted.includes(status));
  if (bad.length === 0) return { outcome: 'pass', observed };
  return { outcome: bad.every(({ status }) => status.endsWith('_IN_PROGRESS')) ? 'unknown' : 'fail', observed };
};

/** A stack with the template of the release has exactly the parameters of that template. */
const judgeParameters = (own: readonly StackFacts[], wanted: ReleaseModule['parameters']): Omit<Answer, 'expected'> => {
  const differences = own.flatMap(({ parameters: seen }) =>
    [...new Set([...Object.keys(wanted), ...Object.keys(seen)])]
      .filter((name) => seen[name] !== wanted[name])
      .map((name) => `${name} is ${quoted(seen[name])} instead of ${quoted(wanted[name])}`),
  );
  return differences.length === 0
    ? { outcome: 'pass', observed: 'the parameters of the release' }
    : { outcome: 'fail', observed: differences.join(', ') };
};

const quoted = (value: string | undefined): string => (value === undefined ? 'absent' : `"${value}"`);

type Judge = (own: readonly StackFacts[], wanted: ReleaseModule['parameters']) => Omit<Answer, 'expected'>;

const askModule = (module: ModuleId, expected: string, judge: Judge) => {
  return (
    { stacks }: { readonly stacks: Fact<readonly StackFacts[]> },
    release: Release,
    { adopted }: Place,
  ): Answer => {
    if (adopted !== undefined) return { outcome: 'notApplicable', observed: adopted, expected: 'no Strongroom stack' };
    const wanted = release.modules.find((m) => m.module === module)?.parameters ?? {};
    return judged(stacks, expected, 'fail', (seen) => {
      const own = seen.filter((stack) => isOf(module, stack));
      return own.length === 0 ? { outcome: 'fail', observed: 'no stack' } : judge(own, wanted);
    });
  };
};

export const stackChecksOf = (module: ModuleId): readonly Check[] => {
  const row = {
    gate: 'undrifted',
    module,
    severity: 'critical',
    scope: 'region',
    where: 'deployed',
    needs: ['stacks'],
  } as const;
  return [
    {
      ...row,
      id: `${module}-stack-is-complete`,
      control: '000-03',
      title: `The ${module} stack exists and is complete`,
      remediation:
        'Fix what the stack events report; if the stack is gone, delete its stack instance from the StackSet and create it again',
      judge: askModule(module, `a stack in ${statusesWanted.join(' or ')}`, judgeStatus),
    },
    {
      ...row,
      id: `${module}-stack-parameters-match-release`,
      control: '002-50',
      title: `The ${module} stack has the parameters of the release`,
      remediation:
        'Check in CloudTrail who updated the stack, and update its stack instance through the StackSet again',
      judge: askModule(module, 'the parameters of the release', judgeParameters),
    },
  ];
};

export const stackChecks: readonly Check[] = moduleIds.flatMap(stackChecksOf);
