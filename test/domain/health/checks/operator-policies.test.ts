/** The trust and the fence are judged in parts. This is the proof that the parts leave nothing out. */
import fc from 'fast-check';
import { type PolicyDocument, samePolicy } from '../../../../orchestrator/domain/policies/policy';
import { edited, type Statement, withRole } from './edited';
import { notPassing, role } from './healthy';

interface Change {
  readonly kind: 'drop' | 'alter' | 'double';
  readonly statement: number;
  /** Which of the statement's elements and values. */
  readonly at: number;
}
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('drop', 'alter', 'double'),
  statement: fc.nat(3),
  at: fc.nat(60),
});

test.each([
  {
    part: 'the trust',
    ids: ['operator-role-trusts-only-own-account', 'operator-role-requires-mfa', 'operator-role-requires-recent-mfa'],
    released: role.trust,
    having: (trust: PolicyDocument) => withRole({ trust }),
  },
  {
    part: 'the fence',
    ids: [
      'region-deny-policy-only-denies',
      'region-deny-policy-matches-governed-regions',
      'region-deny-policy-has-released-exemptions',
    ],
    released: role.inline['region-deny'] ?? {},
    having: (regionDeny: PolicyDocument) => withRole({ inline: { ...role.inline, 'region-deny': regionDeny } }),
  },
])('the rows on $part pass together exactly if it means what was released', ({ ids, released, having }) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
      const policy = edited(released, (statements) => {
        for (const c of changes) apply(c, statements);
      });

      const failing = notPassing(having(policy));

      const allPass = ids.every((id) => failing[id] === undefined);
      expect(allPass).toBe(samePolicy(policy, released) && !isDoubled(policy, released));
    }),
    { numRuns: 300 },
  );
});

/** A statement said twice means nothing more, but the fence does not count on that. */
const isDoubled = (policy: PolicyDocument, released: PolicyDocument): boolean =>
  policy['Statement'] !== undefined &&
  (released['Statement'] as readonly Statement[]).length > 1 &&
  (policy['Statement'] as readonly Statement[]).length !== (released['Statement'] as readonly Statement[]).length;

function apply({ kind, statement, at }: Change, statements: Statement[]): void {
  const target = statements[statement % Math.max(1, statements.length)];
  if (target === undefined) return;
  if (kind === 'double') {
    statements.push(structuredClone(target));
    return;
  }
  const places = placesIn(target);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return;
  const [holder, key] = place;
  if (kind === 'alter') holder[key] = 'other';
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

/** Every element and value of a statement, with what holds it. */
function placesIn(holder: Record<string, unknown>): readonly (readonly [Record<string, unknown>, string])[] {
  return Object.keys(holder).flatMap((key) => {
    const value = holder[key];
    const inner = typeof value === 'object' && value !== null ? placesIn(value as Record<string, unknown>) : [];
    return [[holder, key] as const, ...inner];
  });
}
