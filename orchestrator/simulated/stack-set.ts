/** The state of a StackSet: its content, its instances, and its operations. */
import { createHash } from 'node:crypto';
import { type AccountId, parseTemplateHash, type Region } from '../domain/model/brand';
import { canonicalJson } from '../domain/model/release';
import type { StackInstance, StackSetSpec } from '../ports/ports';
import { contentOf, type StackContent } from './deployed';
import type { Operation } from './operation';
import { parseTemplate } from './template';

/** A template with its parameters, and the resources that they create in each region. All accounts share this content. */
export interface Version {
  readonly spec: StackSetSpec;
  readonly contentIn: (region: Region) => StackContent;
}

export interface Instance {
  readonly account: AccountId;
  readonly region: Region;
  status: StackInstance['status'];
  drift: StackInstance['drift'];
  lastOperation: StackInstance['lastOperation'];
  /** The set that created the stack: its name stays in the stack's name, even if another set adopts the stack later. */
  readonly madeBy: string;
  /** The stack existed once; it may have been deleted since. */
  isMade: boolean;
  /** The parameters that an adopted stack brought along, until it follows the set [doc:AWSCloudFormation/stacksets-import]. */
  overrides?: StackSetSpec['parameters'] | undefined;
}

export interface StackSet {
  readonly name: string;
  version: Version;
  readonly instances: Map<string, Instance>;
  readonly operations: Map<string, Operation>;
  queue: readonly Operation[];
  running: readonly Operation[];
}

/** As CloudFormation writes it, except for the UUID at the end. */
export const stackIdOf = ({ account, region, madeBy }: Pick<Instance, 'account' | 'region' | 'madeBy'>): string =>
  `arn:aws:cloudformation:${region}:${account}:stack/StackSet-${madeBy}`;

export const instanceKey = (account: AccountId, region: Region): string => `${account} ${region}`;

export const sameContent = (a: StackSetSpec, b: StackSetSpec): boolean =>
  a.templateBody === b.templateBody && canonicalJson(a.parameters) === canonicalJson(b.parameters);

/** The result depends only on template and parameters, so it is computed once for all worlds of a process. */
const contentsMade = new Map<string, Version['contentIn']>();
const contentsMax = 1_000;

/** @throws TemplateError */
export function versionOf(spec: StackSetSpec): Version {
  const template = parseTemplateHash(createHash('sha256').update(spec.templateBody).digest('hex'));
  const key = [spec.name, template, canonicalJson(spec.parameters)].join(' ');
  const contentIn = contentsMade.get(key) ?? contentsOf(spec);
  if (contentsMade.size >= contentsMax) contentsMade.clear();
  contentsMade.set(key, contentIn);
  return { spec: { ...spec, template }, contentIn };
}

function contentsOf(spec: StackSetSpec): Version['contentIn'] {
  const template = parseTemplate(spec.templateBody);
  const contents = new Map<Region, StackContent>();
  return (region) => {
    const known = contents.get(region);
    if (known !== undefined) return known;
    const made = contentOf(template, spec.parameters, { region, stackName: `StackSet-${spec.name}` });
    contents.set(region, made);
    return made;
  };
}
