import { absent, read, unreadable } from '../../../orchestrator/domain/facts';
import { facts, resultOf } from './healthy';

const other = { account: '111122223334', arn: 'arn:aws:sts::111122223334:assumed-role/BaselineCi/strongroom' };

test.each([
  { seen: 'the account itself', identity: facts.identity, outcome: 'pass', observed: 'account 111122223333' },
  { seen: 'another account', identity: read(other), outcome: 'fail', observed: 'account 111122223334' },
  { seen: 'no identity', identity: absent, outcome: 'fail', observed: 'absent' },
  { seen: 'nothing', identity: unreadable('no route'), outcome: 'unknown', observed: 'no route' },
])('the identity check says $outcome of $seen', ({ identity, outcome, observed }) => {
  expect(resultOf('003-36', { ...facts, identity })).toMatchObject({
    gate: 'G0',
    outcome,
    observed,
    expected: 'account 111122223333',
  });
});
