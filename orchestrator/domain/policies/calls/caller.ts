/** Who called, from the identity of a record [doc:awscloudtrail/cloudtrail-event-reference-user-identity]. */
import type { Principal } from '../evaluation/request';
import { type CloudTrailRecord, fieldsIn, textIn } from './record';

const accountForm = /^\d{12}$/;

export function callerOf({ identity, session }: CloudTrailRecord): Principal {
  const account = textIn(identity, 'accountId');
  const arn = textIn(identity, 'arn');
  const [type, id] = [textIn(identity, 'type'), textIn(identity, 'principalId')];
  if (type === 'AWSService') return { kind: 'service', service: textIn(identity, 'invokedBy') ?? '' };
  if (type === 'WebIdentityUser' || type === 'SAMLUser')
    return { kind: 'identityProvider', provider: textIn(identity, 'identityProvider') ?? '' };
  if (id === 'anonymous' || account === 'anonymous' || account === 'ANONYMOUS_PRINCIPAL') return { kind: 'anonymous' };
  if (account === undefined || !accountForm.test(account)) return { kind: 'unknown' };
  const someone: Principal = { kind: 'someone', account, ...(id !== undefined && { id: idOf(id) }) };
  switch (type) {
    case 'Root':
      return { kind: 'root', account, arn: arn ?? `arn:aws:iam::${account}:root` };
    case 'IAMUser':
      return arn === undefined ? someone : { kind: 'user', account, arn, ...(id !== undefined && { id }) };
    case 'FederatedUser': {
      const issuer = textIn(fieldsIn(session, 'sessionIssuer'), 'arn');
      if (arn === undefined) return someone;
      return { kind: 'federatedUser', account, arn, ...(issuer !== undefined && { issuer }) };
    }
    case 'AssumedRole':
    case 'Role': {
      // The ARN of a session lacks the path of its role, which policies name.
      const role = textIn(fieldsIn(session, 'sessionIssuer'), 'arn') ?? (type === 'Role' ? arn : undefined);
      if (role === undefined) return someone;
      const of = id === undefined ? {} : { id: idOf(id) };
      return { kind: 'role', account, arn: role, ...of, ...(arn !== undefined && arn !== role && { session: arn }) };
    }
    default:
      return someone;
  }
}

/** `AROAEXAMPLE:session`: the id of the role, and the name of the session. */
const idOf = (principalId: string): string => principalId.replace(/:.*$/s, '');
