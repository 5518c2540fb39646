/** A first strongroom.yaml for an organization as it is seen: OUs become waves, what can bear a mistake before what cannot. */
import { parseOuId } from '../domain/model/brand';
import type { Account, OuChild } from '../domain/model/organization';

export interface SeenOu extends OuChild {
  readonly children: readonly OuChild[];
}

export interface Seen {
  readonly home: string;
  readonly accounts: readonly Pick<Account, 'id' | 'ouIds'>[];
  /** Under the root, with the OUs below each. */
  readonly ous: readonly SeenOu[];
}

interface Kind {
  readonly wave: string;
  readonly named: RegExp;
  /** Written into the wave. */
  readonly how: string;
}

/** In the order of the waves. The first that fits an OU's name takes it, so `preprod` comes before `prod`. */
const kinds: readonly Kind[] = [
  { wave: 'canary', named: /canary|policy.?staging/i, how: 'soakMinutes: 120' },
  { wave: 'sandbox', named: /sandbox|playground|experiment|\blabs?\b/i, how: 'slowStart: true, soakMinutes: 1440' },
  { wave: 'dev', named: /dev/i, how: 'maxConcurrent: 25%, soakMinutes: 1440' },
  { wave: 'test', named: /test|\bqa\b|\buat\b/i, how: 'maxConcurrent: 25%, soakMinutes: 1440' },
  { wave: 'staging', named: /stag|pre.?prod/i, how: 'maxConcurrent: 25%, soakMinutes: 1440' },
  { wave: 'others', named: /^(?!.*(infra|shared|platform|network|secur|audit|prod|live))/i, how: 'maxConcurrent: 10%' },
  { wave: 'infrastructure', named: /infra|shared|platform|network/i, how: 'maxConcurrent: 1, approval: manual' },
  { wave: 'security', named: /secur|audit/i, how: 'maxConcurrent: 1, approval: manual' },
  { wave: 'production', named: /./, how: 'maxConcurrent: 10%, approval: manual' },
];
/** Accounts beside the OUs that became waves of their own: nobody knows what they are. */
const remaining = { wave: 'remaining', how: 'maxConcurrent: 10%, approval: manual' };
const closed = /suspend|closed|decommission|terminat|graveyard|quarantine/i;
/** As many as a wave may name. */
const ousPerWave = 200;

interface Place {
  /** As the config names it. */
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
  return `# Made by \`strongroom init\` from the organization as it was seen. Nothing happens before \`strongroom rollout\`:
# read it, change it, and look at what it means with \`strongroom plan\`.
organization:
  ciRole: BaselineCi          # in every account, made by the bootstrap
  externalId: strongroom
regions: { home: ${home}, governed: [${home}] }   # add every region in which somebody works
modules:
  account-hardening: { enabled: true }
  operator-role: { enabled: true, roleName: InfraAdmin, mfaMaxAgeSeconds: 3600 }
  # Each of these wants a word from you first, or costs.
  audit-logging: { enabled: false, managedBy: strongroom }      # logArchiveBucket: NAME, or managedBy: organization
  aws-config: { enabled: false, managedBy: strongroom }         # needs audit-logging's bucket
  threat-detection: { enabled: false, managedBy: strongroom, standards: [] }
  alerts: { enabled: false }                                    # email: security@example.com
# In order; an account belongs to the first wave that selects it, and an OU selects its descendants.
${inRoot === 0 ? '' : `# Accounts directly in the root are in no wave: ${inRoot}, the management account among them.\n`}waves:
${(waves.length === 0 ? [tagged] : waves).map((wave) => `  - { ${wave} }`).join('\n')}
exclude: { ous: [${excluded.slice(0, ousPerWave).join(', ')}], accounts: [] }
onFailure: hold               # or rollBack
`;
}

/** Where there is no OU, an account says by a tag that it takes part. */
const tagged = 'name: everyone, tags: { strongroom: "yes" }, maxConcurrent: 10%';

/** An OU whose name says what it is for is one place; of another, like Workloads, each OU below is. */
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

/** By names, or by the id where a name would not be read as one: with a slash, a blank at its ends, or the form of an id. */
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

/** In double quotes, where YAML knows the escapes of JSON; what a config must not hold as it is, is escaped too. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /\p{Cc}|\ufffd/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
