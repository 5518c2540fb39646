import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parseRegion, parseReleaseId, parseTemplateHash } from '../../../orchestrator/domain/model/brand';
import { canonicalJson, type ReleaseContent, sealRelease } from '../../../orchestrator/domain/model/release';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const home = parseRegion('us-east-1');

const content: ReleaseContent = {
  modules: [
    {
      module: 'operator-role',
      template: parseTemplateHash('a'.repeat(64)),
      parameters: { RoleName: 'InfraAdmin', MfaMaxAgeSeconds: '3600' },
      regions: [home],
      needs: [],
    },
  ],
  settings: { ebsEncryption: { enabled: true } },
  regions: { home, governed: [home] },
  expectations: {
    enabled: ['operator-role'],
    organizationManaged: [],
    operatorRoleName: 'InfraAdmin',
    mfaMaxAgeSeconds: 3600,
    ciRole: 'BaselineCi',
    readerRole: 'BaselineReader',
    standards: [],
    snapshotBlockPublicAccess: false,
    alertRegions: [home],
  },
};

/** The same value, with the keys of every object in reverse. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
};

describe('canonicalJson', () => {
  test('sorts keys at every depth, and leaves the order of lists', () => {
    expect(canonicalJson({ b: [{ z: 1, y: 2 }, 'b', 'a'], a: null })).toBe('{"a":null,"b":[{"y":2,"z":1},"b","a"]}');
  });

  test('a value that is absent and one that is undefined give the same text', () => {
    expect(canonicalJson({ a: 1, b: undefined })).toBe(canonicalJson({ a: 1 }));
  });

  test('the order in which an object was built does not matter, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);

        expect(canonicalJson(reversed(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('a release', () => {
  test('is named by its content', () => {
    const { id } = sealRelease(content, digest);

    expect(parseReleaseId(id)).toBe(`r-${digest(canonicalJson(content)).slice(0, 12)}`);
  });

  test('keeps its content, and its id when built in another order', () => {
    const release = sealRelease(content, digest);

    expect(release).toMatchObject(content);
    expect(sealRelease({ ...content, settings: { ...content.settings } }, digest).id).toBe(release.id);
  });

  test.each<{ part: string; other: Partial<ReleaseContent> }>([
    {
      part: 'a template',
      other: { modules: content.modules.map((m) => ({ ...m, template: parseTemplateHash('b'.repeat(64)) })) },
    },
    {
      part: 'a parameter',
      other: { modules: content.modules.map((m) => ({ ...m, parameters: { RoleName: 'Other' } })) },
    },
    { part: 'a setting', other: { settings: { ebsEncryption: { enabled: false } } } },
    { part: 'a region', other: { regions: { home, governed: [home, parseRegion('eu-west-1')] } } },
    { part: 'an expectation', other: { expectations: { ...content.expectations, mfaMaxAgeSeconds: 900 } } },
  ])('with $part changed is another release', ({ other }) => {
    expect(sealRelease({ ...content, ...other }, digest).id).not.toBe(sealRelease(content, digest).id);
  });

  test('gives a module a version that only its template and parameters change', () => {
    const versionOf = (parts: object, other: Partial<ReleaseContent> = {}) => {
      const modules = content.modules.map((m) => ({ ...m, ...parts }));
      return sealRelease({ ...content, ...other, modules }, digest).modules[0]?.version;
    };
    const version = versionOf({});

    expect(version).toMatch(/^[0-9a-f]{12}$/);
    expect(versionOf({ regions: [parseRegion('eu-west-1')] }, { settings: {} })).toBe(version);
    expect(versionOf({ parameters: { RoleName: 'Other' } })).not.toBe(version);
    expect(versionOf({ template: parseTemplateHash('b'.repeat(64)) })).not.toBe(version);
  });
});
