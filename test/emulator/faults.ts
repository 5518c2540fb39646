/** What an outage does to a call: each fault as the service that is called would show it, in its own protocol. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Call } from './gateway';

export const faultKinds = [
  'refused',
  'reset',
  'silence',
  'silence after the headers',
  'silence after half of the body',
  'noise',
  'a page of HTML',
  'half a document',
  'a truncated body',
  'throttling',
  'expired credentials',
  'errors of the service',
  'a skewed date',
  'all of these in turn',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** An answer whose bytes are as they came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A call that is hit. */
export interface Hit {
  readonly call: Call;
  readonly headers: IncomingHttpHeaders;
  readonly outgoing: ServerResponse;
  /** Lets AWS hear the call, and gives its answer. */
  readonly onward: () => Promise<RawAnswer>;
  /** A number in [0, 1) that is this call's own. */
  readonly draw: (what: string) => number;
}

type Fault = (hit: Hit) => Promise<void>;

/** What a kind does to a call. Nothing for a refused connection, which no call reaches, and a date, which every answer has. */
export const faultOf = (kind: FaultKind, { draw }: Pick<Hit, 'draw'>): Fault | undefined =>
  faults[kind === 'all of these in turn' ? pick(draw('kind'), mixed) : kind];

const faults: Readonly<Record<FaultKind, Fault | undefined>> = {
  refused: undefined,
  'a skewed date': undefined,
  'all of these in turn': undefined,
  reset: async (hit) => {
    await heardOrNot(hit);
    hit.outgoing.destroy();
  },
  silence: async (hit) => {
    await heardOrNot(hit);
  },
  'silence after the headers': async (hit) => {
    const { status, headers, body } = await answerOf(hit);
    hit.outgoing.writeHead(status, { ...headers, 'content-length': body.length }).flushHeaders();
  },
  'silence after half of the body': async (hit) => {
    const { status, headers, body } = await answerOf(hit);
    hit.outgoing.writeHead(status, { ...headers, 'content-length': body.length }).write(firstHalf(body));
  },
  noise: async (hit) => {
    const { status, headers } = await answerOf(hit);
    const length = 1 + 200 * hit.draw('bytes');
    const body = Buffer.from(Array.from({ length }, (_, i) => 256 * hit.draw(`byte ${i}`)));
    reply(hit, { status, headers, body });
  },
  'a page of HTML': async (hit) => {
    await heardOrNot(hit);
    const status = pick(hit.draw('status'), [500, 502, 503, 504, 200]);
    const body = Buffer.from(`<html><head><title>${status}</title></head><body><hr><p>gateway<br></body></html>`);
    reply(hit, { status, headers: { 'content-type': 'text/html' }, body });
  },
  'half a document': async (hit) => {
    const answer = await answerOf(hit);
    reply(hit, { ...answer, body: firstHalf(answer.body) });
  },
  'a truncated body': async (hit) => {
    const { status, headers, body } = await answerOf(hit);
    hit.outgoing.writeHead(status, { ...headers, 'content-length': body.length });
    hit.outgoing.write(firstHalf(body), () => hit.outgoing.destroy());
  },
  throttling: async (hit) => reply(hit, errorAnswer(hit, throttlingOf(hit.call.service))),
  'expired credentials': async (hit) => reply(hit, errorAnswer(hit, expiredIn(hit.call.service))),
  'errors of the service': async (hit) => {
    await heardOrNot(hit);
    const code = pick(hit.draw('code'), ['InternalFailure', 'ServiceUnavailable', 'InternalError']);
    reply(hit, errorAnswer(hit, { status: code === 'ServiceUnavailable' ? 503 : 500, code, message: 'try again' }));
  },
};

const mixed = faultKinds.filter((kind) => faults[kind] !== undefined);

const pick = <T>(unit: number, from: readonly T[]): T => {
  const [first, ...others] = from;
  const picked = [first, ...others][Math.floor(unit * from.length)];
  if (picked === undefined) throw new RangeError('nothing to pick from');
  return picked;
};

const firstHalf = (body: Buffer): Buffer => body.subarray(0, Math.floor(body.length / 2));

/** Half of the calls that get no answer have had their effect. */
async function heardOrNot({ draw, onward }: Hit): Promise<RawAnswer | undefined> {
  return draw('heard') < 0.5 ? onward() : undefined;
}

/** AWS's own answer, or one of its length and form. */
const answerOf = async (hit: Hit): Promise<RawAnswer> => (await heardOrNot(hit)) ?? madeUp(hit);
const madeUp = (hit: Hit): RawAnswer => {
  const protocol = protocolOf(hit);
  const body = protocol.isXml ? `<${hit.call.action}Response><Result>` : '{"NextToken":"abc","Items":[{"Id":"1"';
  return { status: 200, headers: { 'content-type': protocol.contentType }, body: Buffer.from(body.repeat(20)) };
};

function reply({ outgoing }: Hit, { status, headers, body }: RawAnswer): void {
  outgoing.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

interface ServiceError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

interface Protocol {
  readonly isXml: boolean;
  readonly contentType: string;
  readonly error: (error: ServiceError) => string;
}

const json = (contentType: string): Protocol => ({
  isXml: false,
  contentType,
  error: ({ code, message }) => JSON.stringify({ __type: `com.amazonaws.service#${code}`, message }),
});
const query: Protocol = {
  isXml: true,
  contentType: 'text/xml',
  error: ({ code, message }) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
};
const ec2: Protocol = {
  isXml: true,
  contentType: 'text/xml;charset=UTF-8',
  error: ({ code, message }) =>
    `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>1</RequestID></Response>`,
};
const restXml: Protocol = {
  isXml: true,
  contentType: 'application/xml',
  error: ({ code, message }) =>
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`,
};
/** The name of an error is in a header. */
const restJson: Protocol = {
  isXml: false,
  contentType: 'application/json',
  error: ({ message }) => JSON.stringify({ message }),
};

function protocolOf({ call, headers }: Pick<Hit, 'call' | 'headers'>): Protocol {
  const type = headers['content-type'] ?? '';
  if (headers['x-amz-target'] !== undefined) return json(type);
  if (type.startsWith('application/x-www-form-urlencoded')) return call.service === 'ec2' ? ec2 : query;
  return call.service === 's3' ? restXml : restJson;
}

function errorAnswer(hit: Hit, error: ServiceError): RawAnswer {
  const protocol = protocolOf(hit);
  return {
    status: error.status,
    headers: {
      'content-type': protocol.contentType,
      'x-amzn-requestid': '1',
      ...(protocol === restJson && { 'x-amzn-errortype': `${error.code}:http://internal.amazon.com/coral/` }),
    },
    body: Buffer.from(protocol.error(error)),
  };
}

const throttlings: Readonly<Record<string, readonly [status: number, code: string]>> = {
  dynamodb: [400, 'ProvisionedThroughputExceededException'],
  s3: [503, 'SlowDown'],
  organizations: [400, 'TooManyRequestsException'],
  ec2: [503, 'RequestLimitExceeded'],
  cloudformation: [400, 'Throttling'],
  sts: [400, 'Throttling'],
  iam: [400, 'Throttling'],
  sns: [400, 'Throttling'],
  securityhub: [429, 'TooManyRequestsException'],
  guardduty: [429, 'TooManyRequestsException'],
  'access-analyzer': [429, 'ThrottlingException'],
};
const throttlingOf = (service: string): ServiceError => {
  const [status, code] = throttlings[service] ?? [400, 'ThrottlingException'];
  return { status, code, message: 'Rate exceeded' };
};

const expired: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ec2: [400, 'RequestExpired'],
  s3: [400, 'ExpiredToken'],
  sts: [403, 'ExpiredToken'],
  iam: [403, 'ExpiredToken'],
  sns: [403, 'ExpiredToken'],
  cloudformation: [403, 'ExpiredToken'],
  securityhub: [403, 'ExpiredTokenException'],
  guardduty: [403, 'ExpiredTokenException'],
  'access-analyzer': [403, 'ExpiredTokenException'],
};
const expiredIn = (service: string): ServiceError => {
  const [status, code] = expired[service] ?? [400, 'ExpiredTokenException'];
  return { status, code, message: 'The security token included in the request is expired' };
};
