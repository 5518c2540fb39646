/** The synthesized stack of the orchestrator: what it keeps, what it runs, and which alarms it has. */
import { serve } from '../../orchestrator/lambda/serve';
import { deployedTemplate, type Resource, resources } from './templates';

const here = resources().filter(({ stack }) => stack === 'StrongroomOrchestrator');
const ofType = (type: string): readonly Resource[] => here.filter((one) => one.type === `AWS::${type}`);
const named = (type: string, property: string, name: string): Readonly<Record<string, unknown>> => {
  const [only, ...others] = ofType(type).filter(({ properties }) => properties[property] === name);
  if (only === undefined || others.length > 0) throw new Error(`${others.length} others of ${type} ${name}`);
  return only.properties;
};
const theFirst = (type: string): Resource => {
  const [first] = ofType(type);
  if (first === undefined) throw new Error(`no ${type}`);
  return first;
};
const ours = { 'Fn::GetAtt': [theFirst('KMS::Key').id, 'Arn'] };
const queue = { 'Fn::GetAtt': [theFirst('SQS::Queue').id, 'Arn'] };

describe('what is kept', () => {
  test('the table is paid by use, encrypted by the key, can be put back to any second, and is not deleted by accident', () => {
    expect(theFirst('DynamoDB::Table').properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: ours },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  test('the artifacts are encrypted by the key, closed to the public, and keep what was overwritten', () => {
    expect(theFirst('S3::Bucket').properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ours } },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  test('the key rotates', () => {
    expect(theFirst('KMS::Key').properties).toMatchObject({ EnableKeyRotation: true });
  });

  test.each(['DynamoDB::Table', 'S3::Bucket', 'KMS::Key', 'Logs::LogGroup'])(
    'each %s stays when the stack is deleted or it is replaced, and not when the creation of the stack fails',
    (type) => {
      const policies = ofType(type).map(({ id }) => deployedTemplate('StrongroomOrchestrator').Resources[id]);

      expect(policies.length).toBeGreaterThan(0);
      for (const policy of policies)
        expect(policy).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    },
  );
});

/** The last part of the stack's id, which no other stack has. */
const ofThisStack = {
  'Fn::Select': [4, { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] }],
};

test('nothing that outlives its stack has a name that its successor wants', () => {
  const lasting = resources().filter(({ stack, id }) =>
    /^Retain/.test(String(deployedTemplate(stack).Resources[id]?.DeletionPolicy ?? '')),
  );
  const fixed = lasting.filter(({ properties }) =>
    ['TableName', 'LogGroupName', 'BucketName', 'AliasName'].some((name) => typeof properties[name] === 'string'),
  );

  expect(lasting.length).toBeGreaterThan(25);
  expect(fixed.map(({ id }) => id)).toEqual([]);
});

describe('what runs', () => {
  const functions = ofType('Lambda::Function').filter(({ properties }) => 'FunctionName' in properties);

  test.each(functions.map(({ properties }) => [String(properties['FunctionName']), properties] as const))(
    '%s runs on Node 22 and Graviton, is traced, and has a log of its own and source maps',
    (name, properties) => {
      const log = here.find(({ id }) => JSON.stringify(properties['LoggingConfig']).includes(`"${id}"`));

      expect(properties).toMatchObject({
        Runtime: 'nodejs22.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
      });
      expect(log?.properties).toMatchObject({
        LogGroupName: { 'Fn::Join': ['', [`${name.replace('strongroom-', '/strongroom/')}-`, ofThisStack]] },
        RetentionInDays: 365,
        KmsKeyId: ours,
      });
    },
  );

  test('no two functions share a role', () => {
    const roles = functions.map(({ properties }) => JSON.stringify(properties['Role']));

    expect(new Set(roles).size).toBe(functions.length);
    expect(functions.length).toBeGreaterThan(15);
  });

  test.each(['strongroom-rollout', 'strongroom-sweep'])(
    '%s is traced and logged, without what travels in it',
    (name) => {
      expect(named('StepFunctions::StateMachine', 'StateMachineName', name)).toMatchObject({
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      });
    },
  );

  test('new rollouts run the newest version by the alias, and those in flight keep theirs', () => {
    const version = theFirst('StepFunctions::StateMachineVersion');
    const [machine] = ofType('StepFunctions::StateMachine').filter(
      ({ properties }) => properties['StateMachineName'] === 'strongroom-rollout',
    );

    expect(version.properties).toEqual({
      StateMachineArn: { Ref: machine?.id },
      StateMachineRevisionId: { 'Fn::GetAtt': [machine?.id, 'StateMachineRevisionId'] },
    });
    expect(named('StepFunctions::StateMachineAlias', 'Name', 'live')).toMatchObject({
      DeploymentPreference: { StateMachineVersionArn: { 'Fn::GetAtt': [version.id, 'Arn'] }, Type: 'ALL_AT_ONCE' },
    });
    expect(deployedTemplate('StrongroomOrchestrator').Outputs['StateMachineAlias']?.Value).toEqual({
      'Fn::GetAtt': [theFirst('StepFunctions::StateMachineAlias').id, 'Arn'],
    });
  });
});

describe('what invokes it', () => {
  const rules = ofType('Events::Rule').map(({ properties }) => properties);

  test.each([
    { schedule: 'rate(6 hours)', what: 'starts a sweep of all accounts' },
    { schedule: 'rate(30 minutes)', what: 'starts drift detection' },
  ])('$schedule $what', ({ schedule, what }) => {
    expect(named('Events::Rule', 'ScheduleExpression', schedule)).toMatchObject({
      Description: `Strongroom: ${what}`,
      State: 'ENABLED',
    });
  });

  test('operations of our own StackSets invoke it when they end, and operations of others do not', () => {
    expect(rules.find(({ EventPattern }) => JSON.stringify(EventPattern ?? '').includes('StackSet'))).toMatchObject({
      EventPattern: {
        source: ['aws.cloudformation'],
        'detail-type': ['CloudFormation StackSet Operation Status Change'],
        detail: {
          'stack-set-arn': [{ wildcard: 'arn:*:cloudformation:*:stackset/strongroom-*' }],
          'status-details': { status: ['SUCCEEDED', 'FAILED', 'STOPPED'] },
        },
      },
    });
  });

  test('events that a rule cannot deliver go to the queue', () => {
    const targets = rules.flatMap((rule) => rule['Targets'] as readonly Readonly<Record<string, unknown>>[]);

    expect(targets.map((target) => target['DeadLetterConfig'])).toEqual(rules.map(() => ({ Arn: queue })));
    expect(rules.length).toBe(5);
  });

  test('events that a function cannot handle go to the queue too', () => {
    const configs = ofType('Lambda::EventInvokeConfig').map(({ properties }) => properties['DestinationConfig']);

    expect(configs).toEqual(Array(3).fill({ OnFailure: { Destination: queue } }));
  });
});

describe('the alarms', () => {
  const topic = { Ref: theFirst('SNS::Topic').id };

  test.each([
    ['ExecutionFailed', 'AWS/States', 'ExecutionsFailed', 'notBreaching'],
    ['ExecutionTimedOut', 'AWS/States', 'ExecutionsTimedOut', 'notBreaching'],
    ['RolloutHeld', 'Strongroom', 'Held', 'notBreaching'],
    ['RolloutFailed', 'Strongroom', 'Failed', 'notBreaching'],
    ['KeysAtRisk', 'Strongroom', 'KeysAtRisk', 'notBreaching'],
    // Silence is no data.
    ['SweepTooOld', 'AWS/Lambda', 'Invocations', 'missing'],
    ['Undelivered', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'notBreaching'],
  ])('%s notifies the topic and says what to do first', (name, namespace, metric, missing) => {
    expect(named('CloudWatch::Alarm', 'AlarmName', `strongroom-${name}`)).toMatchObject({
      Namespace: namespace,
      MetricName: metric,
      TreatMissingData: missing,
      AlarmActions: [topic],
      AlarmDescription: expect.stringMatching(/^[A-Z].+\. (Check|Open|Read|Run) .+\.$/),
    });
  });

  /** A new alarm begins in INSUFFICIENT_DATA, which is no change of state and so no notice [doc:AmazonCloudWatch/AlarmThatSendsEmail]. */
  test('SweepTooOld notifies when sweeps stop, and not before the first one', () => {
    const silent = ofType('CloudWatch::Alarm').filter(({ properties }) => 'InsufficientDataActions' in properties);

    expect(silent.map(({ properties }) => [properties['AlarmName'], properties['InsufficientDataActions']])).toEqual([
      ['strongroom-SweepTooOld', [topic]],
    ]);
  });

  test('there are no other alarms', () => {
    expect(ofType('CloudWatch::Alarm').length).toBe(7);
  });
});

describe('metrics of the logs', () => {
  /** As Lambda's runtime writes to a JSON log: an object stays an object, and text stays text. */
  const lineOf = (said: unknown) => ({ level: 'INFO', message: said });
  const wordIn = (line: unknown, path: string): unknown =>
    path
      .split('.')
      .reduce((value: unknown, name) => (typeof value === 'object' ? Reflect.get(value ?? {}, name) : undefined), line);

  test.each([
    { metric: 'Held', function: 'Report', output: { outcome: 'held' } },
    { metric: 'Failed', function: 'Report', output: { outcome: 'failed' } },
    { metric: 'KeysAtRisk', function: 'Sweep', output: { visited: 3, keysAtRisk: 'yes' } },
  ])('$metric matches what $function logs', async ({ metric, function: task, output }) => {
    const filter = ofType('Logs::MetricFilter').find(({ properties }) =>
      JSON.stringify(properties['MetricTransformations']).includes(`"MetricName":"${metric}"`),
    );
    const [, path = '', wanted] = /^\{ \$\.(\S+) = "(\w+)" \}$/.exec(String(filter?.properties['FilterPattern'])) ?? [];
    const saying = jest.spyOn(console, 'info').mockImplementation(() => {});

    await serve(task, () => async () => output)({});
    const [[said] = []] = saying.mock.calls;
    saying.mockRestore();

    expect(JSON.stringify(filter?.properties['LogGroupName'])).toContain(`Functions${task}Log`);
    expect(wanted).toBeDefined();
    expect(wordIn(JSON.parse(JSON.stringify(lineOf(said))), path)).toBe(wanted);
  });
});
