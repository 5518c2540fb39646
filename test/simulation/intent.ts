/**
 * What a scenario's config means, worked out without the product: which stacks and settings an account must have, and how a wave must be
 * treated. The product reads the same config, and may understand it differently.
 */
import { operatorCarveOuts } from '../../orchestrator/domain/model/policy-carve-outs';
import type { ModulesDraw, Scenario, WaveDraw } from './draws';
import { type Fault, start } from './faults';

/** A stack that every account of a release must have. */
export interface WantedStack {
  readonly module: string;
  readonly regions: readonly string[];
  /** Parameters that are not empty. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Intent {
  readonly stacks: readonly WantedStack[];
  readonly settings: ReadonlySet<Setting>;
  readonly regions: readonly string[];
}
export type Setting = 'passwordPolicy' | 's3PublicAccessBlock' | 'ebsEncryption' | 'imdsDefaults' | 'ebsDefaultKey';

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the invariants know of the scenario. */
export interface Config {
  readonly home: string;
  readonly waves: readonly WaveDraw[];
  readonly freezes: readonly Window[];
  readonly releases: readonly Intent[];
  /** How long an approval is good for. */
  readonly approvalHours: number;
}

export const home = 'us-east-1';
/** Where logs go: an organization's trail has chosen its own bucket. */
export const bucketOf = ({ faults }: Scenario): string =>
  faults.some((fault) => fault.kind === 'organizationRuns') ? 'organization-log-archive' : 'acme-log-archive';
export const ciRole = 'BaselineCi';
const approvalHours = 72;
const minuteMs = 60_000;

export const configFor = (scenario: Scenario): Config => ({
  home,
  waves: scenario.waves,
  freezes: scenario.faults.flatMap(freezeOf),
  releases: scenario.releases.map((_, release) => intentFor(scenario, release)),
  approvalHours,
});

/** A freeze covers whole minutes. */
export function freezeOf(fault: Fault): readonly Window[] {
  if (fault.kind !== 'freeze') return [];
  const from = Math.floor(fault.from);
  const to = from + Math.max(1, Math.ceil(fault.until - fault.from));
  return [{ fromMs: start.getTime() + from * minuteMs, toMs: start.getTime() + to * minuteMs }];
}

/** The modules of one release with their settings, further ones included. */
export function modulesOf(scenario: Scenario, release: number): ModulesDraw {
  const added = scenario.faults.flatMap((fault) =>
    fault.kind === 'module' && release >= fault.from
      ? [[fault.module, fault.module === 'alerts' ? 'email: security@example.com' : '']]
      : [],
  );
  return { ...Object.fromEntries(added), ...scenario.releases[release] };
}

/** Another address comes with another security account: the address alone changes no stack of an account. */
export const securityAccountOf = (modules: ModulesDraw): string =>
  `99999999999${/security-(\d)@/.exec(modules['alerts'] ?? '')?.[1] ?? '9'}`;

/** The modules that the config leaves to the organization. */
export const organizationManages = (scenario: Scenario): readonly string[] =>
  scenario.faults.flatMap((fault) => (fault.kind === 'organizationRuns' && fault.declared ? [fault.module] : []));

function intentFor(scenario: Scenario, release: number): Intent {
  const modules = modulesOf(scenario, release);
  const elsewhere = organizationManages(scenario);
  const governed = [...new Set([home, ...scenario.regions])];
  const options = (module: string): Readonly<Record<string, string>> => optionsIn(modules[module] ?? '');
  const hardening = options('account-hardening');
  const isOn = (option: string): boolean => hardening[option] !== 'false';
  const stacks: WantedStack[] = [];
  const want = (module: string, regions: readonly string[], parameters: WantedStack['parameters'] = {}): void => {
    if (!elsewhere.includes(module)) stacks.push({ module, regions, parameters });
  };
  if ('account-hardening' in modules && isOn('snapshotBlockPublicAccess')) want('account-hardening', governed);
  if ('audit-logging' in modules) want('audit-logging', [home], { LogArchiveBucket: bucketOf(scenario) });
  if ('aws-config' in modules) want('aws-config', governed, { LogArchiveBucket: bucketOf(scenario), HomeRegion: home });
  if ('threat-detection' in modules) {
    want('threat-detection', governed);
    want('access-analyzer', governed);
  }
  if ('alerts' in modules)
    want('alerts', [...new Set([...governed, 'us-east-1'])], {
      AlertBusArn: `arn:aws:events:${home}:${securityAccountOf(modules)}:event-bus/strongroom-alerts`,
      CiRoleName: ciRole,
      OperatorRoleName: 'InfraAdmin',
    });
  if ('operator-role' in modules) {
    const { anywhere, alsoInUsEast1 } = operatorCarveOuts;
    const { mfaMaxAgeSeconds = '' } = options('operator-role');
    const allowed = [...scenario.regions].sort().join(',');
    want('operator-role', [home], {
      RoleName: 'InfraAdmin',
      CiRoleName: ciRole,
      AllowedRegions: allowed,
      ExemptActions: [...anywhere, ...alsoInUsEast1].join(','),
      ExemptActionsInUsEast1: alsoInUsEast1.join(','),
      MfaMaxAgeSeconds: mfaMaxAgeSeconds,
    });
  }
  if ('kms-default' in modules) want('kms-default', governed);
  const settings = new Set<Setting>();
  if ('account-hardening' in modules)
    for (const name of ['passwordPolicy', 's3PublicAccessBlock', 'ebsEncryption', 'imdsDefaults'] as const)
      if (isOn(name)) settings.add(name);
  if ('kms-default' in modules) settings.add('ebsDefaultKey');
  return { stacks, settings, regions: scenario.regions };
}

/** `enabled: true, mfaMaxAgeSeconds: 3600`, as the draws write it. */
function optionsIn(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => pair.split(':').map((part) => part.trim()));
  return Object.fromEntries(pairs.flatMap(([name, value]) => (name && value ? [[name, value]] : [])));
}

/** `34%` of a wave, rounded down as StackSets do [bc:cloudformation:StackSetOperationPreferences], or a count. */
export const shareIn = (text: string, accounts: number): number =>
  text.endsWith('%') ? Math.floor((accounts * Number(text.slice(0, -1))) / 100) : Number(text);

/** The accounts of a wave that may fail: never all of them. */
export const toleranceIn = ({ failureTolerance }: WaveDraw, accounts: number): number =>
  Math.max(0, Math.min(shareIn(failureTolerance, accounts), accounts - 1));
