/** The kinds of resources in an account that a visit reads, each with the facts that it shows. */
import type {
  AnalyzerFacts,
  DetectorFacts,
  RecorderFacts,
  RoleFacts,
  RuleFacts,
  TrailFacts,
} from '../domain/health/facts';
import type { PolicyDocument } from '../domain/policies/policy';

export interface Made {
  readonly roles: RoleFacts;
  readonly topics: { readonly policy: PolicyDocument; readonly kmsKey?: string };
  readonly rules: RuleFacts;
  readonly trails: TrailFacts;
  readonly recorders: RecorderFacts;
  readonly channels: { readonly bucket: string; readonly failing: boolean };
  readonly detectors: DetectorFacts;
  readonly hubs: { readonly standards: readonly string[] };
  readonly analyzers: AnalyzerFacts;
  readonly keys: { readonly arn: string; readonly enabled: boolean; readonly rotates: boolean };
  readonly snapshotBlocks: { readonly state: string; readonly managedBy: string };
}

export type Kind = keyof Made;
