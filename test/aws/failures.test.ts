import { createServer } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createClients } from '../../orchestrator/aws/clients';
import { awsName, calling, failureOf, finding, isAws } from '../../orchestrator/aws/failures';
import { errors } from '../../orchestrator/domain/errors';

/** An error as the SDK makes it: a name, and the status of the answer if there was one. */
const sdkError = (name: string, httpStatusCode?: number, message = 'Something is wrong.') =>
  Object.assign(new Error(message), { name }, httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } });

const systemError = (code: string, text = `connect ${code}`) => Object.assign(new Error(text), { code });

describe('what AWS answered becomes an error of the catalogue', () => {
  test.each([
    ['Throttling', 400, 'Throttled'],
    ['ThrottlingException', 400, 'Throttled'],
    ['ThrottledException', 429, 'Throttled'],
    ['TooManyRequestsException', 429, 'Throttled'],
    ['RequestLimitExceeded', 503, 'Throttled'],
    ['SlowDown', 503, 'Throttled'],
    ['ProvisionedThroughputExceededException', 400, 'Throttled'],
    ['ConcurrentModificationException', 400, 'Throttled'],
    ['SomethingNew', 429, 'Throttled'],
    ['OperationInProgressException', 409, 'StackSetBusy'],
    ['InternalFailure', 500, 'AwsUnavailable'],
    ['ServiceUnavailableException', 503, 'AwsUnavailable'],
    ['SomethingNew', 502, 'AwsUnavailable'],
    ['TimeoutError', undefined, 'AwsUnavailable'],
    ['ConditionalRequestConflict', 409, 'AwsUnavailable'],
    ['NotImplemented', 501, 'AwsRefused'],
    ['CredentialsProviderError', undefined, 'NoCredentials'],
    ['ExpiredToken', 400, 'NoCredentials'],
    ['ExpiredTokenException', 400, 'NoCredentials'],
    ['InvalidClientTokenId', 403, 'NoCredentials'],
    ['UnrecognizedClientException', 400, 'NoCredentials'],
    ['RequestTimeTooSkewed', 403, 'NoCredentials'],
    ['AccessDenied', 403, 'AccessDenied'],
    ['AccessDeniedException', 400, 'AccessDenied'],
    ['UnauthorizedOperation', 403, 'AccessDenied'],
    ['Forbidden', 403, 'AccessDenied'],
    ['SomethingNew', 403, 'AccessDenied'],
    ['LimitExceededException', 400, 'AwsRefused'],
    ['ValidationException', 400, 'AwsRefused'],
    ['AWSOrganizationsNotInUseException', 400, 'AwsRefused'],
    ['TypeError', undefined, 'Internal'],
  ])('%s with status %s is %s', (name, status, code) => {
    expect(failureOf('some:Call', sdkError(name, status)).code).toBe(code);
  });

  test.each([
    ['cloudformation:CreateStackInstances strongroom-dev-alerts', 'StackSetBusy', true],
    ['cloudformation:UpdateStackSet strongroom-dev-alerts', 'StackSetBusy', true],
    ['cloudformation:ImportStacksToStackSet strongroom-dev-alerts', 'StackSetBusy', true],
    // How many StackSets there may be does not pass by itself.
    ['cloudformation:CreateStackSet strongroom-dev-alerts', 'AwsRefused', false],
  ])('LimitExceeded of %s is %s, retriable: %s', (call, code, retriable) => {
    const error = sdkError('LimitExceededException', 400, 'The quota for stack instance operations has been reached.');

    expect(failureOf(call, error)).toMatchObject({ code, retriable });
  });

  test.each([
    ['ECONNREFUSED', 'EndpointDown'],
    ['ENOTFOUND', 'EndpointDown'],
    ['ECONNRESET', 'AwsUnavailable'],
    ['EPIPE', 'AwsUnavailable'],
    ['ETIMEDOUT', 'AwsUnavailable'],
    ['EAI_AGAIN', 'AwsUnavailable'],
    ['ENOSPC', 'Internal'],
  ])('%s from the network is %s', (code, expected) => {
    expect(failureOf('some:Call', systemError(code)).code).toBe(expected);
  });

  test('names the endpoint that refused, also where a host has two addresses', () => {
    const refused = systemError('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:4566');

    const failure = failureOf('some:Call', new AggregateError([refused, refused]));

    expect(failure.message).toBe('cannot reach 127.0.0.1:4566: ECONNREFUSED');
  });

  test('knows a socket that was hung up by its code alone', () => {
    expect(failureOf('some:Call', systemError('ECONNRESET', 'socket hang up')).code).toBe('AwsUnavailable');
  });

  test('names the stack set that is busy', () => {
    const failure = failureOf(
      'cloudformation:UpdateStackSet strongroom-dev-alerts',
      sdkError('OperationInProgressException', 409),
    );

    expect(failure.message).toBe('stack set strongroom-dev-alerts is busy with another operation');
  });

  test('says the call, the name and what AWS said, on one line of bounded length', () => {
    const failure = failureOf(
      'iam:GetRole',
      sdkError('ValidationError', 400, `The role\n  is bad: ${'x'.repeat(10_000)}`),
    );

    expect(failure.message).toMatch(/^iam:GetRole was refused with ValidationError: The role is bad: x+…$/);
    expect(failure.message.length).toBeLessThan(600);
  });
});

describe('an answer that cannot be read', () => {
  const parsed = (status: number) =>
    Object.assign(new SyntaxError('Unexpected token < in JSON at position 0'), {
      $metadata: { httpStatusCode: status },
      $responseBodyText: '<html>',
    });

  test.each([200, 400, 403, 404, 502])(
    'with status %s is no answer of AWS: the same call may be answered',
    (status) => {
      const failure = failureOf('sts:GetCallerIdentity', parsed(status));

      expect(failure).toMatchObject({ code: 'AwsUnavailable', retriable: true, fault: 'aws' });
      expect(failure.message).toContain('the answer cannot be read');
    },
  );
});

describe('whose fault it is', () => {
  test.each([
    ['ECONNREFUSED', systemError('ECONNREFUSED'), 'ours'],
    ['credentials that have expired', sdkError('ExpiredToken', 400), 'ours'],
    ['a clock that is wrong', sdkError('RequestTimeTooSkewed', 403), 'ours'],
    ['a denial of the caller', sdkError('AccessDenied', 403), 'ours'],
    ['a throttle', sdkError('Throttling', 400), 'aws'],
    ['an error 500 without a known name', sdkError('SomethingNew', 500), 'aws'],
    ['a timeout', sdkError('TimeoutError'), 'aws'],
  ])('%s is never the fault of an account', (_what, error, fault) => {
    expect(failureOf('some:Call', error).fault).toBe(fault);
  });
});

describe('a failed call', () => {
  test('is still known by its AWS name, with or without "Exception"', async () => {
    const original = sdkError('NoSuchEntityException', 404);

    const failure = await calling('iam:GetRole', () => Promise.reject(original)).catch((error: unknown) => error);

    expect(awsName(failure)).toBe('NoSuchEntity');
    expect(isAws(failure, 'NoSuchEntity')).toBe(true);
    expect(isAws(failure, 'NoSuchBucket', 'NoSuchEntityException')).toBe(true);
    expect(isAws(failure, 'NoSuchBucket')).toBe(false);
  });

  test('keeps an error that is in the catalogue already', async () => {
    const known = errors.unknownRollout('ro-1');

    await expect(calling('some:Call', () => Promise.reject(known))).rejects.toBe(known);
  });

  test('is an answer where absence was expected, and a failure elsewhere', async () => {
    const absent = finding('iam:GetRole', ['NoSuchEntity'], () =>
      Promise.reject(sdkError('NoSuchEntityException', 404)),
    );
    const denied = finding('iam:GetRole', ['NoSuchEntity'], () => Promise.reject(sdkError('AccessDenied', 403)));

    await expect(absent).resolves.toBeUndefined();
    await expect(denied).rejects.toMatchObject({ code: 'AccessDenied', retriable: false });
  });
});

describe('a real client', () => {
  const unusedPort = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address !== null ? address.port : 0;
  };

  test('says which endpoint is down', async () => {
    const port = await unusedPort();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const clients = createClients({ endpoint: `http://127.0.0.1:${port}`, credentials });
    const asking = calling('sts:GetCallerIdentity', () =>
      clients.in(STSClient, 'us-east-1').send(new GetCallerIdentityCommand({})),
    );

    await expect(asking).rejects.toMatchObject({
      code: 'EndpointDown',
      message: `cannot reach 127.0.0.1:${port}: ECONNREFUSED`,
    });
    clients.destroy();
  });

  test('is the same one for the same region, and another one for other credentials', () => {
    const clients = createClients();

    const visitor = clients.as({ accessKeyId: 'test', secretAccessKey: 'test' });

    expect(clients.in(STSClient, 'us-east-1')).toBe(clients.in(STSClient, 'us-east-1'));
    expect(clients.in(STSClient, 'us-east-1')).not.toBe(clients.in(STSClient, 'us-west-2'));
    expect(clients.in(STSClient, 'us-east-1')).not.toBe(visitor.in(STSClient, 'us-east-1'));
    clients.destroy();
  });
});
