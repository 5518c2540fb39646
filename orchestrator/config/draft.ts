/** Drafts a strongroom.yaml for an organization: OUs become waves, the least critical first. */
import { parseOuId } from '../domain/model/brand';
import { installationDefaults } from '../domain/model/installation';
import type { Account, OuChild } from '../domain/model/organization';

export interface SeenOu extends OuChild {
  readonly children: readonly OuChild[];
}

export interface Seen {
  readonly home: string;
  readonly accounts: readonly Pick<Account, 'id' | 'ouIds'>[];
  /** The OUs below the root, each with its child OUs. */
  readonly ous: readonly SeenOu[];
}

interface Kind {
  readonly wave: string;
  readonly named: RegExp;
  /** Settings that are written into the wave. */
  readonly how: string;
}

/** In the order of the waves. The first match of an OU name wins, so `preprod` comes before `prod`. */
const kinds: readonly Kind[] = [
  { wave: 'canary', named: /canary|policy.?staging/i, how: 'soakMinutes: 120' },
  { wave: 'sandbox', named: /sandbox|playground|experiment|\blabs?\b/i, how: 'slowStart: true, soakMinutes: 1440' },
  { wave: 'dev', named: /dev/i, how: 'maxConcurrent: 25%, soakMinutes: 1440' },
  { wave: 'test', named: /test|\bqa\b|\buat\b/i, how: 'maxConcurrent: 25%, soakMinutes: 1440' },
  { wave: 'staging', named: /stag|pre.?prod/i, how: 'maxConcurrent: 25%, soakMinutes: 1440' },
  {
    wave: 'others',
    named: /^(?!.*(infra|shared|platform|network|secur|audit|prod|live))/i,
    how: 'maxConcurrent: "10%, at least 10"',
  },
  { wave: 'infrastructure', named: /infra|shared|platform|network/i, how: 'maxConcurrent: 1, approval: manual' },
  { wave: 'security', named: /secur|audit/i, how: 'maxConcurrent: 1, approval: manual' },
  { wave: 'production', named: /./, how: 'maxConcurrent: "10%, at least 10", approval: manual' },
];
/** Accounts next to OUs that became waves; their purpose is unknown. */
const remaining = { wave: 'remaining', how: 'maxConcurrent: "10%, at least 10", approval: manual' };
const closed = /suspend|closed|decommission|terminat|graveyard|quarantine/i;
/** A wave can name at most this many OUs. */
const ousPerWave = 200;

interface Place {
  /** The OU as written in the config. */
  readonly ou: string;
  readonly kind: Pick<Kind, 'wave' | 'how'> | 'excluded';
}

export function draftConfig({ home, accounts, ous }: Seen): string {
  const places = ous.flatMap((ou) => placesOf(ou, accounts));
  const waves = [...kinds, remaining].flatMap((kind) =>
    wavesOf(
      kind,
      places.filter((place) => place.kind === kind),
    ),
  );
  const excluded = places.filter(({ kind }) => kind === 'excluded').map(({ ou }) => quoted(ou));
  const inRoot = accounts.filter(({ ouIds }) => ouIds.length === 0).length;
  return `# Written by \`strongroom init\` for your organization. Nothing is deployed before \`strongroom rollout\`.
# Review and edit this file, then check the result with \`strongroom plan\`.
installation:
  # Name the accounts that Strongroom is installed in; docs/install.md has all settings.
  # management: { account: "111111111111", profile: management }
  # deployments: { account: "222222222222", profile: deployments }
  # logArchive: { account: "333333333333", profile: log-archive }
  # security: { account: "444444444444", profile: security }
  ciRole: ${installationDefaults.ciRole}          # in every account, created by the bootstrap
  externalId: ${installationDefaults.externalId}
  operatorRole: ${installationDefaults.operatorRole}    # for people, with MFA
regions: { home: ${home}, governed: [${home}] }   # add every region that you use
modules:
  account-hardening: { enabled: true }
  operator-role: { enabled: true, mfaMaxAgeSeconds: 3600 }
  # These modules need more settings, or cost extra.
  audit-logging: { enabled: false, managedBy: strongroom }      # logArchiveBucket: NAME, or managedBy: organization
  aws-config: { enabled: false, managedBy: strongroom }         # needs audit-logging's bucket
  threat-detection: { enabled: false, managedBy: strongroom, standards: [] }
  alerts: { enabled: false }                                    # email: security@example.com; requires installation.security
# Waves run in this order. An account belongs to the first wave that selects it; an OU includes its child OUs.
${inRootText(inRoot)}waves:
${(waves.length === 0 ? [tagged] : waves).map((wave) => `  - { ${wave} }`).join('\n')}
exclude: { ous: [${excluded.slice(0, ousPerWave).join(', ')}], accounts: [] }
onFailure: hold               # or rollBack
`;
}

/** Without OUs, a tag selects the accounts. */
const tagged = 'name: everyone, tags: { strongroom: "yes" }, maxConcurrent: "10%, at least 10"';

/** An OU whose name says its purpose becomes one place. For others, like Workloads, each child OU does. */
function placesOf(ou: SeenOu, accounts: Seen['accounts']): readonly Place[] {
  if (closed.test(ou.name)) return [{ ou: pathOf([ou]), kind: 'excluded' }];
  const own = kindOf(ou.name);
  if (own.wave !== 'others' || ou.children.length === 0) return [{ ou: pathOf([ou]), kind: own }];
  const below = ou.children.map(
    (child): Place => ({
      ou: pathOf([ou, child]),
      kind: closed.test(child.name) ? 'excluded' : kindOf(child.name),
    }),
  );
  const hasOwn = accounts.some(({ ouIds }) => ouIds.at(-1) === ou.id);
  return hasOwn ? [...below, { ou: pathOf([ou]), kind: remaining }] : below;
}

const kindOf = (name: string): Pick<Kind, 'wave' | 'how'> => kinds.find(({ named }) => named.test(name)) ?? remaining;

/** The path of an OU, or its id if a name contains a slash, begins or ends with a space, or looks like an id. */
function pathOf(ous: readonly OuChild[]): string {
  const isPlain = ous.every(({ name }) => name !== '' && name === name.trim() && !/[/\p{C}]/u.test(name));
  const path = ous.map(({ name }) => name).join('/');
  return isPlain && !parseOuId.form.test(path) ? path : (ous.at(-1)?.id ?? path);
}

function wavesOf({ wave, how }: Pick<Kind, 'wave' | 'how'>, places: readonly Place[]): readonly string[] {
  const ous = places.map(({ ou }) => quoted(ou));
  return Array.from({ length: Math.ceil(ous.length / ousPerWave) }, (_, part) => {
    const name = part === 0 ? wave : `${wave}-${part + 1}`;
    return `name: ${name}, ous: [${ous.slice(part * ousPerWave, (part + 1) * ousPerWave).join(', ')}], ${how}`;
  });
}

/** In double quotes YAML has the escapes of JSON. Characters that a config must not contain are escaped too. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /\p{Cc}|\ufffd/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The management account is always there. */
function inRootText(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? '# No wave selects the management account.\n'
    : `# No wave selects the ${count} accounts directly in the root, including the management account.\n`;
}
