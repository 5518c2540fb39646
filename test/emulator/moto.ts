/** moto's server as a child process: an AWS that nobody here wrote. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type Clients, createClients } from '../../orchestrator/aws/clients';
import { pythonTool } from '../../scripts/python';

export interface Moto {
  readonly endpoint: string;
  readonly port: number;
  /** What a child process, or an SDK client left to itself, needs to find this AWS and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export const motoCredentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;
/** The account of these credentials, and the management account of the organization that they create. */
export const motoAccount = '123456789012';
export const motoRegion = 'us-east-1';

/** `localhost` by name: it is the host that moto itself calls, and some services put names before it. */
export const endpointAt = (port: number): string => `http://localhost:${port}`;

export const emulatorEnv = (endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
  AWS_REGION: motoRegion,
  AWS_EC2_METADATA_DISABLED: 'true',
});

/** A start takes some seconds at most; what has not happened after this never will, and the log says why. */
const startMsMax = 240_000;
const logCharactersMax = 8_000;
/**
 * The server ends when its standard input does, and so with the test process, however that ends. Three things that cost it half its
 * time are left out: a log line per request, looking through its folders for the names of its services at every request, and a new
 * RSA key for each KMS key, none of which is ever used to sign.
 */
const program = `
import functools, os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import backends
from moto.server import main
from werkzeug.serving import WSGIRequestHandler
services = frozenset(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: services
rsa.generate_private_key = functools.cache(rsa.generate_private_key)
WSGIRequestHandler.log_request = lambda *args: None
main()
`;

interface MotoOptions {
  /** The port of the gateway in front, if there is one: what moto calls itself, it calls there. */
  readonly behind?: number;
  /** Of an environment with another moto. */
  readonly python?: string | undefined;
}

export async function startMoto({ behind, python = pythonTool('python') }: MotoOptions = {}): Promise<Moto> {
  if (python === undefined)
    throw new Error('moto is not installed: run `npx tsx scripts/python.ts`, which needs python3');
  const port = await freePort();
  const child = spawn(python, ['-c', program, '-p', String(port)], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ...emulatorEnv(endpointAt(port)),
      MOTO_PORT: String(behind ?? port),
      // Each account and region would load its own, for a second or so.
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
      PYTHONUNBUFFERED: '1',
    },
  });
  await listening(child);
  return {
    endpoint: endpointAt(port),
    port,
    env: emulatorEnv(endpointAt(port)),
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin?.end();
      await ended;
    },
  };
}

/** The server says when it listens, so nothing is polled. Its log is read on: a full pipe would stop it. */
function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`moto ${why}\n${log}`));
    };
    const timer = setTimeout(() => fail(`did not start within ${startMsMax} ms`), startMsMax);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with status ${code}`));
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-logCharactersMax);
      if (!log.includes('Running on http')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Clients of the management account. Destroy them, so that the process can end. */
export const motoClients = ({ endpoint }: Pick<Moto, 'endpoint'>): Clients =>
  createClients({ endpoint, credentials: motoCredentials });

/** Clients inside a member account, for a test that prepares it or looks at it. */
export async function memberClients(clients: Clients, account: string): Promise<Pick<Clients, 'in'>> {
  const RoleArn = `arn:aws:iam::${account}:role/TestLooksAround`;
  const { Credentials: given } = await clients
    .in(STSClient, motoRegion)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  return clients.as({
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  });
}

/** Forgets everything: the same server, as if it had just started. */
export async function resetMoto({ endpoint }: Pick<Moto, 'endpoint'>): Promise<void> {
  const { ok, status } = await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  if (!ok) throw new Error(`moto could not be reset: ${status}`);
}

/** Without it moto takes state machines and runs none. */
export async function interpretStateMachines({ endpoint }: Pick<Moto, 'endpoint'>): Promise<void> {
  const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
  const { ok, status } = await fetch(`${endpoint}/moto-api/config`, { method: 'POST', body });
  if (!ok) throw new Error(`moto could not be configured: ${status}`);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
