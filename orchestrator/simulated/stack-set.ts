/** A StackSet as it stands: what it holds, its instances, and its operations. */
import { createHash } from 'node:crypto';
import { type AccountId, parseTemplateHash, type Region } from '../domain/brand';
import { canonicalJson } from '../domain/release';
import type { StackInstance, StackSetSpec } from '../ports/ports';
import { contentOf, type StackContent } from './deployed';
import type { Operation } from './operation';
import { parseTemplate } from './template';

/** A template with its parameters, and what they make in each region. Content is shared by all accounts. */
export interface Version {
  readonly spec: StackSetSpec;
  readonly contentIn: (region: Region) => StackContent;
}

export interface StackSet {
  readonly name: string;
  version: Version;
  readonly instances: Map<
    string,
    { readonly account: AccountId; readonly region: Region; status: StackInstance['status'] }
  >;
  readonly operations: Map<string, Operation>;
  queue: readonly Operation[];
  running: readonly Operation[];
}

export const instanceKey = (account: AccountId, region: Region): string => `${account} ${region}`;

export const sameContent = (a: StackSetSpec, b: StackSetSpec): boolean =>
  a.templateBody === b.templateBody && canonicalJson(a.parameters) === canonicalJson(b.parameters);

/** @throws TemplateError */
export function versionOf(spec: StackSetSpec): Version {
  const template = parseTemplate(spec.templateBody);
  const contents = new Map<Region, StackContent>();
  const hash = createHash('sha256').update(spec.templateBody).digest('hex');
  return {
    spec: { ...spec, template: parseTemplateHash(hash) },
    contentIn: (region) => {
      const known = contents.get(region);
      if (known !== undefined) return known;
      const made = contentOf(template, spec.parameters, { region, stackName: `StackSet-${spec.name}` });
      contents.set(region, made);
      return made;
    },
  };
}
