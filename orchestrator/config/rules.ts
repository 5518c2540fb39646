/** Rules across fields. They read the unparsed config, so they report problems even if other fields are invalid. */
import { parseRegion } from '../domain/model/brand';
import { installationDefaults } from '../domain/model/installation';
import { type Toggle, toggles } from '../domain/model/module';
import { exemptionRules } from './exemption-rules';
import { momentAt } from './moment';
import { partitionRules } from './partition-rules';
import { trustRules } from './trust-rules';
import { type Finding, field, isRecord, type Path, quoted } from './values';

type LineOf = (path: Path) => number;

export function brokenRules(config: unknown, lineOf: LineOf): readonly Finding[] {
  return [
    ...moduleRules(config),
    ...regionRules(config, lineOf),
    ...partitionRules(config),
    ...trustRules(config),
    ...exemptionRules(config),
    ...waveRules(config, lineOf),
    ...accountRules(config, lineOf),
    ...exceptionRules(config, lineOf),
    ...probeRules(config),
    ...roleRules(config),
    ...tagRules(config),
    ...freezeRules(config),
  ];
}

/** Settings that are valid but probably unintended. */
export function doubts(config: unknown): readonly Finding[] {
  const modules = field(config, 'modules');
  const unsaid = toggles
    .filter((id) => field(modules, id) !== undefined && field(field(modules, id), 'enabled') === undefined)
    .map((id) => ({
      path: ['modules', id],
      message: 'is configured but not enabled; add "enabled: true" to roll it out',
    }));
  const alerts = field(modules, 'alerts');
  const unheard =
    field(alerts, 'enabled') === true && field(alerts, 'email') === undefined
      ? [{ path: ['modules', 'alerts'], message: 'has no email, so no person receives alerts' }]
      : [];
  return [...unsaid, ...unheard, ...probeDoubts(config)];
}

function probeDoubts(config: unknown): readonly Finding[] {
  const isPassing = items(field(config, 'waves')).some((wave) => field(wave, 'probe') === true);
  const probe = field(field(config, 'probes'), 'operatorProbe');
  const hasOperator = field(field(field(config, 'modules'), 'operator-role'), 'enabled') === true;
  if (isPassing && hasOperator && probe === undefined)
    return [
      {
        path: ['waves'],
        message: 'have probes, but without probes.operatorProbe the MFA of the operator role is not probed',
      },
    ];
  if (!isPassing && probe !== undefined)
    return [{ path: ['probes'], message: 'are configured, but no wave has "probe: true"' }];
  return [];
}

/** What the config calls the roles that exist in every account. */
function rolesIn(
  config: unknown,
): readonly (readonly [option: 'ciRole' | 'readerRole' | 'operatorRole', name: unknown])[] {
  const named = (option: 'ciRole' | 'readerRole' | 'operatorRole') =>
    [option, field(field(config, 'installation'), option) ?? installationDefaults[option]] as const;
  return [named('ciRole'), named('readerRole'), named('operatorRole')];
}
const roleWords = { ciRole: 'CI role', readerRole: 'reader role', operatorRole: 'operator role' } as const;

/** The probe needs its own role: the operator role cannot test itself, and our own roles are not allowed to assume roles. */
function probeRules(config: unknown): readonly Finding[] {
  const probe = field(field(config, 'probes'), 'operatorProbe');
  const [taken] = rolesIn(config).find(([, name]) => probe !== undefined && name === probe) ?? [];
  if (taken === undefined) return [];
  return [
    {
      path: ['probes', 'operatorProbe'],
      message: `must be a separate role, not the ${roleWords[taken]} ${quoted(String(probe))}`,
    },
  ];
}

/** Each is created in every account, and would take the place of the other. */
function roleRules(config: unknown): readonly Finding[] {
  const roles = rolesIn(config);
  return roles.flatMap(([option, name], index) => {
    const [taken] = roles.slice(0, index).find(([, other]) => other === name) ?? [];
    if (taken === undefined) return [];
    const message = `must be a separate role, not the ${roleWords[taken]} ${quoted(String(name))}`;
    return [{ path: ['installation', option], message }];
  });
}

/** A map of tags cannot hold this name, so a selector with it would select by the others alone. */
function tagRules(config: unknown): readonly Finding[] {
  const places: readonly Path[] = [
    ['exclude'],
    ...items(field(config, 'waves')).map((_, index): Path => ['waves', index]),
  ];
  return places
    .map((place): Path => [...place, 'tags'])
    .filter((path) => hasOwn(path.reduce<unknown>(valueAt, config), '__proto__'))
    .map((path) => ({ path, message: 'cannot select by the tag "__proto__"' }));
}

const valueAt = (value: unknown, key: Path[number]): unknown =>
  typeof key === 'number' ? items(value)[key] : field(value, String(key));
const hasOwn = (value: unknown, key: string): boolean => isRecord(value) && Object.hasOwn(value, key);

function moduleRules(config: unknown): readonly Finding[] {
  const modules = field(config, 'modules');
  const enabled = (id: Toggle): unknown => field(field(modules, id), 'enabled');
  // Without modules, accounts would pass the few remaining checks and count as ready without a baseline.
  if (toggles.every((id) => enabled(id) === undefined || enabled(id) === false))
    return [{ path: ['modules'], message: `must enable at least one of ${toggles.join(', ')}` }];
  const bucket = field(field(modules, 'audit-logging'), 'logArchiveBucket');
  const security = field(field(config, 'installation'), 'security');
  const alone =
    enabled('alerts') === true && security === undefined
      ? [{ path: ['modules', 'alerts'], message: 'requires installation.security, the account that alerts go to' }]
      : [];
  const homeless = archivedModules
    .filter((id) => enabled(id) === true && field(field(modules, id), 'managedBy') !== 'organization')
    .filter(() => bucket === undefined)
    .map((id) => ({
      path: ['modules', id],
      message: `requires modules.audit-logging.logArchiveBucket, or managedBy: organization`,
    }));
  return [...homeless, ...alone];
}

/** Modules that deliver to the log archive. */
const archivedModules = ['audit-logging', 'aws-config'] as const satisfies readonly Toggle[];

function regionRules(config: unknown, lineOf: LineOf): readonly Finding[] {
  const regions = field(config, 'regions');
  const home = field(regions, 'home');
  const governed = field(regions, 'governed');
  const path = ['regions', 'governed'];
  // A home region that is not governed would get stacks, but no regional settings or checks.
  const homeless = isRegion(home) && Array.isArray(governed) && !governed.includes(home);
  return [
    ...(homeless ? [{ path, message: `must include the home region "${home}"` }] : []),
    ...repeated(listed(governed, path)).map(({ word, path, first }) => ({
      path,
      message: `${quoted(word)} occurs twice, first on line ${lineOf(first)}`,
    })),
  ];
}

function waveRules(config: unknown, lineOf: LineOf): readonly Finding[] {
  const waves = items(field(config, 'waves'));
  const names = waves.map((wave, index) => ({ word: field(wave, 'name'), path: ['waves', index, 'name'] }));
  return [
    ...repeated(names).map(({ word, path, first }) => ({
      path,
      message: `two waves are named ${quoted(word)}, on line ${lineOf(first)} and on line ${lineOf(path)}`,
    })),
    ...waves.flatMap((wave, index) =>
      isRecord(wave) && ['ous', 'accounts', 'tags'].every((selector) => isEmpty(wave[selector]))
        ? [{ path: ['waves', index], message: 'must select accounts by ous, accounts or tags' }]
        : [],
    ),
  ];
}

function accountRules(config: unknown, lineOf: LineOf): readonly Finding[] {
  const inWaves = items(field(config, 'waves')).flatMap((wave, index) =>
    listed(field(wave, 'accounts'), ['waves', index, 'accounts']),
  );
  const excludedPath = ['exclude', 'accounts'];
  const excluded = new Map(
    listed(field(field(config, 'exclude'), 'accounts'), excludedPath).map(({ word, path }) => [word, path]),
  );
  return [
    ...repeated(inWaves).map(({ word, path, first }) => ({
      path,
      message: `account ${quoted(word)} occurs twice, first on line ${lineOf(first)}; an account belongs to one wave`,
    })),
    ...inWaves.flatMap(({ word, path }) => {
      const there = excluded.get(word);
      if (typeof word !== 'string' || there === undefined) return [];
      return [{ path, message: `account ${quoted(word)} is also excluded, on line ${lineOf(there)}` }];
    }),
  ];
}

function exceptionRules(config: unknown, lineOf: LineOf): readonly Finding[] {
  const accounts = items(field(config, 'exceptions')).map((exception, index) => ({
    word: field(exception, 'account'),
    path: ['exceptions', index, 'account'],
  }));
  return repeated(accounts).map(({ word, path, first }) => ({
    path,
    message: `account ${quoted(word)} has two exceptions, first on line ${lineOf(first)}`,
  }));
}

/** A longer freeze is probably a mistake in a date. */
const freezeDaysMax = 90;

function freezeRules(config: unknown): readonly Finding[] {
  const names = items(field(config, 'waves')).map((wave) => field(wave, 'name'));
  return items(field(config, 'freezes')).flatMap((freeze, index) => {
    const path = ['freezes', index];
    const [from, to] = [field(freeze, 'from'), field(freeze, 'to')];
    const unknown = listed(field(freeze, 'waves'), [...path, 'waves']).flatMap(({ word, path }) =>
      typeof word === 'string' && !names.includes(word) ? [{ word, path }] : [],
    );
    return [
      ...lengthRules(from, to, [...path, 'to']),
      ...unknown.map(({ word, path }) => ({ path, message: `wave ${quoted(word)} does not exist` })),
    ];
  });
}

function lengthRules(from: unknown, to: unknown, path: Path): readonly Finding[] {
  if (typeof from !== 'string' || typeof to !== 'string') return [];
  const [start, end] = [momentAt(from, 'start'), momentAt(to, 'end')];
  if (start === undefined || end === undefined) return [];
  if (end <= start) return [{ path, message: `must be after from, ${quoted(from)}, got ${quoted(to)}` }];
  return end.getTime() - start.getTime() > freezeDaysMax * 86_400_000
    ? [{ path, message: `must be at most ${freezeDaysMax} days after from, ${quoted(from)}, got ${quoted(to)}` }]
    : [];
}

const isRegion = (value: unknown): value is string => typeof value === 'string' && parseRegion.form.test(value);

interface Entry {
  readonly word: unknown;
  readonly path: Path;
}

/** Each text that occurred before, with the path of its first occurrence. */
function repeated(entries: readonly Entry[]): readonly (Entry & { readonly word: string; readonly first: Path })[] {
  const firsts = new Map<string, Path>();
  return entries.flatMap(({ word, path }) => {
    if (typeof word !== 'string') return [];
    const first = firsts.get(word);
    if (first === undefined) firsts.set(word, path);
    return first === undefined ? [] : [{ word, path, first }];
  });
}

const listed = (list: unknown, path: Path): readonly Entry[] =>
  items(list).map((word, index) => ({ word, path: [...path, index] }));

const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
