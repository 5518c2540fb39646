/**
 * The package on newer versions of Node. better-sqlite3, of the state in a folder, is compiled for the Node that runs `npm install`, so
 * what opens a state folder is not part of this.
 */

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type NodeMajor, nodeProgram } from '../../scripts/nodes';
import { type InstalledPackage, installPacked } from './installed';

const withinMs = 120_000;
const functions = join(__dirname, '..', '..', 'dist', 'functions');

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPacked();
}, withinMs);
afterAll(() => installed.remove());

function program(major: NodeMajor): string {
  const path = nodeProgram(major);
  if (path === undefined) throw new Error(`Node ${major} is not downloaded: run \`npx tsx scripts/nodes.ts\``);
  return path;
}

test.each([22, 24] as const)(
  'on Node %i, the program runs, and rolls out over a simulated organization',
  async (major) => {
    const version = await installed.strongroom(['--version'], program(major));
    const help = await installed.strongroom(['install', '--help'], program(major));
    const simulated = await installed.strongroom(['simulate', '--accounts', '40', '--json'], program(major));

    expect(version).toMatchObject({ status: 0, err: '' });
    expect(help.out).toContain('--plan');
    expect([simulated.status, simulated.err]).toEqual([0, '']);
  },
  withinMs,
);

test.each([22, 24] as const)(
  'on Node %i, every deployed function loads',
  async (major) => {
    const names = readdirSync(functions, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const script = `
      const names = ${JSON.stringify(names)};
      for (const name of names) {
        const { handler } = await import(${JSON.stringify(`file://${functions}/`)} + name + '/index.mjs');
        if (typeof handler !== 'function') throw new Error(name);
      }
      console.log(names.length);`;
    const env = { ...lambdaEnvironment, PATH: process.env['PATH'] };
    const { stdout } = await promisify(execFile)(program(major), ['--input-type=module', '-e', script], { env });

    expect(Number(stdout)).toBeGreaterThan(15);
  },
  withinMs,
);

/** What Lambda sets for every function. */
const lambdaEnvironment = { AWS_REGION: 'eu-central-1', AWS_LAMBDA_FUNCTION_NAME: 'strongroom' };
