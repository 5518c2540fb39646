import { type Actor, actorName, actorText } from '../../../orchestrator/domain/model/actor';
import { parseCallerArn, parseCallerId } from '../../../orchestrator/domain/model/brand';
import { awsActor, person } from '../../actors';

const arn = 'arn:aws:sts::111122223333:assumed-role/Platform/ana';
const issuer = 'https://idp.example.com';
const ssoArn = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/kim';
const sso = (note?: string): Actor => ({
  kind: 'aws',
  arn: parseCallerArn(ssoArn),
  userId: parseCallerId('AROAEXAMPLE:kim'),
  ...(note !== undefined && { note }),
});
const token = (subject: string, name: string): Actor => ({ kind: 'token', issuer, subject, name });

test.each<[Actor, text: string, name: string]>([
  [awsActor('ana'), arn, 'Platform/ana'],
  [awsActor('ana', 'cto'), `${arn} (noted as "cto")`, 'Platform/ana (noted as "cto")'],
  [sso(), ssoArn, 'kim (AdministratorAccess)'],
  [sso('cto'), `${ssoArn} (noted as "cto")`, 'kim (AdministratorAccess, noted as "cto")'],
  [
    token('8f2c', 'ana@example.com'),
    `subject "8f2c" of ${issuer} (named "ana@example.com")`,
    '"ana@example.com" (subject "8f2c")',
  ],
  [token('8f2c', '8f2c'), `subject "8f2c" of ${issuer}`, 'subject "8f2c"'],
  [{ kind: 'system', name: 'strongroom' }, 'strongroom', 'strongroom'],
  [person('you'), 'you', 'you'],
])('%j is shown as %s, and in short as %s', (actor, text, name) => {
  expect([actorText(actor), actorName(actor)]).toEqual([text, name]);
});

test.each([
  ['arn:aws:iam::111122223333:user/people/ana', 'ana (IAM user)'],
  ['arn:aws-us-gov:iam::111122223333:root', 'root of 111122223333'],
  ['arn:aws:sts::111122223333:federated-user/ana:b', 'federated-user/ana:b'],
])('%s is a caller, in short %s', (text, name) => {
  const caller = { arn: parseCallerArn(text), userId: parseCallerId('AIDAEXAMPLE') };

  expect(actorName({ kind: 'aws', ...caller })).toBe(name);
});

test('a note cannot imitate an identity, because it is quoted and comes last', () => {
  const imitation = `x") arn:aws:iam::111122223333:user/ceo`;

  expect(actorText(awsActor('ana', imitation))).toBe(`${arn} (noted as "x\\") arn:aws:iam::111122223333:user/ceo")`);
});

test('short names distinguish two persons with the same note or the same name', () => {
  expect(actorName(awsActor('ana', 'cto'))).not.toBe(actorName(awsActor('bob', 'cto')));
  expect(actorName(token('8f2c', 'kim'))).not.toBe(actorName(token('9a1d', 'kim')));
});

test('a name claim cannot imitate a session, because it is quoted', () => {
  expect(actorName(token('8f2c', 'kim (AdministratorAccess)'))).toBe('"kim (AdministratorAccess)" (subject "8f2c")');
});

test.each(['', 'ana', 'arn:aws:s3:::bucket', `${arn} `, `${arn}\nroot`, 'arn:aws:iam::1:user/ana'])(
  'no ARN of a caller: %j',
  (text) => {
    expect(() => parseCallerArn(text)).toThrow(RangeError);
  },
);
