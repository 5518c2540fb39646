/** What was there before us: what is remembered of it, and what is looked up again. */
import { parseRegion } from '../../../orchestrator/domain/model/brand';
import {
  type DesiredSettings,
  isAllKept,
  keepingFirst,
  type PreviousSettings,
} from '../../../orchestrator/domain/model/settings';

const home = parseRegion('eu-west-1');
const west = parseRegion('us-west-2');
const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true };
const passwordPolicy = {
  minimumLength: 14,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercase: true,
  requireLowercase: true,
  allowUsersToChange: true,
  maxAgeDays: 90,
  reusePrevention: 24,
  hardExpiry: false,
};
const first: PreviousSettings = { s3PublicAccessBlock: null, ebsEncryption: { [home]: false }, imdsDefaults: {} };

test.each<[string, DesiredSettings, boolean]>([
  ['nothing is changed', {}, true],
  ['what is changed was found before', { s3PublicAccessBlock: block, ebsEncryption: { enabled: true } }, true],
  ['a setting of the account is new', { passwordPolicy }, false],
  ['a setting of the regions is new', { ebsDefaultKey: { alias: 'alias/a' } }, false],
  ['a setting was found in no region', { imdsDefaults: { httpTokens: 'required' } }, false],
])('where %s, all is kept: %s', (_, desired, isKept) => {
  expect(isAllKept(first, desired, [home])).toBe(isKept);
});

test('a region that was not governed before is looked into', () => {
  expect(isAllKept(first, { ebsEncryption: { enabled: true } }, [home, west])).toBe(false);
});

test('what was found first stays, and what nobody had looked at is added, region by region', () => {
  const seen: PreviousSettings = {
    s3PublicAccessBlock: block,
    passwordPolicy: null,
    ebsEncryption: { [home]: true, [west]: true },
    ebsDefaultKey: { [home]: null },
  };

  const kept = keepingFirst(first, seen);

  expect(kept).toEqual({
    s3PublicAccessBlock: null,
    passwordPolicy: null,
    ebsEncryption: { [home]: false, [west]: true },
    imdsDefaults: {},
    ebsDefaultKey: { [home]: null },
  });
});
