/** What visits ask of AWS: within the policy of their session, and within the budget of calls. */
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import { type LookupId, lookups, regionCall } from '../../orchestrator/domain/model/lookups';
import { linkedServiceOf } from '../../orchestrator/domain/policies/linked-roles';
import type { Visit } from '../../orchestrator/ports/ports';
import type { Purpose } from '../../orchestrator/ports/purposes';
import { block, policy } from '../contracts/accounts.contract';
import type { Call } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps, jsonFault } from '../emulator/moto-gaps';
import { everything, everythingBut, useVisits, type VisitsOfSuite } from '../emulator/moto-visits';
import { everyLookup, noLookup } from '../lookups';
import { aDefaultKey, aKey, aStack, aTrail, aUser, furnish, watch } from './furnish';

const home = parseRegion(motoRegion);
const west = parseRegion('us-west-2');

const analyzer = {
  arn: 'arn:aws:access-analyzer:us-east-1:1:analyzer/a',
  name: 'a',
  type: 'ACCOUNT',
  status: 'ACTIVE',
};
const gaps = { analyzers: [analyzer] };
const visits = useVisits(() => fillGaps(gaps));

const threatStack = 'StackSet-strongroom-dev-threat-detection-0a1b2c3d-1111-2222-3333-444455556666';
/** An account with everything that there can be, so that every question has its follow-up. */
async function visitToAll(): Promise<ReturnType<VisitsOfSuite['freshVisit']>> {
  const visit = visits.freshVisit();
  const member = await memberClients(visits.clients, visit.account);
  await furnish(member, home);
  const { detectorId = '' } = await watch(member, home);
  await aStack(member, home, threatStack, { DetectorId: { Value: detectorId } });
  await watch(member, west);
  await aTrail(member, home, 'by-hand');
  await aDefaultKey(member, home);
  await aUser(member, home);
  return visit;
}

const global = ['iam', 's3', 'sts', 'cloudtrail'];
const perRegion = (calls: readonly Call[], region: string): number =>
  calls.filter((call) => !global.includes(call.service) && call.region === region).length;

describe('a sweep of all checks', () => {
  it('makes 16 calls per account, 18 where there are users, one for a missing role of each region, and none twice', async () => {
    const visit = await visitToAll();
    const unadministered = everythingBut(['detectorAdministrator'], home, west);

    const calls = await visits.callsDuring(() => visits.accounts.collectFacts(visit, unadministered));

    const named = calls.map(({ service, region, action, body }) => [service, region, action, body].join(' '));
    expect(named.filter((name, i) => named.indexOf(name) !== i)).toEqual([]);
    expect(calls.filter(({ service }) => global.includes(service)).length).toBe(16 + 2 + 2);
    expect(perRegion(calls, home)).toBe(17);
    // No stack of ours names the detector; but there are no rules to ask for their targets, and no key to describe.
    expect(perRegion(calls, west)).toBe(17 + 1 - 2 - 2);
  });

  it('makes two more where GuardDuty is for the organization: the detector is looked for, and its administrator asked', async () => {
    const visit = visits.freshVisit();
    await watch(await memberClients(visits.clients, visit.account), home);

    const calls = await visits.callsDuring(() => visits.accounts.collectFacts(visit, everything(home)));

    expect(calls.filter(({ service }) => service === 'guardduty').map(iamActionOf)).toEqual([
      'guardduty:ListDetectors',
      'guardduty:GetDetector',
      'guardduty:GetAdministratorAccount',
    ]);
  });
});

describe('preflight', () => {
  const actionsAsked = (calls: readonly Call[]): readonly string[] =>
    [...new Set(calls.map(iamActionOf))].filter((action) => !action.startsWith('sts:')).sort();

  it.each([
    ['nothing', async () => visits.freshVisit(), 5],
    ['everything, and not ours', visitToAll, 7],
  ])('makes one call per account and 7 per region at most, in an account with %s', async (_what, furnished, most) => {
    const visit = await furnished();

    const calls = await visits.callsDuring(() => visits.accounts.preflight(visit, everyLookup(home, west)));

    expect(calls.filter(({ service }) => service === 'cloudtrail').length).toBe(1);
    expect(perRegion(calls, home)).toBe(most);
    expect(perRegion(calls, west)).toBe(most);
  });

  it.each(Object.keys(lookups) as LookupId[])('asks for %s what the table says, and nothing else', async (id) => {
    const visit = await visitToAll();

    const calls = await visits.callsDuring(() => visits.accounts.preflight(visit, [{ region: home, lookups: [id] }]));

    expect(actionsAsked(calls)).toEqual(lookups[id].calls.map(({ api }) => api).toSorted());
  });

  it('makes one call in a region of which it must only know that it answers', async () => {
    const visit = visits.freshVisit();

    const calls = await visits.callsDuring(() => visits.accounts.preflight(visit, noLookup(west)));

    expect(calls.filter(({ service }) => service !== 'sts').map(iamActionOf)).toEqual([regionCall]);
  });
});

describe('a session policy', () => {
  const imds = { imdsDefaults: { httpTokens: 'required' } } as const;
  const all = {
    passwordPolicy: policy,
    s3PublicAccessBlock: block,
    ebsEncryption: { enabled: true },
    ebsDefaultKey: { alias: 'alias/strongroom-ebs' },
    ...imds,
  };
  const nothingSet = {
    passwordPolicy: null,
    s3PublicAccessBlock: null,
    ebsEncryption: { [home]: false },
    imdsDefaults: { [home]: {} },
    ebsDefaultKey: { [home]: null },
  };

  it.each<[Purpose, (visit: Visit) => Promise<void>]>([
    [
      'preflight',
      async (visit) => {
        const filled = fillGaps(gaps);
        visits.instead = (call, onward) =>
          call.region === 'eu-west-1' ? jsonFault(403, 'OptInRequired', 'no') : filled(call, onward);
        const member = await memberClients(visits.clients, visit.account);
        await watch(member, west);
        await visits.accounts.preflight(visit, everyLookup('eu-west-1', home, west));
      },
    ],
    ['linkedRoles', (visit) => visits.accounts.ensureLinkedRoles(visit, Object.values(linkedServiceOf))],
    [
      'facts',
      async (visit) => {
        const member = await memberClients(visits.clients, visit.account);
        await furnish(member, home);
        await watch(member, home);
        await aDefaultKey(member, home);
        await aUser(member, home);
        await visits.accounts.collectFacts(visit, everything(home));
      },
    ],
    [
      'settings',
      async (visit) => {
        await aKey(await memberClients(visits.clients, visit.account), home, 'alias/strongroom-ebs');
        await visits.accounts.applySettings(visit, all, [home]);
        await visits.accounts.putBackSettings(visit, nothingSet);
      },
    ],
  ])('for %s allows exactly the calls that are made', async (purpose, run) => {
    const visit = visits.freshVisit();

    const calls = await visits.callsDuring(() => run(visit));

    const session = calls.findLast((call) => call.action === 'GetCallerIdentity')?.accessKeyId;
    const made = new Set(calls.filter((call) => call.accessKeyId === session).map(iamActionOf));
    const { Statement }: { Statement: readonly { Action: readonly string[] }[] } = JSON.parse(sessionPolicy(purpose));
    expect([...made].sort()).toEqual(Statement.flatMap(({ Action }) => Action).sort());
  });
});

/** Calls of the REST services have no name on the wire, only a method and a path. */
const restActions: readonly (readonly [service: string, call: RegExp, action: string])[] = [
  ['access-analyzer', /^GET \/analyzer$/, 'ListAnalyzers'],
  ['access-analyzer', /^POST \/findingv2$/, 'ListFindings'],
  ['guardduty', /^GET \/detector$/, 'ListDetectors'],
  ['guardduty', /^GET \/detector\/\w+$/, 'GetDetector'],
  ['guardduty', /^GET \/detector\/\w+\/administrator$/, 'GetAdministratorAccount'],
  ['s3', /^GET /, 'GetAccountPublicAccessBlock'],
  ['s3', /^(PUT|DELETE) /, 'PutAccountPublicAccessBlock'],
  ['securityhub', /^GET \/administrator$/, 'GetAdministratorAccount'],
  ['securityhub', /^POST \/standards\/get$/, 'GetEnabledStandards'],
  ['securityhub', /^GET \/tags\//, 'ListTagsForResource'],
];

function iamActionOf({ service, action }: Call): string {
  const named = restActions.find(([of, call]) => of === service && call.test(action))?.[2];
  return `${service}:${named ?? action}`;
}
