/** Whether the quotas of StackSets have room for what is planned. */
import type { WaveName } from '../model/brand';
import { instancesAtOnceDefault, instancesPerStageMax } from '../model/stack-set-operation';
import { type Judged, ok, problem } from './finding';

/** Accounts and regions of each wave, and how many modules a release has. */
export interface Planned {
  readonly modules: number;
  readonly regions: number;
  readonly waves: readonly { readonly name: WaveName; readonly accounts: number }[];
}

/** As the account has them, in the home region. */
export interface StackSetQuotas {
  readonly stackSets: number;
  readonly instancesPerStackSet: number;
  /** Over all StackSets of the account. */
  readonly instancesAtOnce: number;
}

/** What every account begins with [aws-behavior 2.8], [doc:AWSCloudFormation/cloudformation-limits]. */
export const stackSetQuotasDefault: StackSetQuotas = {
  stackSets: 1_000,
  instancesPerStackSet: 100_000,
  instancesAtOnce: instancesAtOnceDefault,
};

export const quotas =
  ({ modules, regions, waves }: Planned) =>
  ({ stackSets: setsMax, instancesPerStackSet: instancesMax, instancesAtOnce }: StackSetQuotas): Judged => {
    const stackSets = modules * waves.length;
    const widest = waves.toSorted((a, b) => b.accounts - a.accounts)[0];
    const instances = (widest?.accounts ?? 0) * regions;
    if (stackSets > setsMax)
      return problem(
        `${waves.length} waves with ${modules} modules need ${stackSets} StackSets, but the quota is ${setsMax}`,
        `merge waves, or request a quota increase: \`${askFor(quotaCodes.stackSets, stackSets)}\``,
      );
    if (widest !== undefined && instances > instancesMax)
      return problem(
        `wave ${widest.name} needs ${instances} instances in one StackSet, but the quota is ${instancesMax}`,
        `split the wave, or request a quota increase: \`${askFor(quotaCodes.instancesPerStackSet, instances)}\``,
      );
    if (instancesAtOnce < Math.min(instancesPerStageMax, instances * modules))
      return problem(
        `a stage changes up to ${Math.min(instancesPerStageMax, instances * modules)} stack instances at once, but the quota is ${instancesAtOnce}, so its operations wait for each other`,
        `lower maxConcurrent, or request a quota increase: \`${askFor(quotaCodes.instancesAtOnce, instancesAtOnceDefault)}\``,
      );
    return ok(`${stackSets} of ${setsMax} StackSets, at most ${instances} of ${instancesMax} instances in one`);
  };

/** Of the service `cloudformation`, as Service Quotas lists them. */
export const quotaCodes = {
  stackSets: 'L-EC62D81A',
  instancesPerStackSet: 'L-C8225BA5',
  instancesAtOnce: 'L-6A4B2F69',
} as const;
const askFor = (code: string, desired: number): string =>
  `aws service-quotas request-service-quota-increase --service-code cloudformation --quota-code ${code} --desired-value ${desired}`;
