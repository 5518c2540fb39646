/** A referee as a child process that ends with the test process, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type RefereeName, refereeTool } from '../../scripts/referees';
import { emulatorEnv, freePort } from '../emulator/moto';

export interface Server {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

interface Program {
  readonly referee: RefereeName;
  /** The program in the referee's environment, and its arguments. */
  readonly command: (port: number) => readonly [tool: string, ...args: readonly string[]];
  readonly env?: (port: number) => Readonly<Record<string, string>>;
  /** What the referee writes when it can be asked. */
  readonly saysWhenReady: RegExp;
}

/** A cold start with an empty file cache takes some seconds. For `beforeAll`. */
export const startsWithinMs = 60_000;
const logCharactersMax = 8_000;

/** Runs its arguments in a process group of their own, and ends that group when its own standard input ends. */
const guardian = `
import os, signal, subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
def end():
    sys.stdin.read()
    os.killpg(child.pid, signal.SIGKILL)
threading.Thread(target=end, daemon=True).start()
child.wait()
`;

export async function startServer({ referee, command, env = () => ({}), saysWhenReady }: Program): Promise<Server> {
  const port = await freePort();
  const [tool, ...args] = command(port);
  const child = spawn(refereeTool(referee, 'python'), ['-c', guardian, refereeTool(referee, tool), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], PYTHONUNBUFFERED: '1', ...credentials, ...env(port) },
  });
  await saying(child, saysWhenReady, referee);
  return {
    endpoint: `http://localhost:${port}`,
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin?.end();
      await ended;
    },
  };
}

const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = emulatorEnv('');
const credentials = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION };

/** The server says when it listens, so nothing is polled. Its log is read on: a full pipe would stop it. */
function saying(child: ChildProcess, ready: RegExp, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      child.stdin?.end();
      reject(new Error(`${name} ${why}\n${log}`));
    };
    const timer = setTimeout(() => fail(`did not start within ${startsWithinMs} ms`), startsWithinMs);
    const hear = (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-logCharactersMax);
      if (!ready.test(log)) return;
      clearTimeout(timer);
      resolve();
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with status ${code}`));
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
  });
}
