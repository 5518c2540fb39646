import { isInFormerWave } from '../../../orchestrator/domain/model/account-record';
import { parseRegion, parseWaveName } from '../../../orchestrator/domain/model/brand';
import { accountOf } from '../account';

const canary = parseWaveName('canary');
const dev = parseWaveName('dev');
const place = { module: 'alerts', region: parseRegion('us-east-1') } as const;

describe('an account is still in its former wave', () => {
  test.each([
    [
      'while a stack is in a StackSet of that wave',
      { modules: [{ ...place, wave: dev, version: 'v', status: 'current' }] },
      true,
    ],
    ['while the result of a creation there is not known', { pendingCreates: [{ ...place, wave: dev }] }, true],
    [
      'but not for a stack that its release does not have',
      { modules: [{ ...place, wave: dev, version: 'v', status: 'current', notInRelease: true }] },
      false,
    ],
    [
      'but not once its stacks are in the new wave',
      { modules: [{ ...place, wave: canary, version: 'v', status: 'current' }] },
      false,
    ],
    ['but not without any stack', {}, false],
  ])('%s', (_when, over, expected) => {
    expect(isInFormerWave(accountOf('111122223333', over as object), canary)).toBe(expected);
  });
});
