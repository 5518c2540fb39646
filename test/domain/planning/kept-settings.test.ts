import type { DesiredSettings, PreviousSettings } from '../../../orchestrator/domain/model/settings';
import { forgetting, namesNothing, ungoverned } from '../../../orchestrator/domain/planning/kept-settings';

const east = 'us-east-1';
const west = 'us-west-2';
const both = [east, west];
const policy = {
  minimumLength: 14,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercase: true,
  requireLowercase: true,
  allowUsersToChange: true,
  maxAgeDays: 0,
  reusePrevention: 24,
  hardExpiry: false,
};
const wantsPolicy: DesiredSettings = { passwordPolicy: policy };
const wantsEncryption: DesiredSettings = { ebsEncryption: { enabled: true } };

const kept: PreviousSettings = { passwordPolicy: null, ebsEncryption: { [east]: false, [west]: false } };

test.each<[string, DesiredSettings, readonly string[], PreviousSettings]>([
  ['all that an older release does not name', {}, both, kept],
  ['a setting without a value, which is taken away again', wantsEncryption, both, { passwordPolicy: null }],
  [
    'a region that the older release does not govern',
    { ...wantsPolicy, ...wantsEncryption },
    [east],
    { ebsEncryption: { [west]: false } },
  ],
  ['nothing that the older release holds as well', { ...wantsPolicy, ...wantsEncryption }, both, {}],
])('on the way back is put back: %s', (_, desired, regions, expected) => {
  expect(ungoverned(kept, desired, regions)).toEqual(expected);
});

test('what is back in the account is forgotten, place by place', () => {
  expect(forgetting(kept, { passwordPolicy: null, ebsEncryption: { [west]: false } })).toEqual({
    ebsEncryption: { [east]: false },
  });
});

test('settings that are all absent name nothing', () => {
  expect([
    namesNothing({}),
    namesNothing({ passwordPolicy: undefined }),
    namesNothing({ passwordPolicy: null }),
  ]).toEqual([true, true, false]);
});
