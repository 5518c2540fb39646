import type { Region } from './brand';

/** What an account has one of in a region, as preflight sees it; absent = there is none, or it may not be asked. */
export interface Singletons {
  readonly region: Region;
  /** `ours`: made by one of our stacks, as its tags or its name tell. */
  readonly recorder?: { readonly name: string; readonly ours: boolean } | undefined;
  readonly detector?:
    | { readonly id: string; readonly ours: boolean; readonly administrator?: string | undefined }
    | undefined;
  readonly hub?: { readonly ours: boolean; readonly administrator?: string | undefined } | undefined;
  /** The one that looks for access from outside, of the account's own; an organization's is in its administrator's account alone. */
  readonly analyzer?: { readonly name: string; readonly ours: boolean; readonly status: string } | undefined;
  /** What an organization's declarative policy says of sharing snapshots; absent = the account decides for itself. */
  readonly snapshotsHeld?: { readonly state: string } | undefined;
  /** Trails that are at home in the region, and organization trails that cover it. */
  readonly trails: readonly {
    readonly name: string;
    readonly ours: boolean;
    readonly organization: boolean;
    readonly multiRegion: boolean;
  }[];
}
