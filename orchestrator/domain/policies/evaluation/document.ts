/** Policy documents, read and compiled once for many requests. */
import { checkElements, isFields, kindOf, listOf, type Problem, placeIn } from './reading';
import { type CompiledStatement, compileStatement, type Language } from './statement';

export type PolicyType =
  | 'serviceControl'
  | 'resourceControl'
  | 'identity'
  | 'boundary'
  | 'session'
  | 'resource'
  /** Of a role: a resource policy that names no resource. */
  | 'trust';

export interface Policy {
  readonly type: PolicyType;
  readonly name: string;
  /** The statements about an action; the answer is kept, since a log has few actions and many calls. */
  readonly on: (action: string) => readonly CompiledStatement[];
}

export type Read =
  | { readonly policy: Policy; readonly problems: readonly Problem[] }
  | { readonly policy?: undefined; readonly problems: readonly [Problem, ...Problem[]] };

/** Only policies that are attached to a resource have principals [doc:IAM/reference_policies_elements_principal]. */
const rules: Readonly<Record<PolicyType, Omit<Language, 'variables'>>> = {
  serviceControl: { principals: 'forbidden', resources: 'required' },
  resourceControl: { principals: 'required', resources: 'required' },
  identity: { principals: 'forbidden', resources: 'required' },
  boundary: { principals: 'forbidden', resources: 'required' },
  session: { principals: 'forbidden', resources: 'required' },
  resource: { principals: 'required', resources: 'required' },
  trust: { principals: 'required', resources: 'optional' },
};

/** More than any policy of AWS may have; each type has a lower limit, which is for a lint to know. */
const longestDocument = 131_072;
const versions = ['2012-10-17', '2008-10-17'];

/** @param document JSON, or what was parsed from it */
export function readPolicy(type: PolicyType, name: string, document: unknown): Read {
  const problems: Problem[] = [];
  const place = placeIn(problems);
  const parsed = parse(document);
  if ('problem' in parsed) place.fail(parsed.problem);
  else if (isFields(parsed.value)) {
    const { value } = parsed;
    checkElements(value, ['Version', 'Id', 'Statement'], place);
    const { Version: version = versions[1], Statement: list } = value;
    if (!versions.some((known) => known === version)) place.at('Version').fail('is neither 2012-10-17 nor 2008-10-17');
    if (list === undefined) place.fail('has no Statement');
    const language = { ...rules[type], variables: version === versions[0] };
    const statements = (list === undefined ? [] : listOf(list)).flatMap((fields, index) => {
      const at = Array.isArray(list) ? place.at('Statement').at(index) : place.at('Statement');
      if (isFields(fields)) return [compileStatement(fields, language, at, index)];
      at.fail(`${kindOf(fields)} is not a statement`);
      return [];
    });
    if (!problems.some(({ isFatal }) => isFatal)) return { policy: policyOf(type, name, statements), problems };
  } else place.fail(`${kindOf(parsed.value)} is not a policy`);
  const [first, ...others] = problems;
  return {
    problems: first === undefined ? [{ place: '', problem: 'cannot be read', isFatal: true }] : [first, ...others],
  };
}

function parse(document: unknown): { readonly value: unknown } | { readonly problem: string } {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  if (text === undefined) return { problem: 'there is none' };
  if (text.length > longestDocument) return { problem: `has more than ${longestDocument} characters` };
  if (typeof document !== 'string') return { value: document };
  try {
    return { value: JSON.parse(document) };
  } catch (error) {
    return { problem: `is not JSON: ${error instanceof Error ? error.message : 'it cannot be parsed'}` };
  }
}

/** Actions that are remembered; a log that has more is asked again. */
const mostActions = 20_000;

function policyOf(type: PolicyType, name: string, statements: readonly CompiledStatement[]): Policy {
  const known = new Map<string, readonly CompiledStatement[]>();
  const on = (action: string): readonly CompiledStatement[] => {
    const found = known.get(action);
    if (found !== undefined) return found;
    if (known.size >= mostActions) known.clear();
    const lower = action.toLowerCase();
    const about = statements.filter(({ isOnAction }) => isOnAction(lower));
    known.set(action, about);
    return about;
  };
  return { type, name, on };
}
