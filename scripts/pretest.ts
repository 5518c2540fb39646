/** What `npm test` needs first: the build and the synthesized stacks, and at the same time a check of types and style. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const steps = ['synth', 'check'] as const;

/** The output appears in one piece, so that the steps do not talk over each other. */
function run(step: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', step], {
      cwd: join(__dirname, '..'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const hear = (chunk: Buffer): void => {
      output += chunk;
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (status) => {
      process.stderr.write(output);
      if (status !== 0) console.error(`npm run ${step} failed`);
      resolve(status ?? 1);
    });
  });
}

async function main(): Promise<void> {
  const statuses = await Promise.all(steps.map(run));
  process.exitCode = statuses.find((status) => status !== 0) ?? 0;
}

void main();
