/** How the resources of a stack differ from its template after out-of-band changes. */
import type { AccountId, Region } from '../domain/model/brand';
import type { PropertyDifference, ResourceDrift } from '../domain/model/drift';
import { inAccount, type StackContent } from './deployed';
import { after, type OutOfBandChange } from './out-of-band-changes';
import type { Kind, Made } from './resource-kinds';

const typeOf: Readonly<Record<Kind, string>> = {
  roles: 'AWS::IAM::Role',
  topics: 'AWS::SNS::Topic',
  rules: 'AWS::Events::Rule',
  trails: 'AWS::CloudTrail::Trail',
  recorders: 'AWS::Config::ConfigurationRecorder',
  channels: 'AWS::Config::DeliveryChannel',
  detectors: 'AWS::GuardDuty::Detector',
  hubs: 'AWS::SecurityHub::Hub',
  analyzers: 'AWS::AccessAnalyzer::Analyzer',
  keys: 'AWS::KMS::Key',
  snapshotBlocks: 'AWS::EC2::SnapshotBlockPublicAccess',
};
const kinds = Object.keys(typeOf) as readonly Kind[];

/** Every resource of a stack that an out-of-band change made different from its template. */
export function differencesIn(
  content: StackContent,
  outOfBandChanges: readonly OutOfBandChange[],
  { account, region }: { readonly account: AccountId; readonly region: Region },
): readonly ResourceDrift[] {
  return kinds.flatMap((kind) =>
    [...content[kind]].flatMap(([name, text]): readonly ResourceDrift[] => {
      const made = inAccount<Made[Kind]>(text, account);
      const left = outOfBandChanges.reduce(
        (thing: Made[Kind] | undefined, change) => thing && after(kind, { region, name }, thing, change),
        made,
      );
      const about = { resource: name, type: typeOf[kind] };
      if (left === undefined) return [{ ...about, change: 'deleted', differences: [] }];
      const differences = differing(made, left);
      return differences.length === 0 ? [] : [{ ...about, change: 'modified', differences }];
    }),
  );
}

function differing(made: object, left: object): readonly PropertyDifference[] {
  const [expected, actual] = [new Map(Object.entries(made)), new Map(Object.entries(left))];
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((key) => JSON.stringify(expected.get(key)) !== JSON.stringify(actual.get(key)))
    .map((key) => ({
      path: `/${key}`,
      expected: JSON.stringify(expected.get(key)) ?? 'null',
      actual: JSON.stringify(actual.get(key)) ?? 'null',
    }));
}
