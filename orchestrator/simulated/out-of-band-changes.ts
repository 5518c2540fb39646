/** Changes that people make in an account outside Strongroom, and what they leave of the resources there. */

import type { Region } from '../domain/model/brand';
import type { ImdsDefaults } from '../domain/model/settings';
import type { PolicyDocument } from '../domain/policies/policy';
import type { Kind, Made } from './resource-kinds';

/** Without a region or a name, the change affects all resources of the kind. */
interface Target<Of extends Kind> {
  readonly of: Of;
  readonly region?: Region | undefined;
  readonly name?: string | undefined;
}
export type Deletion = Target<Kind> & { readonly kind: 'delete' };
export type Change = {
  readonly [Of in Kind]: Target<Of> & { readonly kind: 'change'; readonly to: Partial<Made[Of]> };
}[Kind];

/** One change that a person makes in an account. */
export type OutOfBandChange =
  | Deletion
  | Change
  | { readonly kind: 'changeTrust'; readonly role: string; readonly trust: PolicyDocument }
  | { readonly kind: 'deleteStack'; readonly region: Region; readonly stackSet: string }
  | {
      readonly kind: 'changeParameters';
      readonly region: Region;
      readonly stackSet: string;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'deletePasswordPolicy' }
  | { readonly kind: 'openBuckets' }
  | { readonly kind: 'stopEbsEncryption'; readonly region: Region }
  | { readonly kind: 'forgetImds'; readonly region: Region }
  | { readonly kind: 'forgetEbsKey'; readonly region: Region }
  /** The organization's declarative policy takes the defaults over. */
  | { readonly kind: 'declareImds'; readonly region: Region; readonly defaults: ImdsDefaults }
  | { readonly kind: 'share'; readonly region: Region; readonly resource: string }
  | { readonly kind: 'makeRootKey' }
  | { readonly kind: 'makeRole'; readonly role: string; readonly trust: PolicyDocument }
  | { readonly kind: 'makeUser'; readonly user: string; readonly activeKeys: number }
  | { readonly kind: 'deleteLinkedRole'; readonly service: string }
  | { readonly kind: 'detachBoundary'; readonly role: string };

/** What the change leaves of a resource; undefined if it is gone. */
export function after<Of extends Kind>(
  kind: Of,
  place: Place,
  thing: Made[Of],
  change: OutOfBandChange,
): Made[Of] | undefined {
  if (change.kind === 'delete' && isMeant(change, kind, place)) return undefined;
  if (change.kind === 'change' && isMeant(change, kind, place)) return { ...thing, ...change.to };
  return thing;
}

interface Place {
  readonly region: Region;
  readonly name: string;
}

const isMeant = (target: Target<Kind>, kind: Kind, { region, name }: Place): boolean =>
  target.of === kind &&
  (target.region === undefined || target.region === region) &&
  (target.name === undefined || target.name === name);
