/** Rejected requests: each has the right status, and no response shows internal details. */
import { errors } from '../../orchestrator/domain/errors';
import { accountOf, createApiRig, recorded, viewer } from './rig';

describe('a request is rejected', () => {
  const anAct = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"reason":"x","step":0}' };
  const rollout = '/rollouts/ro-20261122-150405-ab12';
  test.each([
    { path: '/nothing', status: 404, code: 'UnknownPath' },
    { path: '/board/', status: 404, code: 'UnknownPath' },
    { path: '/accounts/100000000001/more', status: 404, code: 'UnknownPath' },
    { path: `${rollout}/events/1`, status: 404, code: 'UnknownPath' },
    { path: `${rollout}/explode`, status: 404, code: 'UnknownPath' },
    { path: '/constructor', status: 404, code: 'UnknownPath' },
    { path: '/board', method: 'POST', status: 405, code: 'WrongMethod' },
    { path: '/board', method: 'DELETE', status: 405, code: 'WrongMethod' },
    { path: `${rollout}/approve`, status: 405, code: 'WrongMethod' },
    { path: '/accounts/12', status: 400, code: 'InvalidInput' },
    { path: '/accounts/999999999999', status: 404, code: 'UnknownAccount' },
    { path: rollout, status: 404, code: 'UnknownRollout' },
    { path: '/rollouts/../accounts', status: 404, code: 'UnknownPath' },
    { path: '/board', query: 'x=1', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'x=1', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: '__proto__=1', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'q=a&q=b', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'limit=201', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'limit=0', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'limit=1e9', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'offset=-1', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: `q=${'x'.repeat(101)}`, status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'state=ANGRY', status: 400, code: 'InvalidInput' },
    { path: '/accounts', query: 'sort=toString', status: 400, code: 'InvalidInput' },
    { path: '/accounts.csv', query: 'limit=5', status: 400, code: 'InvalidInput' },
    { path: `${rollout}/events`, query: 'after=x', status: 400, code: 'InvalidInput' },
    { path: `${rollout}/abort`, ...anAct, status: 404, code: 'UnknownRollout' },
    { path: `${rollout}/abort`, ...anAct, who: viewer, status: 403, code: 'NotAllowed' },
    { path: `${rollout}/abort`, ...anAct, query: 'force=1', status: 400, code: 'InvalidInput' },
    { path: `${rollout}/abort`, ...anAct, headers: {}, status: 400, code: 'InvalidInput' },
    {
      path: `${rollout}/abort`,
      ...anAct,
      headers: { 'content-type': 'text/plain' },
      status: 400,
      code: 'InvalidInput',
    },
    { path: `${rollout}/abort`, ...anAct, body: '{', status: 400, code: 'InvalidInput' },
    { path: `${rollout}/abort`, ...anAct, body: '{"reason":" ","step":0}', status: 400, code: 'InvalidInput' },
    {
      path: `${rollout}/abort`,
      ...anAct,
      body: '{"reason":"\\u200b\\u202e","step":0}',
      status: 400,
      code: 'InvalidInput',
    },
    { path: `${rollout}/abort`, ...anAct, body: '{"reason":"x"}', status: 400, code: 'InvalidInput' },
    {
      path: `${rollout}/abort`,
      ...anAct,
      body: '{"reason":"x","step":0,"by":"root"}',
      status: 400,
      code: 'InvalidInput',
    },
    {
      path: `${rollout}/abort`,
      ...anAct,
      body: `{"reason":"${'x'.repeat(501)}","step":0}`,
      status: 400,
      code: 'InvalidInput',
    },
    { path: `${rollout}/abort`, ...anAct, body: `"${' '.repeat(20_000)}"`, status: 400, code: 'InvalidInput' },
  ])('with $status $code, case $#: $path', async ({ path, status, code, ...asking }) => {
    const rig = await createApiRig();
    await recorded(rig, [accountOf('100000000001')]);

    const answer = await rig.ask(path, asking);

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ code, message: expect.any(String), next: expect.any(String) });
    expect(rig.faults).toEqual([]);
  });

  test.each([
    { error: new TypeError('cannot read secret of undefined'), status: 500, code: 'Internal' },
    { error: errors.internal('table strongroom-secret is damaged'), status: 500, code: 'Internal' },
    { error: errors.throttled('dynamodb:Query'), status: 503, code: 'Throttled' },
    { error: errors.accessDenied('dynamodb:Query', 'no'), status: 502, code: 'AccessDenied' },
  ])('with $status if the store fails with $error, without internal details', async ({ error, status, code }) => {
    const rig = await createApiRig({}, (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        list: async () => {
          throw error;
        },
      },
    }));

    const answer = await rig.ask('/board');

    expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, code]);
    expect(answer.body).not.toMatch(/secret| at |\.ts/);
    expect(rig.faults).toEqual(status === 500 ? [error] : []);
  });
});
