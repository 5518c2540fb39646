/** The findings of `doctor`, one a line, each problem with its next step. */
import type { Finding } from '../../domain/health/finding';
import type { Paint } from '../../presentation/paint';
import { groupedBy, plural } from '../../presentation/text';

export function findingLines(findings: readonly Finding[], paint: Paint, before = 'a rollout'): readonly string[] {
  const marks = { ok: paint.green('ok     '), problem: paint.red('problem'), unknown: paint.dim('unknown') } as const;
  // One cause, such as missing credentials, can leave many checks without an answer.
  const causes = groupedBy(findings, ({ check, verdict, saw }) => (verdict === 'ok' ? check : saw)).flatMap(
    ([, same]) => {
      const first = same.find(({ verdict }) => verdict === 'problem') ?? same[0];
      return first === undefined
        ? []
        : [{ ...first, also: same.filter((one) => one !== first).map(({ check }) => check) }];
    },
  );
  const problems = causes.filter(({ verdict }) => verdict === 'problem').length;
  return [
    ...causes.flatMap(({ check, verdict, saw, next, also }) => [
      `${marks[verdict]}  ${check}: ${saw}`,
      ...(next === '' ? [] : [`         → ${next}`]),
      ...(also.length === 0 ? [] : [`         also affects: ${also.join(', ')}`]),
    ]),
    '',
    problems === 0 ? 'no problems found' : `${plural(problems, 'problem')} to fix before ${before}`,
  ];
}
