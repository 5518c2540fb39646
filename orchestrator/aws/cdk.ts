/** Runs the CDK command as a child process: it publishes assets and deploys stacks of the synthesized assembly. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { OnResource, ResourceEvent } from '../ports/installer';
import type { Credentials } from './clients';

export interface Cdk {
  /** Path of the program in the package aws-cdk. */
  readonly program: string;
  /** The folder with the synthesized stacks. */
  readonly assembly: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface CdkRun {
  readonly args: readonly string[];
  readonly region: string;
  /** Undefined: as the SDK finds them. */
  readonly credentials: Credentials | undefined;
  readonly hear: OnResource;
}

export interface CdkEnd {
  readonly status: number;
  /** Why it failed, in its own words. */
  readonly why: string;
}

const always = ['--no-notices', '--ci', '--progress', 'events'];
const quiet = {
  CDK_DISABLE_VERSION_CHECK: '1',
  CDK_DISABLE_CLI_TELEMETRY: '1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  NO_COLOR: '1',
} as const;
const linesKept = 20;

export function runCdk({ program, assembly, environment }: Cdk, run: CdkRun): Promise<CdkEnd> {
  const { args, region, credentials, hear } = run;
  const child = spawn(process.execPath, [program, ...args, ...always, '--app', assembly], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, ...quiet, AWS_REGION: region, ...(credentials && asEnvironment(credentials)) },
  });
  const failed: ResourceEvent[] = [];
  const last: string[] = [];
  const read = (line: string): void => {
    const event = resourceEvent(line);
    if (event !== undefined) hear(event);
    if (event?.status.endsWith('FAILED')) failed.push(event);
    if (event === undefined && line.trim() !== '') last.push(line.trim());
    last.splice(0, last.length - linesKept);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, why: whyOf(failed, last) }));
  });
}

const asEnvironment = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
  AWS_PROFILE: undefined,
});

/** Like `CDKToolkit | 3/15 | 9:26:23 AM | CREATE_COMPLETE | AWS::IAM::Role | FilePublishingRole (FilePub…) reason`. */
const eventLine = /^(\S+) \|\s*(?:(\d+)\/(\d+)|\d*) \| [^|]+ \| (\S+)\s* \| (\S+)\s* \| (\S+)\s*(?:\(\S+\)\s*)?(.*)$/;

export function resourceEvent(line: string): ResourceEvent | undefined {
  const [, stack, done, total, status, type, id, because] = eventLine.exec(line) ?? [];
  if (stack === undefined || status === undefined || type === undefined || id === undefined) return undefined;
  return {
    stack,
    done: done === undefined ? undefined : Number(done),
    total: total === undefined ? undefined : Number(total),
    id,
    type,
    status,
    because: because === '' ? undefined : because,
  };
}

/** CloudFormation cancels the other resources of a stack after the first failure; those failures say nothing. */
function whyOf(failed: readonly ResourceEvent[], last: readonly string[]): string {
  const first = failed.find(({ because = '' }) => because !== '' && !/creation cancelled/i.test(because));
  if (first !== undefined) return `${first.type} ${first.id}: ${first.because}`;
  return (
    last.findLast((line) => /error|failed|cannot|denied|not /i.test(line)) ?? last.at(-1) ?? 'the CDK says nothing'
  );
}
