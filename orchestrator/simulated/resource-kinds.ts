/** The kinds of resources in an account that a visit reads, each with the facts that it shows. */
import type {
  AnalyzerFacts,
  DetectorFacts,
  RecorderFacts,
  RoleFacts,
  RuleFacts,
  SubscriptionFacts,
  TopicFacts,
  TrailFacts,
} from '../domain/health/facts';

export interface Made {
  readonly roles: RoleFacts;
  readonly topics: TopicFacts & { readonly subscriptions: readonly SubscriptionFacts[] };
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
