import type { z } from 'zod';
import { configJsonSchema, type configSchema } from '../../orchestrator/config/schema';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { toggles } from '../../orchestrator/domain/model/module';

type Frozen<T> = T extends string | number | boolean | undefined ? T : { readonly [Key in keyof T]: Frozen<T[Key]> };
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

test('what the schema parses to is exactly the intent of the domain', () => {
  // The compiler is the judge: a field too many, too few, or of another type, makes this line an error.
  const probe: Same<Frozen<z.output<typeof configSchema>>, Frozen<DesiredState>> = true;
  expect(probe).toBe(true);
});

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** Every property of the JSON Schema with its path. */
const propertiesOf = (node: Node, path: string): readonly (readonly [string, Node])[] => [
  ...Object.entries(node.properties ?? {}).flatMap(([name, property]) => [
    [`${path}${name}`, property] as const,
    ...propertiesOf(property, `${path}${name}.`),
  ]),
  ...(node.items === undefined ? [] : propertiesOf(node.items, path)),
];

describe('the JSON Schema', () => {
  const root = configJsonSchema() as Node;
  const properties = propertiesOf(root, '');

  test('has every field of the config', () => {
    expect(properties.length).toBeGreaterThan(40);
    expect(Object.keys(root.properties?.['modules']?.properties ?? {})).toEqual([...toggles]);
  });

  test.each(properties)('describes %s in a sentence', (_path, property) => {
    expect(property.description).toMatch(/^[A-Z].*\.$/);
  });

  test('says what must be there and what the defaults are, as a person writes them', () => {
    const wave = root.properties?.['waves']?.items;
    expect(root.required).toEqual(['regions', 'waves']);
    expect(wave?.required).toEqual(['name']);
    expect(wave?.properties?.['maxConcurrent']).toMatchObject({
      default: '10%, at least 10',
      anyOf: [{ type: 'string' }, { type: 'integer', minimum: 1 }],
    });
    expect(wave?.properties?.['accounts']).toMatchObject({ items: { type: 'string', pattern: '^\\d{12}$' } });
  });

  test.each([['the config', root] as const, ...properties.filter(([, { properties }]) => properties !== undefined)])(
    'allows no other fields in %s',
    (_path, property) => expect(property.additionalProperties).toBe(false),
  );
});
