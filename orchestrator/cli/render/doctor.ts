/** The findings of `doctor`, one a line, each problem with its next step. */
import type { Finding } from '../../domain/health/finding';
import type { Paint } from '../../presentation/paint';
import { plural } from '../../presentation/text';

export function findingLines(findings: readonly Finding[], paint: Paint, before = 'a rollout'): readonly string[] {
  const marks = { ok: paint.green('ok     '), problem: paint.red('problem'), unknown: paint.dim('unknown') } as const;
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  return [
    ...findings.flatMap(({ check, verdict, saw, next }) => [
      `${marks[verdict]}  ${check}: ${saw}`,
      ...(next === '' ? [] : [`         → ${next}`]),
    ]),
    '',
    problems === 0 ? 'no problems found' : `${plural(problems, 'problem')} to fix before ${before}`,
  ];
}
