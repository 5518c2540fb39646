/** Immutable documents in the artifact store, named by their content: templates, releases, desired states, plans, lists of accounts. */
import { createHash } from 'node:crypto';
import { errors } from '../domain/errors';
import type { AccountId, OuId, ReleaseId, TemplateHash } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { ModuleId } from '../domain/model/module';
import type { Organization } from '../domain/model/organization';
import type { Plan } from '../domain/model/plan';
import { canonicalJson, type Release } from '../domain/model/release';
import type { OperationRequest, Ports, StackSetSpec } from '../ports/ports';

type HasArtifacts = Pick<Ports, 'artifacts'>;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a document of each kind holds. Maps do not survive JSON, so an organization's OU names travel as entries. */
interface Documents {
  readonly desiredState: DesiredState;
  readonly organization: StoredOrganization;
  readonly plan: Plan;
  readonly accounts: readonly AccountId[];
  readonly operations: readonly PlannedOperation[];
}
/** An operation of a stage; its template is a document of its own. */
export interface PlannedOperation {
  readonly module: ModuleId;
  readonly request: Omit<OperationRequest, 'spec'> & { readonly spec: Omit<StackSetSpec, 'templateBody'> };
}
export type StoredOrganization = Omit<Organization, 'ous'> & {
  readonly ous: {
    readonly pathOf: readonly (readonly [OuId, string])[];
    readonly idOf: readonly (readonly [string, OuId])[];
  };
};

export const organizationOf = ({ ous, ...stored }: StoredOrganization): Organization => ({
  ...stored,
  ous: { pathOf: new Map(ous.pathOf), idOf: new Map(ous.idOf) },
});

export async function saveDocument<K extends keyof Documents>(
  { artifacts }: HasArtifacts,
  kind: K,
  content: Documents[K],
): Promise<string> {
  const text = canonicalJson(content);
  const key = `${kind}/${sha256(text)}.json`;
  await artifacts.put(key, text);
  return key;
}

/** A document never changes, so this is half of it, or what something else answered. It may be whole at the next read. */
const notItself = (key: string): Error =>
  errors.awsUnavailable(`the read of artifact ${key}`, 'its content does not match its name');

/** Parsed documents by key. They are immutable, so a warm handler need not parse 10,000 accounts again for each shard. */
const parsed = new WeakMap<object, Map<string, unknown>>();
const parsedMax = 16;

export async function loadDocument<K extends keyof Documents>(
  { artifacts }: HasArtifacts,
  kind: K,
  key: string | undefined,
): Promise<Documents[K]> {
  if (key === undefined) throw errors.internal(`the rollout has no ${kind} yet`);
  const cache = parsed.get(artifacts) ?? new Map<string, unknown>();
  parsed.set(artifacts, cache);
  const known = cache.get(key);
  if (known !== undefined) return known as Documents[K];
  const text = await artifacts.get(key);
  if (text === undefined) throw errors.internal(`artifact ${key} is missing`);
  if (key !== `${kind}/${sha256(text)}.json`) throw notItself(key);
  const document: Documents[K] = JSON.parse(text);
  const oldest = cache.size >= parsedMax ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  cache.set(key, document);
  return document;
}

const releaseKey = (id: ReleaseId): string => `releases/${id}.json`;
const templateKey = (hash: TemplateHash): string => `templates/${hash}.json`;

export const saveRelease = ({ artifacts }: HasArtifacts, release: Release): Promise<void> =>
  artifacts.put(releaseKey(release.id), canonicalJson(release));
export async function loadRelease({ artifacts }: HasArtifacts, id: ReleaseId): Promise<Release> {
  const text = await artifacts.get(releaseKey(id));
  if (text === undefined) throw errors.internal(`release ${id} is missing`);
  const release = parsedRelease(text);
  if (release?.id !== id) throw notItself(releaseKey(id));
  return release;
}
/** The id is the hash of what was sealed, not of this text. */
function parsedRelease(text: string): Release | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
export const saveTemplate = ({ artifacts }: HasArtifacts, hash: TemplateHash, body: string): Promise<void> =>
  artifacts.put(templateKey(hash), body);
export const hasTemplate = async ({ artifacts }: HasArtifacts, hash: TemplateHash): Promise<boolean> =>
  (await artifacts.get(templateKey(hash))) !== undefined;
export async function loadTemplate({ artifacts }: HasArtifacts, hash: TemplateHash): Promise<string> {
  const body = await artifacts.get(templateKey(hash));
  if (body === undefined) throw errors.internal(`template ${hash} is missing`);
  if (sha256(body) !== hash) throw notItself(templateKey(hash));
  return body;
}
