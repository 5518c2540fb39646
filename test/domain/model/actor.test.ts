import { type Actor, actorName, actorText } from '../../../orchestrator/domain/model/actor';
import { parseCallerArn, parseCallerId } from '../../../orchestrator/domain/model/brand';
import { awsActor, person } from '../../actors';

const arn = 'arn:aws:sts::111122223333:assumed-role/Platform/ana';
const issuer = 'https://idp.example.com';
const token = (subject: string, name: string): Actor => ({ kind: 'token', issuer, subject, name });

test.each<[Actor, text: string, name: string]>([
  [awsActor('ana'), arn, 'Platform/ana'],
  [awsActor('ana', 'cto'), `${arn} (noted as "cto")`, 'Platform/ana'],
  [token('8f2c', 'ana@example.com'), `subject "8f2c" of ${issuer} (named "ana@example.com")`, 'ana@example.com'],
  [token('8f2c', '8f2c'), `subject "8f2c" of ${issuer}`, '8f2c'],
  [{ kind: 'system', name: 'strongroom' }, 'strongroom', 'strongroom'],
  [person('you'), 'you', 'you'],
])('%j is shown as %s, and in short as %s', (actor, text, name) => {
  expect([actorText(actor), actorName(actor)]).toEqual([text, name]);
});

test.each([
  ['arn:aws:iam::111122223333:user/people/ana', 'user/people/ana'],
  ['arn:aws-us-gov:iam::111122223333:root', 'root'],
  ['arn:aws:sts::111122223333:federated-user/ana:b', 'federated-user/ana:b'],
])('%s is a caller, in short %s', (text, name) => {
  const caller = { arn: parseCallerArn(text), userId: parseCallerId('AIDAEXAMPLE') };

  expect(actorName({ kind: 'aws', ...caller })).toBe(name);
});

test('a note cannot imitate an identity, because it is quoted and comes last', () => {
  const imitation = `x") arn:aws:iam::111122223333:user/ceo`;

  expect(actorText(awsActor('ana', imitation))).toBe(`${arn} (noted as "x\\") arn:aws:iam::111122223333:user/ceo")`);
});

test.each(['', 'ana', 'arn:aws:s3:::bucket', `${arn} `, `${arn}\nroot`, 'arn:aws:iam::1:user/ana'])(
  'no ARN of a caller: %j',
  (text) => {
    expect(() => parseCallerArn(text)).toThrow(RangeError);
  },
);
