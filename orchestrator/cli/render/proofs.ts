/** What experiments showed: by proof, since one cause often shows in many accounts, and what a person does about it. */
import { type ProofId, type ProofResult, proofIds } from '../../domain/health/probe';
import type { Proved } from '../../operations/probe';
import type { Colour, Paint } from '../../presentation/paint';
import { few, groupedBy, plural, table } from '../../presentation/text';

type Shown = Extract<Proved, { kind: 'proved' }>;
const isShown = (proved: Proved): proved is Shown => proved.kind === 'proved';

/** An entry's `proofs` in `verify --prove --json`; null of an account whose wave did not opt in. */
export function provedEntry(proved: Proved | undefined) {
  if (proved === undefined) return null;
  if (proved.kind === 'notProved') return { results: [], recorded: false, because: proved.because };
  const { results, unrecorded } = proved;
  return { results, recorded: unrecorded === undefined, because: unrecorded ?? null };
}

export const isProvedWhole = (all: readonly Proved[]): boolean =>
  all.every((proved) => isShown(proved) && proved.results.every(isGood));

const isGood = ({ outcome }: ProofResult): boolean => outcome === 'pass' || outcome === 'notApplicable';

const colours: Readonly<Record<ProofResult['outcome'], Colour>> = {
  pass: 'green',
  fail: 'red',
  unknown: 'yellow',
  notApplicable: 'dim',
};
const words: Readonly<Record<ProofResult['outcome'], string>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'could not be shown',
  notApplicable: 'not applicable',
};

/** Accounts that are named of each proof; `--json` has them all. */
const accountsNamedMax = 20;

export function provedLines(all: readonly Proved[], paint: Paint): readonly string[] {
  const apart = groupedBy(
    all.flatMap((one) => {
      const because = isShown(one) ? one.unrecorded : one.because;
      return because === undefined
        ? []
        : [{ id: one.member.id, because: `${isShown(one) ? 'not recorded' : 'not proved'}: ${because}` }];
    }),
    ({ because }) => because,
  );
  return [
    paint.bold('proofs'),
    ...proofIds.flatMap((proof) => linesOf(proof, all.filter(isShown), paint)),
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

function linesOf(proof: ProofId, shown: readonly Shown[], paint: Paint): readonly string[] {
  const found = shown.flatMap(({ member, results }) =>
    results.filter((result) => result.proof === proof).map((result) => ({ id: member.id, result })),
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
    `  ${proof}: ${counts.length === 0 ? 'nobody was asked' : counts.join(', ')}`,
    ...bad
      .slice(0, accountsNamedMax)
      .map(({ id, result }) => `    ${id}: observed ${result.observed}, expected ${result.expected}`),
    ...(bad.length > accountsNamedMax
      ? [`    and ${plural(bad.length - accountsNamedMax, 'more account')}; --json names them all`]
      : []),
    ...(first === undefined ? [] : [`    → ${first.result.remediation}`]),
  ];
}

/** What was last shown of one account. */
export const accountProofLines = (results: readonly ProofResult[], paint: Paint): readonly string[] =>
  results.flatMap(({ proof, outcome, at, observed, expected, remediation }) => [
    `  ${proof} ${paint[colours[outcome]](words[outcome])}, ${at.slice(0, 16).replace('T', ' ')} UTC: observed ${observed}, expected ${expected}`,
    ...(outcome === 'fail' ? [`    → ${remediation}`] : []),
  ]);
