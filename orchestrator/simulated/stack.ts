import type { Region, TemplateHash } from '../domain/model/brand';
import type { StackContent } from './deployed';

/** A stack in an account of the simulated organization. */
export interface Stack {
  readonly stackSet: string;
  readonly region: Region;
  /** Of the template that it was made from. */
  readonly template: TemplateHash;
  readonly content: StackContent;
  readonly parameters: Readonly<Record<string, string>>;
}
