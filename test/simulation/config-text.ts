/** The strongroom.yaml of a scenario. */
import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { SimulatedOrganization } from '../../orchestrator/simulated/organization';
import type { Scenario, WaveDraw } from './draws';
import { bucketOf, freezeOf, home, modulesOf, organizationManages, securityAccountOf, type Window } from './intent';

/** The last account of the first OU at the start. */
export function exemptOf(scenario: Scenario, organization: SimulatedOrganization): readonly AccountId[] {
  const place = scenario.census.people.findLastIndex(({ ouPath }) => ouPath === 'One');
  const id = [...organization.accounts.keys()][place];
  return scenario.exempt && id !== undefined ? [id] : [];
}

/** strongroom.yaml of one release. It names accounts, so the organization must exist first. */
export function configOf(scenario: Scenario, organization: SimulatedOrganization, release: number): string {
  const modules = modulesOf(scenario, release);
  const elsewhere = organizationManages(scenario);
  const [exempt] = exemptOf(scenario, organization);
  const bucket = bucketOf(scenario);
  const lines = Object.entries(modules).map(([module, settings]) => moduleLine(module, settings, elsewhere, bucket));
  // AWS Config delivers to the bucket too.
  if ('aws-config' in modules && !('audit-logging' in modules))
    lines.push(`  audit-logging: { enabled: false, logArchiveBucket: ${bucket} }`);
  return `installation: { ciRole: BaselineCi, externalId: strongroom, security: { account: "${securityAccountOf(modules)}" } }
regions: { home: ${home}, governed: [${scenario.regions.join(', ')}] }
modules:
${lines.join('\n')}
waves:
${scenario.waves.map(waveLine).join('\n')}
exclude: { ous: [Excluded] }
exceptions: ${exempt === undefined ? '[]' : `[{ account: "${exempt}", reason: leaving, owner: jo@example.com, expires: 2099-12-31 }]`}
checks: { settleMinutes: [${scenario.settleMinutes.join(', ')}] }
onFailure: ${scenario.onFailure}
freezes: [${scenario.faults.flatMap(freezeOf).map(freezeText).join(', ')}]
`;
}

function moduleLine(module: string, settings: string, elsewhere: readonly string[], bucket: string): string {
  const options = [
    'enabled: true',
    ...(elsewhere.includes(module) ? ['managedBy: organization'] : []),
    ...(settings === '' ? [] : [settings]),
    ...(module === 'audit-logging' ? [`logArchiveBucket: ${bucket}`] : []),
  ];
  return `  ${module}: { ${options.join(', ')} }`;
}

const freezeText = ({ fromMs, toMs }: Window): string =>
  `{ from: "${isoAt(fromMs)}", to: "${isoAt(toMs)}", reason: season }`;
const isoAt = (ms: number): string => new Date(ms).toISOString().replace('.000', '');

const waveLine = (wave: WaveDraw): string =>
  `  - { name: ${wave.name}, ous: [${wave.ou}], percent: ${wave.percent}, maxConcurrent: ${wave.maxConcurrent}, failureTolerance: ${wave.failureTolerance}, slowStart: ${wave.slowStart}, strict: ${wave.strict}, soakMinutes: ${wave.soakMinutes}, approval: ${wave.approval} }`;
