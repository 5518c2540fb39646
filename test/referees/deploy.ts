/** What `strongroom install` does with StrongroomOrchestrator: publish its assets, create the stack, wait. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { refereeTool } from '../../scripts/referees';
import { motoAccount, motoClients, motoRegion } from '../emulator/moto';

const assembly = join(__dirname, '..', '..', 'dist', 'infrastructure');
const bucket = `cdk-hnb659fds-assets-${motoAccount}-${motoRegion}`;
const stackName = 'StrongroomOrchestrator';

interface Assets {
  readonly files: Readonly<Record<string, { readonly source: { readonly path: string; readonly packaging: string } }>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs: Readonly<Record<string, object>>;
}

export interface Orders {
  /** `StrongroomOrchestrator` if nothing is said. */
  readonly stack?: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Resource types that the emulator does not know; the outputs that name the alias get the state machine itself. */
  readonly without?: readonly string[];
}

/**
 * The outputs of the stack.
 * @throws with the stack's own events if it is not created.
 */
export async function deployOrchestrator(
  endpoint: string,
  { stack = stackName, parameters, without = [] }: Orders,
): Promise<Readonly<Record<string, string>>> {
  const clients = motoClients({ endpoint });
  const s3 = clients.in(S3Client, motoRegion);
  const cloudformation = clients.in(CloudFormationClient, motoRegion);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const template = await readFile(join(assembly, `${stackName}.template.json`), 'utf8');
  const publish = (Key: string, Body: Buffer | string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const { files }: Assets = JSON.parse(await readFile(join(assembly, `${stackName}.assets.json`), 'utf8'));
  for (const [hash, { source }] of Object.entries(files)) {
    // The file lists what the other stacks publish too.
    if (source.packaging === 'zip' && template.includes(hash)) await publish(`${hash}.zip`, await zipped(source.path));
  }
  await publish('template.json', JSON.stringify(less(JSON.parse(template), without)));
  await cloudformation.send(
    new CreateStackCommand({
      StackName: stack,
      TemplateURL: `${endpoint}/${bucket}/template.json`,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
  const outputs = await created(cloudformation, stack);
  clients.destroy();
  return outputs;
}

function less({ Resources, Outputs, ...rest }: Template, types: readonly string[]): Template {
  const kept = Object.entries(Resources).filter(([, { Type }]) => !types.includes(Type));
  const [machine] = kept.find(([id, { Type }]) => isMachine(Type) && id.startsWith('Rollout')) ?? [];
  const StateMachineAlias = types.some((type) => type.endsWith('Alias'))
    ? { Value: { Ref: machine } }
    : Outputs['StateMachineAlias'];
  return {
    ...rest,
    Resources: Object.fromEntries(kept),
    Outputs: { ...Outputs, ...(StateMachineAlias && { StateMachineAlias }) },
  };
}
const isMachine = (type: string): boolean => type === 'AWS::StepFunctions::StateMachine';

async function created(
  cloudformation: CloudFormationClient,
  StackName: string,
): Promise<Readonly<Record<string, string>>> {
  const asksMax = 2_000;
  for (let ask = 0; ask < asksMax; ask += 1) {
    const { Stacks: [stack] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    if (stack?.StackStatus === 'CREATE_IN_PROGRESS') continue;
    if (stack?.StackStatus !== 'CREATE_COMPLETE') {
      const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
      const failures = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED'));
      throw new Error(`${stack?.StackStatus}: ${stack?.StackStatusReason} ${JSON.stringify(failures, null, 2)}`);
    }
    return Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  }
  throw new Error(`${StackName} is still being created after ${asksMax} questions`);
}

/** Node has no zip of its own, and Python does. */
async function zipped(asset: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-asset-'));
  const file = join(folder, 'code.zip');
  const cwd = join(assembly, asset);
  const args = ['-m', 'zipfile', '-c', file, ...(await readdir(cwd))];
  await promisify(execFile)(refereeTool('ministack', 'python'), args, { cwd });
  const zip = await readFile(file);
  await rm(folder, { recursive: true, force: true });
  return zip;
}
