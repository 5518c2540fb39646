import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { createStateMarker } from '../../orchestrator/aws/state-marker';
import { createStateMarker as createSimulatedMarker } from '../../orchestrator/simulated/state-marker';
import { stateMarkerContract } from '../contracts/state-marker.contract';
import { motoClients, motoRegion, startMoto } from '../emulator/moto';

const administrationRoleArn = 'arn:aws:iam::123456789012:role/Administration';
const administration = async (): Promise<string> => administrationRoleArn;

stateMarkerContract('a StackSet on moto', async () => {
  const moto = await startMoto();
  const clients = motoClients(moto);
  return {
    marker: createStateMarker(clients.in(CloudFormationClient, motoRegion), administration),
    close: async () => {
      clients.destroy();
      await moto.stop();
    },
  };
});
stateMarkerContract('the simulated organization', async () => ({
  marker: createSimulatedMarker(),
  close: async () => {},
}));

test.each([
  ['is not JSON', 'Resources:\n  Nothing:\n    Type: AWS::CloudFormation::WaitConditionHandle'],
  ['names no state', '{"Metadata":{"Strongroom":{"by":"ada"}}}'],
])('a marker whose template %s is not taken for none', async (_, TemplateBody) => {
  const send = async () => ({ StackSet: { TemplateBody } });

  await expect(createStateMarker({ send }, administration).read()).rejects.toMatchObject({
    code: 'AwsRefused',
    message: 'cloudformation:DescribeStackSet strongroom-state answered without the name of a state',
  });
});

test('the marker is made with the role that its author may pass, and not with the one of the default name', async () => {
  const sent: unknown[] = [];
  const send = async (command: { readonly input: unknown }) => {
    sent.push(command.input);
    return sent.length === 1
      ? Promise.reject(Object.assign(new Error('no'), { name: 'StackSetNotFoundException' }))
      : {};
  };

  await createStateMarker({ send }, administration).put({ state: 'table-1', by: 'ada', since: '2026-12-01T00:00:00Z' });

  expect(sent[1]).toMatchObject({ AdministrationRoleARN: administrationRoleArn, PermissionModel: 'SELF_MANAGED' });
});
