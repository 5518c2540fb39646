/** A config is about one partition of AWS: no role, topic, key or event crosses from one to another. */
import { parseRegion } from '../domain/model/brand';
import { isSupported, partitionOf, partitionOfArn } from '../domain/model/partition';
import { type Finding, field, type Path, quoted } from './values';

export function partitionRules(config: unknown): readonly Finding[] {
  const regions = field(config, 'regions');
  const home = field(regions, 'home');
  if (typeof home !== 'string' || !parseRegion.form.test(home)) return [];
  if (!isSupported(home))
    return [
      { path: ['regions', 'home'], message: `is in a partition that Strongroom does not support, got ${quoted(home)}` },
    ];
  const { id } = partitionOf(home);
  const foreign = (of: string): string => `is in partition ${of}, but the home region ${quoted(home)} is in ${id}`;
  return [
    ...namedRegions(config).flatMap(({ path, value }) =>
      partitionOf(value).id === id ? [] : [{ path, message: foreign(partitionOf(value).id) }],
    ),
    ...arns(config).flatMap(({ path, value }) =>
      partitionOfArn(value) === id ? [] : [{ path, message: foreign(partitionOfArn(value)) }],
    ),
    ...lackRules(config, home),
    ...usEast1Rules(config, id),
  ];
}

/** The other partitions have global endpoints of their own, and their regions are named differently. */
function usEast1Rules(config: unknown, id: string): readonly Finding[] {
  const option = 'exemptActionsInUsEast1';
  const actions = field(field(field(config, 'modules'), 'operator-role'), option);
  if (id === partitionOf('us-east-1').id || !Array.isArray(actions) || actions.length === 0) return [];
  return [
    { path: ['modules', 'operator-role', option], message: `are about us-east-1, which partition ${id} does not have` },
  ];
}

/** Options that ask for a service that the partition does not have. */
function lackRules(config: unknown, home: string): readonly Finding[] {
  const { id, lacks } = partitionOf(home);
  return lacks.flatMap(({ what, so, option }) =>
    option === undefined || field(field(config, 'installation'), option) === undefined
      ? []
      : [{ path: ['installation', option], message: `needs ${what}, which partition ${id} does not have: ${so}` }],
  );
}

interface Named {
  readonly path: Path;
  readonly value: string;
}

const named = (path: Path, value: unknown): readonly Named[] => (typeof value === 'string' ? [{ path, value }] : []);

function namedRegions(config: unknown): readonly Named[] {
  const governed = field(field(config, 'regions'), 'governed');
  const written: readonly unknown[] = Array.isArray(governed) ? governed : [];
  const path = ['installation', 'controlTowerRegion'];
  return [
    ...written.flatMap((value, index) => named(['regions', 'governed', index], value)),
    ...named(path, field(field(config, 'installation'), 'controlTowerRegion')),
  ].filter(({ value }) => parseRegion.form.test(value));
}

const accounts = ['management', 'deployments', 'logArchive', 'security'] as const;

function arns(config: unknown): readonly Named[] {
  const installation = field(config, 'installation');
  const key = field(field(field(config, 'modules'), 'audit-logging'), 'logArchiveKeyArn');
  return [
    ...named(['notifications', 'topicArn'], field(field(config, 'notifications'), 'topicArn')),
    ...named(['modules', 'audit-logging', 'logArchiveKeyArn'], key),
    ...accounts.flatMap((one) => named(['installation', one, 'role'], field(field(installation, one), 'role'))),
  ].filter(({ value }) => /^arn:aws[a-z-]*:/.test(value));
}
