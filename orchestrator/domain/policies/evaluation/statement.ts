/** A statement, compiled: whether it applies to a request. */
import { type CompiledCondition, compileCondition } from './condition';
import { operatorNamed } from './operators';
import { compilePattern, compileResource, matchesResource, type Pattern } from './pattern';
import { compilePrincipals, excluded, type Named, type NamedAs, namedAs, namedAtAll, spared } from './principal';
import { checkElements, type Fields, isFields, kindOf, oneOf, type Place, scalarsOf, textsOf } from './reading';
import type { Request } from './request';
import { both, not, type Truth } from './truth';

export interface CompiledStatement {
  /** Its Sid, or its place. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  /** @param action in lower case */
  readonly isOnAction: (action: string) => boolean;
  /** Resource and conditions; the principal is asked apart, since it can be met in several ways. */
  readonly holds: (request: Request, lost: string[]) => Truth;
  /** Absent if the statement has no principal of its own. */
  readonly meant: ((request: Request, hasBoundary: Truth, lost: string[]) => NamedAs) | undefined;
}

export interface Language {
  readonly variables: boolean;
  readonly principals: 'required' | 'forbidden';
  readonly resources: 'required' | 'optional';
}

const elements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

export function compileStatement(fields: Fields, language: Language, place: Place, index: number): CompiledStatement {
  checkElements(fields, elements, place);
  const { Sid: sid, Effect: effect } = fields;
  if (sid !== undefined && typeof sid !== 'string') place.at('Sid').fail(`${kindOf(sid)} is not a text`);
  if (effect !== 'Allow' && effect !== 'Deny') place.at('Effect').fail('is neither Allow nor Deny');
  const isOnAction = actionsOf(fields, place);
  const isOnResource = resourcesOf(fields, language, place);
  const conditions = conditionsOf(fields['Condition'], language.variables, place.at('Condition'));
  return {
    name: typeof sid === 'string' && sid !== '' ? sid : `Statement[${index}]`,
    effect: effect === 'Allow' ? 'Allow' : 'Deny',
    isOnAction,
    holds: (request, lost) => {
      let truth = isOnResource(request, lost);
      for (const { holds } of conditions) {
        if (truth === false) break;
        truth = both(truth, holds(request, lost));
      }
      return truth;
    },
    meant: principalsOf(fields, language, place),
  };
}

/** Names of actions are not case-sensitive [doc:IAM/reference_policies_elements_action]. */
function actionsOf(fields: Fields, place: Place): CompiledStatement['isOnAction'] {
  const found = oneOf(fields, ['Action', 'NotAction'], place, true);
  if (found === undefined) return () => false;
  const texts = textsOf(found.value, found.place);
  for (const text of texts)
    if (text !== '*' && !/^[^:\s]+:[^:\s]+$/.test(text)) found.place.fail(`"${text}" is not SERVICE:ACTION, nor *`);
  const patterns = texts.map((text) => compilePattern(text, { variables: false, wildcards: true, ignoreCase: true }));
  return (action) => patterns.some(({ plain }) => plain?.test(action)) !== found.isNegated;
}

type OnResource = (request: Request, lost: string[]) => Truth;

function resourcesOf(fields: Fields, { variables, resources }: Language, place: Place): OnResource {
  const found = oneOf(fields, ['Resource', 'NotResource'], place, resources === 'required');
  // A trust policy has no resource: it is about its own role.
  if (found === undefined) return () => true;
  const patterns = textsOf(found.value, found.place).map((text) => compileResource(text, variables));
  return (request, lost) => {
    const listed = isListed(patterns, request, lost);
    return found.isNegated ? not(listed) : listed;
  };
}

function isListed(patterns: readonly Pattern[], request: Request, lost: string[]): Truth {
  const { resource } = request;
  if (resource === undefined) {
    if (patterns.some(({ isEverything }) => isEverything)) return true;
    lost.push('resource');
    return 'unknown';
  }
  let found: Truth = false;
  const why: string[] = [];
  for (const pattern of patterns) {
    const one = matchesResource(pattern, resource, request, why);
    if (one === true) return true;
    if (one === 'unknown') found = one;
  }
  lost.push(...why);
  return found;
}

/** All operators and all keys must hold. */
function conditionsOf(block: unknown, variables: boolean, place: Place): readonly CompiledCondition[] {
  if (block === undefined) return [];
  if (!isFields(block)) {
    place.fail(`${kindOf(block)} is not an object of operators`);
    return [];
  }
  return Object.entries(block).flatMap(([name, keys]) => {
    const operator = operatorNamed(name);
    const at = place.at(name);
    if (operator === undefined) at.fail('no such operator');
    if (!isFields(keys)) at.fail(`${kindOf(keys)} is not an object of condition keys`);
    if (operator === undefined || !isFields(keys)) return [];
    return Object.entries(keys).map(([key, value]) => {
      const written = scalarsOf(value, at.at(key));
      const { condition, unreadable } = compileCondition(key.toLowerCase(), operator, written, variables);
      for (const text of unreadable) at.at(key).note(`"${text}" never matches: ${name} cannot compare it`);
      return condition;
    });
  });
}

const kindsOfPrincipal = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

function principalsOf(fields: Fields, { principals }: Language, place: Place): CompiledStatement['meant'] {
  const found = oneOf(fields, ['Principal', 'NotPrincipal'], place, principals === 'required');
  if (found === undefined) return undefined;
  if (principals === 'forbidden') found.place.fail('a policy of this type has no principal');
  const named = compilePrincipals(namesOf(found.value, found.place));
  if (!found.isNegated) return ({ principal }) => namedAs(named, principal);
  const isAllow = fields['Effect'] === 'Allow';
  return ({ principal }, hasBoundary, lost) => asEveryone(isAllow, named, principal, hasBoundary, lost);
}

/**
 * Everyone but the named. "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary
 * policy attached" [doc:IAM/reference_policies_elements_notprincipal].
 */
function asEveryone(
  isAllow: boolean,
  named: Named,
  principal: Request['principal'],
  hasBoundary: Truth,
  lost: string[],
): NamedAs {
  if (isAllow) return { itself: not(excluded(named, principal, lost)), role: false, account: false };
  const left = hasBoundary === true ? false : both(spared(named, principal, lost), not(hasBoundary));
  return { itself: not(left), role: false, account: false };
}

function namesOf(value: unknown, place: Place): Readonly<Record<string, readonly string[]>> {
  if (value === '*') return { AWS: ['*'] };
  if (!isFields(value)) {
    place.fail(`${kindOf(value)} is neither * nor an object of principals`);
    return {};
  }
  checkElements(value, kindsOfPrincipal, place);
  return Object.fromEntries(
    Object.entries(value).map(([kind, names]) => {
      const texts = textsOf(names, place.at(kind));
      for (const name of texts)
        if (name !== '*' && /[*?]/.test(name))
          place.at(kind).note(`"${name}" never matches: part of a name has no wildcard`);
      return [kind, texts];
    }),
  );
}

/** @param lost takes what would decide, if the answer is unknown */
export function appliesTo(statement: CompiledStatement, request: Request, hasBoundary: Truth, lost: string[]): NamedAs {
  const why: string[] = [];
  const meant = statement.meant?.(request, hasBoundary, why) ?? { itself: true, role: false, account: false };
  const named = namedAtAll(meant);
  const holds = named === false ? false : statement.holds(request, why);
  if (named === 'unknown' && why.length === 0) why.push('principal');
  const truth = both(named, holds);
  if (truth === 'unknown') lost.push(...(why.length === 0 ? ['principal'] : why));
  return { itself: both(meant.itself, holds), role: both(meant.role, holds), account: both(meant.account, holds) };
}
