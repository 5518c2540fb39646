/**
 * Measures the deployed functions: every bundle runs in a process of its own, as on Lambda, through a rollout over a shard of full size on
 * moto, then an event, a sweep and drift detection. Prints the largest memory and processor time of one call, and how many calls it made to
 * AWS. `took` in `orchestrator/tasks/table.ts` contains the printed numbers, and sizes follow from them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stackSetEvent } from '../orchestrator/simulated/stack-set-event';
import { functionName, orchestratorFunctions } from '../orchestrator/tasks/table';
import { startCommandLine } from '../test/emulator/command-line';
import { deployedRecords, deployOnMoto } from '../test/emulator/deployed';
import type { LambdaHandler } from '../test/emulator/gateway';
import { motoAccount, motoRegion } from '../test/emulator/moto';
import { named } from '../test/emulator/seed';

const accounts = Number(process.argv[2] ?? '100');
const bundles = join(__dirname, '..', 'dist', 'functions');

const config = `
installation: { security: { account: "999999999999" } }
regions: { home: us-east-1, governed: [us-east-1, us-west-2, eu-west-1, eu-central-1] }
modules:
  account-hardening: { enabled: true }
  audit-logging: { enabled: true, managedBy: strongroom, logArchiveBucket: acme-log-archive }
  aws-config: { enabled: true, managedBy: strongroom }
  threat-detection: { enabled: true, managedBy: strongroom, standards: [] }
  alerts: { enabled: true }
  operator-role: { enabled: true }
checks: { settleMinutes: [] }
waves: [{ name: everybody, ous: [Everybody], slowStart: false, soakMinutes: 0 }]
exclude: { ous: [] }
`;

interface Taken {
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly output?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Does what Lambda's runtime does with the bundle, and measures it. */
const runtime = (name: string): string => `
  console.info = console.error = () => {};
  const { handler } = await import(${JSON.stringify(pathToFileURL(join(bundles, name, 'index.mjs')).href)});
  process.on('message', async (input) => {
    const before = process.cpuUsage();
    const answer = await handler(input).then((output) => ({ output: output ?? null }), ({ name, message }) => ({ error: { name, message } }));
    const { user, system } = process.cpuUsage(before);
    process.send({ ...answer, cpuMs: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 });
  });`;

interface Row {
  peakMegabytes: number;
  cpuMs: number;
  calls: number;
  failed: string;
}

async function main(): Promise<void> {
  const rows = new Map<string, Row>();
  const children: ChildProcess[] = [];
  const functions: Record<string, LambdaHandler> = {};
  const line = await startCommandLine(functions);
  const functionOf = (name: string): LambdaHandler => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', runtime(name)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...line.env, ...deployedEnvironment },
    });
    children.push(child);
    return async (input) => {
      const callsBefore = line.calls.length;
      child.send(input ?? {});
      const [taken]: [Taken] = (await once(child, 'message')) as [Taken];
      const row = rows.get(name) ?? { peakMegabytes: 0, cpuMs: 0, calls: 0, failed: '' };
      row.peakMegabytes = Math.max(row.peakMegabytes, Math.ceil(taken.peakBytes / 1024 / 1024));
      row.cpuMs = Math.max(row.cpuMs, Math.round(taken.cpuMs));
      row.calls = Math.max(row.calls, line.calls.length - callsBefore);
      row.failed ||= taken.error === undefined ? '' : `${taken.error.name}: ${taken.error.message}`;
      rows.set(name, row);
      if (taken.error !== undefined) throw Object.assign(new Error(taken.error.message), { name: taken.error.name });
      return taken.output;
    };
  };
  try {
    await line.anOrganization({ root: { ous: { Everybody: { accounts: named('account', accounts) } } } }, []);
    await writeFile(join(line.folder(), 'strongroom.yaml'), config);
    await deployOnMoto(line);
    for (const name of orchestratorFunctions) functions[functionName(name)] = functionOf(name);
    const deployed = ['--engine', 'stepfunctions'];
    // moto has neither standards nor analyzers, so the wave asks for approval, and every function except RollBack is called.
    const asked = await line.run('rollout', '--yes', '--json', ...deployed);
    const { rolloutId } = JSON.parse(asked.out.split('\n')[0] ?? '');
    await line.run('reject', rolloutId, '--reason', 'measured', ...deployed);
    // Failures are printed in the row: moto does not start a second execution.
    for (const name of ['StackSetEvents', 'AccountEvents', 'Discover', 'Sweep', 'Drift'])
      await functions[`strongroom-${name}`]?.(events[name] ?? {}).catch(() => undefined);
  } finally {
    for (const child of children) child.kill();
    await line.stop();
  }
  console.log(`${accounts} accounts x 4 regions; maximum of one call`);
  console.log('function         MB    cpu ms  calls');
  for (const [name, { peakMegabytes, cpuMs, calls, failed }] of rows)
    console.log(
      `${name.padEnd(15)} ${String(peakMegabytes).padStart(4)} ${String(cpuMs).padStart(8)} ${String(calls).padStart(6)}  ${failed}`,
    );
}

const events: Readonly<Record<string, unknown>> = {
  StackSetEvents: stackSetEvent('strongroom-everybody-alerts', 'an operation of somebody else'),
  AccountEvents: {
    source: 'aws.organizations',
    account: motoAccount,
    time: new Date().toISOString(),
    'detail-type': 'AWS Service Event via CloudTrail',
    detail: {
      eventSource: 'organizations.amazonaws.com',
      eventName: 'CreateAccountResult',
      serviceEventDetails: { createAccountStatus: { state: 'SUCCEEDED', accountId: '111122223333' } },
    },
  },
};

const deployedEnvironment = {
  AWS_REGION: motoRegion,
  STRONGROOM_TABLE: deployedRecords.table,
  STRONGROOM_BUCKET: deployedRecords.bucket,
  STRONGROOM_TOPIC: `arn:aws:sns:${motoRegion}:${motoAccount}:strongroom`,
  STRONGROOM_DIRECTORY_ROLE: `arn:aws:iam::${motoAccount}:role/strongroom-directory`,
  STRONGROOM_STATE_MACHINE: `arn:aws:states:${motoRegion}:${motoAccount}:stateMachine:strongroom-rollout`,
};

void main();
