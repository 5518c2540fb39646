/**
 * An organization on two emulators, with three accounts for an installation and an administrator's profiles. moto is the organization,
 * its management account, its members and the log archive; ministack is the Deployments account. What neither can do is answered by
 * what is put before moto below, and docs/decisions/0065-install.md lists it.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EnableAWSServiceAccessCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import type { AccountId } from '../../../orchestrator/domain/model/brand';
import { refereeTool } from '../../../scripts/referees';
import {
  type Call,
  isOfStackSets,
  ministackServices,
  type Place,
  type Router,
  startRouter,
} from '../../referees/router';
import { type Server, startServer } from '../../referees/server';
import { type Gateway, type Intercept, startGateway } from '../gateway';
import { type Moto, motoAccount, motoClients, motoRegion } from '../moto';
import { fillGaps, type Gaps } from '../moto-gaps';
import { bootstrapRolesFor, leftOut } from '../organization';
import { named, type Seeded, seedOrganization } from '../seed';
import { type Installed, installPackage } from './package';

export const home = 'eu-central-1';

const organization = {
  root: {
    ous: {
      Platform: { accounts: ['deployments', 'log-archive'] },
      Sandbox: { accounts: named('sandbox', 2) },
      Workloads: { accounts: named('workload', 1) },
    },
  },
};

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Stand {
  readonly seeded: Seeded;
  readonly deployments: AccountId;
  readonly logArchive: AccountId;
  readonly moto: Moto;
  readonly ministack: Server;
  readonly router: Router;
  readonly installed: Installed;
  readonly folder: string;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** A script in a shell, as a person types it: `strongroom` is on the path, and every question is answered with yes. */
  readonly type: (script: string) => Promise<Ran>;
  /** Kills the program and all that it started, without a warning, once it says this. */
  readonly killAt: (says: string, ...args: readonly string[]) => Promise<void>;
  readonly configure: (config: string) => Promise<void>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stop: () => Promise<void>;
}

export async function startStand(): Promise<Stand> {
  let gaps: Intercept = fillGaps(leftOut);
  const moto: Gateway = await startGateway({
    intercept: interceptFor(
      () => gaps,
      () => enableStackSets(moto),
    ),
  });
  const seeded = await seedOrganization(moto, organization);
  const { deployments, 'log-archive': logArchive } = seeded.accounts;
  if (deployments === undefined || logArchive === undefined) throw new Error('the organization lacks accounts');
  gaps = fillGaps(bootstrapOf(seeded, deployments));
  let ministack: Server | undefined;
  const router = await startRouter({
    moto: moto.endpoint,
    ministack: () => ministack?.endpoint ?? '',
    ...routesOf(deployments),
  });
  ministack = await startServer({
    referee: 'ministack',
    command: () => ['ministack'],
    env: (port) => ({
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: deployments,
      // What its Lambda gives to functions.
      AWS_ENDPOINT_URL: router.endpoint,
      AWS_REGION: home,
    }),
    saysWhenReady: /services available/,
  });
  const installed = await installPackage();
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-install-'));
  const environment = await administratorIn(folder, {
    deployments,
    endpoint: router.endpoint,
    program: installed.program,
  });
  const run = (file: string, args: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
      execFile(file, args, options, (error, out, err) =>
        resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
      );
    });
  const own = ministack;
  return {
    seeded,
    deployments,
    logArchive,
    moto,
    ministack: own,
    router,
    installed,
    folder,
    environment,
    run: (...args) => run(process.execPath, [installed.program, ...args]),
    type: (script) => run(refereeTool('ministack', 'python'), ['-c', person, '/bin/sh', '-e', '-c', script]),
    killAt: async (says, ...args) => {
      const child = spawn(process.execPath, [installed.program, ...args], {
        cwd: folder,
        env: environment,
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      const ended = once(child, 'exit');
      for await (const line of createInterface({ input: child.stdout })) if (line.includes(says)) break;
      // The whole group, as a machine that loses its power.
      process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
      await ended;
    },
    configure: (config) => writeFile(join(folder, 'strongroom.yaml'), config),
    stop: async () => {
      await router.stop();
      await own.stop();
      await moto.stop();
      await installed.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs its arguments on a terminal, and answers yes to every question. */
const person = `
import os, pty, sys
def read(fd):
    data = os.read(fd, 65536)
    if b'[y/N] ' in data:
        os.write(fd, b'y\\n')
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))
`;

/** Profiles of an administrator, and `strongroom` on the path. */
async function administratorIn(
  folder: string,
  {
    deployments,
    endpoint,
    program,
  }: { readonly deployments: string; readonly endpoint: string; readonly program: string },
) {
  await mkdir(join(folder, '.aws'));
  await mkdir(join(folder, 'bin'));
  const profile = (name: string, accessKeyId: string): string =>
    `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = test\n`;
  await writeFile(
    join(folder, '.aws', 'credentials'),
    [profile('acme-management', motoAccount), profile('acme-deployments', deployments)].join('\n'),
  );
  const script = `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`;
  await writeFile(join(folder, 'bin', 'strongroom'), script, { mode: 0o755 });
  return {
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    STRONGROOM_USER: 'jo',
    TERM: 'dumb',
  };
}

/** Only the Deployments account is on ministack: with its own keys, with those of its functions, and with those of the roles of the CDK. */
function routesOf(deployments: string) {
  const sessions = new Set<string>();
  const isOfCdk = ({ service, body }: Call): boolean =>
    service === 'sts' && body.includes(encodeURIComponent(`::${deployments}:role/cdk-`));
  const ownServices = [...ministackServices, 'iam', 'ssm', 'ecr', 'apigateway', 'cloudfront', 'monitoring'];
  const placeOf = (call: Call): Place => {
    if (isOfCdk(call)) return 'ministack';
    if (call.accessKeyId !== deployments && !sessions.has(call.accessKeyId)) return 'moto';
    if (call.service === 'sts') return call.body.includes('Action=GetCallerIdentity') ? 'ministack' : 'moto';
    return ownServices.includes(call.service) && !isOfStackSets(call) ? 'ministack' : 'moto';
  };
  const hears = (call: Call, answer: string): void => {
    const [, key] = /<AccessKeyId>(\w+)</.exec(answer) ?? [];
    if (isOfCdk(call) && key !== undefined) sessions.add(key);
  };
  return { placeOf, hears };
}

/** What moto lacks, besides what the rollouts over moto lack too. */
function interceptFor(gaps: () => Intercept, enableStackSets: () => Promise<void>): Intercept {
  return async (call, onward) => {
    // Organizations knows trusted access; CloudFormation's own call, which enables it for StackSets, is missing.
    if (call.action === 'ActivateOrganizationsAccess') {
      await enableStackSets();
      const body = `<${call.action}Response><${call.action}Result/></${call.action}Response>`;
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    }
    const answer = await gaps()(call, onward);
    if (call.action !== 'DescribeStacks' || answer === undefined) return answer;
    // A parameter that is a list comes back as Python writes it.
    const lists = (_: string, list: string): string => `>${list.replaceAll("', '", ',')}<`;
    return { ...answer, body: answer.body.replaceAll(/>\['([^<\]]*)'\]</g, lists) };
  };
}

/** The roles that the StackSet of StrongroomManagement makes in every account: moto ignores that resource. */
const bootstrapOf = (seeded: Seeded, deployments: string): Gaps => ({
  ...leftOut,
  bootstrapRoles: bootstrapRolesFor({ organization: seeded.organizationId, orchestratorAccount: deployments }),
});

async function enableStackSets(moto: Pick<Moto, 'endpoint'>): Promise<void> {
  const clients = motoClients(moto);
  const ServicePrincipal = 'member.org.stacksets.cloudformation.amazonaws.com';
  await clients.in(OrganizationsClient, motoRegion).send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  clients.destroy();
}

export const configOf = (
  { deployments, logArchive }: Pick<Stand, 'deployments' | 'logArchive'>,
  waves: readonly string[],
): string => `
installation:
  management:  { account: "${motoAccount}", profile: acme-management }
  deployments: { account: "${deployments}", profile: acme-deployments }
  logArchive:
    account: "${logArchive}"
    profile: acme-management
    role: arn:aws:iam::${logArchive}:role/OrganizationAccountAccessRole
  dashboard: { issuer: "https://login.example.com", clientId: strongroom }
regions: { home: ${home}, governed: [${home}] }
modules:
  audit-logging: { enabled: false, logArchiveBucket: acme-log-archive }
  operator-role: { enabled: true }
checks: { settleMinutes: [] }
waves:
${waves.map((wave) => `  - { ${wave}, soakMinutes: 0, maxConcurrent: 50% }`).join('\n')}
`;
