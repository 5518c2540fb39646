/** The lines of the CDK command, as version 2.1148.1 prints them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceEvent, runCdk } from '../../orchestrator/aws/cdk';
import type { ResourceEvent } from '../../orchestrator/ports/installer';

test.each([
  [
    'CDKToolkit | 10/15 | 9:26:23 AM | CREATE_COMPLETE      | AWS::S3::Bucket            | StagingBucket ',
    {
      stack: 'CDKToolkit',
      done: 10,
      total: 15,
      status: 'CREATE_COMPLETE',
      type: 'AWS::S3::Bucket',
      id: 'StagingBucket',
    },
  ],
  [
    'StrongroomManagement | 1/9 | 10:02:11 PM | CREATE_FAILED        | AWS::IAM::Role | DirectoryRole (DirectoryRole7AA9A343) Resource of type AWS::IAM::Role already exists',
    { id: 'DirectoryRole', status: 'CREATE_FAILED', because: 'Resource of type AWS::IAM::Role already exists' },
  ],
])('%s', (line, event) => {
  expect(resourceEvent(line)).toMatchObject(event);
});

test('other lines are no events', () => {
  expect(resourceEvent('StrongroomManagement: creating CloudFormation changeset...')).toBeUndefined();
});

test('a failure is the reason of the first resource that failed, and not of those that were cancelled with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-cdk-'));
  const program = join(folder, 'cdk.js');
  const lines = [
    'S | 1/3 | 9:26:23 AM | CREATE_FAILED | AWS::SNS::Topic | Topic Resource creation cancelled',
    'S | 1/3 | 9:26:23 AM | CREATE_FAILED | AWS::IAM::Role | Role it already exists',
    '❌  S failed: ToolkitError: the stack failed',
  ];
  await writeFile(program, `for (const line of ${JSON.stringify(lines)}) console.error(line); process.exitCode = 1;`);
  const heard: ResourceEvent[] = [];

  const ended = await runCdk(
    { program, assembly: folder, environment: {} },
    { args: ['deploy'], region: 'eu-central-1', credentials: undefined, hear: (event) => heard.push(event) },
  );
  await rm(folder, { recursive: true });

  expect(ended).toEqual({ status: 1, why: 'AWS::IAM::Role Role: it already exists' });
  expect(heard.map(({ id }) => id)).toEqual(['Topic', 'Role']);
});
