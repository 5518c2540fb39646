/** The deployed function behind the gateway: who gets in, with which role, and which identity is recorded. */
import { gunzipSync } from 'node:zlib';
import { behindGateway, type GatewayAnswer } from '../../orchestrator/dashboard/behind-gateway';
import { storedDesiredState } from '../../orchestrator/dashboard/stored-desired-state';
import { readEvents } from '../../orchestrator/records/rollout-events';
import { eventsOf } from '../rig';
import { type Arriving, eventOf } from './gateway';
import { type ApiRig, accountOf, createApiRig, recorded } from './rig';

const settings = { roleClaim: 'groups', operator: 'ops', viewer: 'lookers', nameClaim: 'email' };
const person = (groups: unknown, more: object = {}) => ({
  iss: 'https://login.example.com',
  sub: 'u-17',
  email: 'ada@example.com',
  groups,
  ...more,
});
const identified = 'subject "u-17" of https://login.example.com (named "ada@example.com")';
const tokenOf = (claims: object): string =>
  `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

const read = (path: string): Arriving => ({ method: 'GET', path: `/api/v1${path}`, query: '', headers: {}, body: '' });
const write = (path: string, body: object): Arriving => ({
  ...read(path),
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

interface Sent {
  /** Claims of the token; undefined for no token. */
  readonly token?: object | undefined;
  /** Claims from the gateway; by default the same. */
  readonly verified?: object | null | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}
const send = (
  rig: ApiRig,
  arriving: Arriving,
  { token, verified = token, headers = {} }: Sent,
): Promise<GatewayAnswer> =>
  behindGateway(
    rig.api,
    settings,
  )(
    eventOf(
      { ...arriving, headers: { ...arriving.headers, ...(token && { authorization: tokenOf(token) }), ...headers } },
      verified ? { ...verified } : undefined,
    ),
  );

const everyPath = ['/me', '/board', '/overview', '/accounts', '/accounts.csv', '/rollouts', '/nothing', ''];

describe('nobody gets in', () => {
  const ada = person(['ops']);
  test.each([
    { who: 'without token or claims', sent: {} },
    { who: 'with an unverified token', sent: { token: ada, verified: null } },
    { who: 'with claims and no token', sent: { verified: ada } },
    { who: 'with the token of somebody else', sent: { token: { ...ada, sub: 'u-18' }, verified: ada } },
    { who: 'with the token of another provider', sent: { token: { ...ada, iss: 'https://evil' }, verified: ada } },
    { who: 'with two tokens', sent: { token: ada, headers: { authorization: `${tokenOf(ada)},${tokenOf(ada)}` } } },
    { who: 'with a malformed token', sent: { token: ada, headers: { authorization: 'Bearer a.%%%.c' } } },
    { who: 'with a password', sent: { token: ada, headers: { authorization: 'Basic YTpi' } } },
    { who: 'without a subject', sent: { token: { ...ada, sub: undefined } } },
    { who: 'with an empty subject', sent: { token: { ...ada, sub: '' } } },
    { who: 'with a subject that is too long', sent: { token: { ...ada, sub: 'a'.repeat(256) } } },
    { who: 'without an issuer', sent: { token: { ...ada, iss: undefined } } },
  ])('$who: an empty 401 for every request', async ({ sent }) => {
    const rig = await createApiRig();
    const asked = [...everyPath.map(read), write('/rollouts/ro-20261122-150405-ab12/abort', { reason: 'x', step: 0 })];

    const answers = await Promise.all(asked.map((one) => send(rig, one, sent)));

    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))).toEqual(new Set(['401 ']));
  });

  test.each([undefined, null, {}, 'text', { requestContext: {} }, { ...eventOf(read('/me'), ada), headers: 5 }])(
    'with an invalid event: %j',
    async (event) => {
      const rig = await createApiRig();

      expect(await behindGateway(rig.api, settings)(event)).toMatchObject({ statusCode: 401, body: '' });
    },
  );
});

describe('the role for', () => {
  test.each([
    { claim: ['ops'], role: 'operator' },
    { claim: ['lookers', 'ops'], role: 'operator' },
    { claim: 'ops', role: 'operator' },
    { claim: ['lookers'], role: 'viewer' },
    { claim: [], role: undefined },
    { claim: undefined, role: undefined },
    { claim: { ops: true }, role: undefined },
    { claim: 'ops lookers', role: undefined },
    { claim: ['my ops friends'], role: undefined },
    { claim: ['OPS'], role: undefined },
  ])('the claim $claim: $role', async ({ claim, role }) => {
    const rig = await createApiRig();

    const { statusCode, body } = await send(rig, read('/me'), { token: person(claim) });

    expect([statusCode, JSON.parse(body)]).toEqual(
      role === undefined
        ? [403, { code: 'NotAllowed', message: expect.stringContaining('ada@example.com'), next: expect.any(String) }]
        : [200, { name: 'ada@example.com', recordedAs: identified, role }],
    );
  });
});

test.each([
  { what: 'address', email: 'kim@example.com', name: 'kim@example.com' },
  { what: 'subject, without an address', email: undefined, name: 'u-17' },
  { what: 'subject, with an empty address', email: ' ', name: 'u-17' },
  { what: 'subject, with an address that is no text', email: 7, name: 'u-17' },
  { what: 'address, with control characters made visible', email: 'ada\u202e@evil', name: 'ada\ufffd@evil' },
  { what: 'address, cut to the maximum length', email: 'a'.repeat(300), name: 'a'.repeat(254) },
])('the user name is the $what', async ({ email, name }) => {
  const rig = await createApiRig();

  const { body } = await send(rig, read('/me'), { token: person(['ops'], { email }) });

  expect(JSON.parse(body).name).toBe(name);
});

describe('an action', () => {
  const manual = (text: string): string => text.replace('ous: [Sandbox],', 'ous: [Sandbox], approval: manual,');

  test('of an operator is recorded with issuer and subject of the token, and with the name for display', async () => {
    const rig = await createApiRig({ config: manual });
    const { id } = await rig.rollOut();
    const { rollout } = (await rig.read(`/rollouts/${id}`)) as { rollout: { lastStep: { input: { step: number } } } };
    const said = { reason: 'seen by the board', step: rollout.lastStep.input.step };

    const { statusCode } = await send(rig, write(`/rollouts/${id}/approve`, said), { token: person(['ops']) });

    expect(statusCode).toBe(202);
    expect(eventsOf(await readEvents(rig.ports, id, -1), 'answered')).toMatchObject([
      {
        decision: 'approve',
        by: { kind: 'token', issuer: 'https://login.example.com', subject: 'u-17', name: 'ada@example.com' },
        reason: 'seen by the board',
      },
    ]);
  });

  test.each([
    { as: 'a viewer', groups: ['lookers'], more: {}, status: 403 },
    { as: 'somebody other than in the token', groups: ['ops'], more: { by: 'root' }, status: 400 },
  ])('as $as is rejected, and nothing is recorded', async ({ groups, more, status }) => {
    const rig = await createApiRig({ config: manual });
    const { id } = await rig.rollOut();
    const before = await readEvents(rig.ports, id, -1);
    const said = { reason: 'why not', step: 0, ...more };

    const { statusCode } = await send(rig, write(`/rollouts/${id}/abort`, said), { token: person(groups) });

    expect(statusCode).toBe(status);
    expect(await readEvents(rig.ports, id, -1)).toEqual(before);
  });
});

test('the desired state is that of the last rollout, with its release, without config or build', async () => {
  const rig = await createApiRig();
  await rig.rollOut();
  const { desiredState, baseline } = await storedDesiredState(rig.ports);

  expect(desiredState).toEqual(JSON.parse(JSON.stringify(rig.desiredState)));
  expect(baseline.templates).toMatchObject({
    alerts: { hash: expect.any(String), body: expect.stringContaining('AWS::') },
  });
});

test('a long response is compressed if the client accepts that', async () => {
  const rig = await createApiRig();
  await recorded(
    rig,
    Array.from({ length: 50 }, (_, place) => accountOf(String(100_000_000_000 + place))),
  );
  const ada = { token: person(['lookers']) };

  const plain = await send(rig, read('/board'), ada);
  const packed = await send(rig, read('/board'), { ...ada, headers: { 'accept-encoding': 'br, gzip' } });

  expect([plain.isBase64Encoded, packed.isBase64Encoded]).toEqual([false, true]);
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': 'no-store' });
  expect(gunzipSync(Buffer.from(packed.body, 'base64')).toString()).toBe(plain.body);
});

test('with Cognito and Identity Center, the role comes from the group and the name from the user name', async () => {
  const rig = await createApiRig();
  const pool = 'us-east-1_AbCdEfGhI';
  const token = {
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${pool}`,
    sub: '7d1c',
    'cognito:groups': [`${pool}_Operators`],
    'cognito:username': 'Operators_jo@example.com',
    email: 'jo@example.com',
  };
  const settings = {
    roleClaim: 'cognito:groups',
    operator: `${pool}_Operators`,
    viewer: `${pool}_Viewers`,
    nameClaim: 'cognito:username',
  };
  const arriving = { ...read('/me'), headers: { authorization: tokenOf(token) } };

  const answer = await behindGateway(rig.api, settings)(eventOf(arriving, token));

  expect(JSON.parse(answer.body)).toEqual({
    name: 'Operators_jo@example.com',
    recordedAs: `subject "7d1c" of ${token.iss} (named "Operators_jo@example.com")`,
    role: 'operator',
  });
});
