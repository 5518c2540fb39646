/** Results of probes, grouped by probe because one cause often affects many accounts, each with its fix. */
import { type ProbeId, type ProbeResult, probeIds, probeName } from '../../domain/model/probe';
import type { Probed } from '../../operations/probe';
import type { Colour, Paint } from '../../presentation/paint';
import { few, groupedBy, plural, table } from '../../presentation/text';

type Shown = Extract<Probed, { kind: 'passed' }>;
const isShown = (passing: Probed): passing is Shown => passing.kind === 'passed';

/** The `probes` of an entry in `verify --probe --json`; null for an account whose wave does not enable probes. */
export function probedEntry(passing: Probed | undefined) {
  if (passing === undefined) return null;
  if (passing.kind === 'notProbed') return { results: [], recorded: false, because: passing.because };
  const { results, unrecorded } = passing;
  return { results, recorded: unrecorded === undefined, because: unrecorded ?? null };
}

export const allProbesPassed = (all: readonly Probed[]): boolean =>
  all.every((passing) => isShown(passing) && passing.results.every(isGood));

const isGood = ({ outcome }: ProbeResult): boolean => outcome === 'pass' || outcome === 'notApplicable';

const colours: Readonly<Record<ProbeResult['outcome'], Colour>> = {
  pass: 'green',
  fail: 'red',
  unknown: 'yellow',
  notApplicable: 'dim',
};
const words: Readonly<Record<ProbeResult['outcome'], string>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'unknown',
  notApplicable: 'not applicable',
};

/** How many accounts are listed for each probe; `--json` has them all. */
const accountsNamedMax = 20;

export function probedLines(all: readonly Probed[], paint: Paint): readonly string[] {
  const apart = groupedBy(
    all.flatMap((one) => {
      const because = isShown(one) ? one.unrecorded : one.because;
      return because === undefined
        ? []
        : [{ id: one.member.id, because: `${isShown(one) ? 'not recorded' : 'not probed'}: ${because}` }];
    }),
    ({ because }) => because,
  );
  return [
    paint.bold('probes'),
    ...probeIds.flatMap((probe) => linesOf(probe, all.filter(isShown), paint)),
    ...table(
      apart.map(([because, group]) => [
        plural(group.length, 'account'),
        because,
        few(
          group.map(({ id }) => id),
          accountsNamedMax,
        ),
      ]),
      '  ',
    ),
    '',
  ];
}

function linesOf(probe: ProbeId, shown: readonly Shown[], paint: Paint): readonly string[] {
  const found = shown.flatMap(({ member, results }) =>
    results.filter((result) => result.probe === probe).map((result) => ({ id: member.id, result })),
  );
  const counts = groupedBy(found, ({ result }) => result.outcome).map(([, group]) => {
    const [first] = group;
    return first === undefined
      ? ''
      : paint[colours[first.result.outcome]](`${words[first.result.outcome]} in ${group.length}`);
  });
  const bad = found.filter(({ result }) => !isGood(result));
  const [first] = bad;
  return [
    `  ${probeName(probe)}: ${counts.length === 0 ? 'not run' : counts.join(', ')}`,
    ...bad
      .slice(0, accountsNamedMax)
      .map(({ id, result }) => `    ${id}: observed ${result.observed}, expected ${result.expected}`),
    ...(bad.length > accountsNamedMax
      ? [`    and ${plural(bad.length - accountsNamedMax, 'more account')}; use --json to list all`]
      : []),
    ...(first === undefined ? [] : [`    → ${first.result.remediation}`]),
  ];
}

/** The last probe results of one account. */
export const accountProbeLines = (results: readonly ProbeResult[], paint: Paint): readonly string[] =>
  results.flatMap(({ probe, outcome, at, observed, expected, remediation }) => [
    `  ${probeName(probe)} ${paint[colours[outcome]](words[outcome])}, ${at.slice(0, 16).replace('T', ' ')} UTC: observed ${observed}, expected ${expected}`,
    ...(outcome === 'fail' ? [`    → ${remediation}`] : []),
  ]);
