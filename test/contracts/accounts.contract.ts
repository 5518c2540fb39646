/** What a visit to an account does behind either world. Emulators let anybody in and have no IMDS defaults; the rest is in test/simulated. */

import { accountSources, type FactsWanted, regionSources } from '../../orchestrator/domain/health/fact-sources';
import { type AccountId, parseRolloutId, type Region } from '../../orchestrator/domain/model/brand';
import { installationDefaults } from '../../orchestrator/domain/model/installation';
import type { DesiredSettings, PasswordPolicy, PublicAccessBlock } from '../../orchestrator/domain/model/settings';
import type { UnguardedPorts, Visit } from '../../orchestrator/ports/ports';
import { noLookup } from '../lookups';
import { hashOf, type StackSetsWorld, untilEnded } from './stack-sets.contract';

export interface AccountsWorld extends StackSetsWorld {
  readonly ports: Pick<UnguardedPorts, 'stackSets' | 'accounts'>;
  readonly externalId: string;
}

export const policy: PasswordPolicy = {
  minimumLength: 14,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercase: true,
  requireLowercase: true,
  allowUsersToChange: true,
  maxAgeDays: 90,
  reusePrevention: 24,
  hardExpiry: false,
};
export const block: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};
export const desired: DesiredSettings = {
  passwordPolicy: policy,
  s3PublicAccessBlock: block,
  ebsEncryption: { enabled: true },
};

const guardTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const inlinePolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' }],
};

/** A role, a topic and a rule that sends to it: the kinds of things that the baseline's templates make. */
export const guardTemplate = JSON.stringify({
  Resources: {
    Guard: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'ContractGuard',
        AssumeRolePolicyDocument: guardTrust,
        MaxSessionDuration: 7200,
        ManagedPolicyArns: [
          { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/ReadOnlyAccess']] },
        ],
        Policies: [{ PolicyName: 'keep', PolicyDocument: inlinePolicy }],
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'strongroom-alerts' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'strongroom-root-user',
        State: 'ENABLED',
        EventPattern: { source: ['aws.signin'] },
        Targets: [{ Id: 'topic', Arn: { Ref: 'Topic' } }],
      },
    },
  },
});

export function accountsContract(name: string, makeWorld: () => Promise<AccountsWorld>): void {
  describe(`${name} as accounts`, () => {
    let world: AccountsWorld;
    let account: AccountId;
    let visit: Visit;
    beforeEach(async () => {
      world = await makeWorld();
      const [first] = world.accounts;
      if (first === undefined) throw new Error('the world has no accounts');
      account = first;
      const rollout = parseRolloutId('ro-20261122-150405-ab12');
      visit = {
        account,
        roles: { reader: installationDefaults.readerRole, ci: world.executionRoleName },
        externalId: world.externalId,
        rollout,
      };
    });
    afterEach(() => world.cleanup());
    const inTime = (title: string, tell: () => Promise<void>) => test(title, () => world.run(tell()));

    const wanted = (regions: readonly Region[] = [world.home]): FactsWanted => ({
      home: world.home,
      roles: { ci: world.executionRoleName, reader: installationDefaults.readerRole, operator: 'ContractGuard' },
      account: ['identity', 'passwordPolicy', 's3PublicAccessBlock', 'operatorRole'],
      regions: regions.map((region) => ({
        region,
        facts: ['ebsEncryption', 'alertRules'],
      })),
    });
    const deployGuard = async () => {
      const spec = {
        name: 'strongroom-wave-guard',
        template: hashOf(guardTemplate),
        templateBody: guardTemplate,
        parameters: {},
        executionRoleName: world.executionRoleName,
      };
      const id = await world.ports.stackSets.start({
        operationId: 'ro-1-wave-0-0-guard',
        kind: 'create',
        spec,
        accounts: [account],
        regions: [world.home],
        maxConcurrent: 1,
        failureTolerance: 0,
        strict: false,
      });
      expect(await untilEnded(world, spec.name, id)).toBe('SUCCEEDED');
    };

    inTime('preflight enters the account and finds its regions usable', async () => {
      const wantedLookups = noLookup(world.home, world.other);

      const { unusable, unanswered, singletons } = await world.ports.accounts.preflight(visit, wantedLookups);

      expect([unusable, unanswered]).toEqual([[], []]);
      expect(singletons.map(({ region }) => region)).toEqual([world.home, world.other]);
    });

    inTime('an account without a baseline says who it is, and that there is nothing', async () => {
      const facts = await world.ports.accounts.collectFacts(visit, wanted());

      expect(facts).toMatchObject({
        account,
        identity: { kind: 'read', value: { account } },
        passwordPolicy: { kind: 'absent' },
        s3PublicAccessBlock: { kind: 'absent' },
        operatorRole: { kind: 'absent' },
        regions: {
          [world.home]: {
            ebsEncryption: { kind: 'read', value: { enabled: false } },
            alertRules: { kind: 'read', value: {} },
          },
        },
      });
    });

    inTime('what nobody asked for is not known', async () => {
      const none: FactsWanted = { ...wanted(), account: [], regions: [{ region: world.home, facts: [] }] };
      const {
        account: _id,
        collectedAt: _at,
        regions,
        ...facts
      } = await world.ports.accounts.collectFacts(visit, none);

      const notWanted = (table: object) =>
        Object.fromEntries(
          Object.keys(table).map((id) => [id, { kind: 'unreadable', why: 'not needed by the release' }]),
        );
      expect(facts).toEqual(notWanted(accountSources));
      expect(regions).toEqual({ [world.home]: notWanted(regionSources) });
    });

    inTime('settings are read, brought to what is wanted, seen in the facts, and put back', async () => {
      const { accounts } = world.ports;
      const regions = [world.home, world.other];
      const previous = await accounts.readSettings(visit, desired, regions);
      await accounts.applySettings(visit, desired, regions);
      const held = await accounts.collectFacts(visit, wanted(regions));
      await accounts.putBackSettings(visit, previous);
      const after = await accounts.readSettings(visit, desired, regions);

      expect(previous).toMatchObject({
        passwordPolicy: null,
        s3PublicAccessBlock: null,
        ebsEncryption: { [world.home]: false, [world.other]: false },
      });
      expect(held).toMatchObject({
        passwordPolicy: { kind: 'read', value: policy },
        s3PublicAccessBlock: { kind: 'read', value: block },
        regions: {
          [world.home]: { ebsEncryption: { kind: 'read', value: { enabled: true } } },
          [world.other]: { ebsEncryption: { kind: 'read', value: { enabled: true } } },
        },
      });
      expect(after).toEqual(previous);
    });

    inTime('only the settings that are named are read and changed', async () => {
      const { accounts } = world.ports;
      const only: DesiredSettings = { s3PublicAccessBlock: block };
      const previous = await accounts.readSettings(visit, only, [world.home]);
      await accounts.applySettings(visit, only, [world.home]);

      expect(previous).toEqual({ s3PublicAccessBlock: null });
      expect(await accounts.readSettings(visit, desired, [world.home])).toMatchObject({
        passwordPolicy: null,
        s3PublicAccessBlock: block,
        ebsEncryption: { [world.home]: false },
      });
    });

    inTime('settings that are brought twice are as if brought once', async () => {
      const { accounts } = world.ports;
      await accounts.applySettings(visit, desired, [world.home]);
      await accounts.applySettings(visit, desired, [world.home]);

      expect(await accounts.readSettings(visit, desired, [world.home])).toMatchObject({ passwordPolicy: policy });
    });

    inTime('what a stack made is what a visitor reads', async () => {
      await deployGuard();

      const facts = await world.ports.accounts.collectFacts(visit, wanted());

      const topic = `arn:aws:sns:${world.home}:${account}:strongroom-alerts`;
      const rules = facts.regions[world.home]?.alertRules;
      expect(rules?.kind === 'read' && Object.keys(rules.value)).toEqual(['root-user']);
      expect(facts).toMatchObject({
        operatorRole: {
          kind: 'read',
          value: {
            trust: guardTrust,
            maxSessionSeconds: 7200,
            attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
            inline: { keep: inlinePolicy },
          },
        },
        regions: {
          [world.home]: {
            alertRules: {
              kind: 'read',
              value: {
                'root-user': { state: 'ENABLED', pattern: { source: ['aws.signin'] }, targets: [{ arn: topic }] },
              },
            },
          },
        },
      });
    });

    inTime('a stack in one account is seen in no other', async () => {
      const [, second] = world.accounts;
      if (second === undefined) throw new Error('the world has one account');
      await deployGuard();

      const facts = await world.ports.accounts.collectFacts({ ...visit, account: second }, wanted());

      expect(facts.operatorRole).toEqual({ kind: 'absent' });
    });
  });
}
