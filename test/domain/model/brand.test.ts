import * as brand from '../../../orchestrator/domain/model/brand';

const hash = '0123456789abcdef'.repeat(4);

describe.each([
  {
    parse: brand.parseAccountId,
    good: ['123456789012', '000000000000'],
    bad: ['12345678901', '1234567890123', ' 123456789012', '1234 56789012', '123456789012\n', '١٢٣٤٥٦٧٨٩٠١٢', ''],
  },
  { parse: brand.parseOrganizationId, good: ['o-exampleorgid'], bad: ['o-short', 'o-EXAMPLEORGID', 'exampleorgid'] },
  { parse: brand.parseOuId, good: ['ou-ab12-cdef3456'], bad: ['ou-ab12', 'ou-AB12-cdef3456', 'r-ab12', 'Sandbox'] },
  {
    parse: brand.parseRegion,
    good: ['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'us-isob-east-1', 'mx-central-1'],
    bad: ['us-east', 'US-EAST-1', 'us-east-1a', 'global', 'us_east_1'],
  },
  {
    parse: brand.parseWaveName,
    good: ['a', 'prod-canary', 'wave2'],
    bad: ['', '2nd', 'Prod', 'prod canary', 'prod_canary', 'a'.repeat(41)],
  },
  {
    parse: brand.parseRolloutId,
    good: ['ro-20261122-150405-ab12'],
    bad: ['ro-1', 'r-20261122', 'ro-20261122/x', `ro-${'a'.repeat(61)}`],
  },
  { parse: brand.parseReleaseId, good: ['r-0123456789ab'], bad: ['r-0123456789a', 'r-0123456789AB', '0123456789ab'] },
  { parse: brand.parseTemplateHash, good: [hash], bad: [hash.slice(1), `${hash}0`, hash.toUpperCase()] },
])('$parse.name', ({ parse, good, bad }) => {
  test.each(good)('takes "%s" as it is', (text) => {
    expect(parse(text)).toBe(text);
  });

  test.each(bad)('refuses "%s", and names it', (text) => {
    expect(() => parse(text)).toThrow(RangeError);
    expect(() => parse(text)).toThrow(`got "${text}"`);
  });
});
