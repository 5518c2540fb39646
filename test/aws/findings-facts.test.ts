/** What of an account is open to the outside, by the active findings of its analyzer; moto has none, so the gateway answers. */

import type { AccountFacts, FactsWanted } from '../../orchestrator/domain/health/fact-sources';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { Answer, Call } from '../emulator/gateway';
import { motoRegion } from '../emulator/moto';
import { fillGaps } from '../emulator/moto-gaps';
import { everything, useVisits } from '../emulator/moto-visits';

const home = parseRegion(motoRegion);
const visits = useVisits();

const analyzer = (name: string, type: string, status: string) => ({
  arn: `arn:aws:access-analyzer:${home}:111122223333:analyzer/${name}`,
  name,
  type,
  status,
});
const active = analyzer('ours', 'ACCOUNT', 'ACTIVE');
const finding = (resource: string) => ({ id: `id of ${resource}`, resource, status: 'ACTIVE' });
const page = (resources: readonly string[], nextToken?: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ findings: resources.map(finding), nextToken }),
});

/** Of one visit, what it read and what it asked for findings. */
async function visited(analyzers: readonly object[], answer: (asked: Asked) => Answer = () => page([])) {
  const filled = fillGaps({ analyzers });
  const asked: Asked[] = [];
  visits.instead = (call: Call, onward) => {
    if (call.action !== 'POST /findingv2') return filled(call, onward);
    const body: Asked = JSON.parse(call.body);
    asked.push(body);
    return answer(body);
  };
  const visit = visits.freshVisit();
  const facts: AccountFacts = await visits.accounts.collectFacts(visit, wanted);
  return { account: visit.account, found: facts.regions[home]?.accessFindings, asked };
}
interface Asked {
  readonly analyzerArn: string;
  readonly filter: object;
  readonly nextToken?: string;
}
const wanted: FactsWanted = {
  ...everything(),
  regions: [{ region: home, facts: ['detector', 'hub', 'analyzers', 'accessFindings'] }],
};

test('the active findings of this account are asked for, and each resource is named once', async () => {
  const { account, found, asked } = await visited([active], () => page(['arn:a', 'arn:b', 'arn:a']));

  expect(found).toEqual({ kind: 'read', value: { resources: ['arn:a', 'arn:b'], complete: true } });
  expect(asked).toEqual([
    expect.objectContaining({
      analyzerArn: active.arn,
      filter: { status: { eq: ['ACTIVE'] }, resourceOwnerAccount: { eq: [account] } },
    }),
  ]);
});

test('pages are read one after another', async () => {
  const { found } = await visited([active], ({ nextToken }) =>
    nextToken === undefined ? page(['arn:a'], 'more') : page(['arn:b']),
  );

  expect(found).toEqual({ kind: 'read', value: { resources: ['arn:a', 'arn:b'], complete: true } });
});

test('after three pages it is said that there are more', async () => {
  const { found, asked } = await visited([active], ({ nextToken = '0' }) =>
    page([`arn:${nextToken}`], String(Number(nextToken) + 1)),
  );

  expect(found).toEqual({ kind: 'read', value: { resources: ['arn:0', 'arn:1', 'arn:2'], complete: false } });
  expect(asked.length).toBe(3);
});

test('three pages that are all are complete', async () => {
  const { found } = await visited([active], ({ nextToken = '0' }) =>
    page([`arn:${nextToken}`], nextToken === '2' ? undefined : String(Number(nextToken) + 1)),
  );

  expect(found).toMatchObject({ kind: 'read', value: { complete: true } });
});

test('an analyzer at work is asked, not the one that is off or looks for something else', async () => {
  const { asked } = await visited([
    analyzer('unused', 'ACCOUNT_UNUSED_ACCESS', 'ACTIVE'),
    analyzer('off', 'ACCOUNT', 'DISABLED'),
    analyzer('organization', 'ORGANIZATION', 'ACTIVE'),
  ]);

  expect(asked.map(({ analyzerArn }) => analyzerArn)).toEqual([expect.stringMatching(/\/organization$/)]);
});

test.each(['CREATING', 'DISABLED', 'FAILED'])(
  'an analyzer that is %s is not asked, and nothing is known',
  async (status) => {
    const { found, asked } = await visited([analyzer('ours', 'ACCOUNT', status)]);

    expect(found).toEqual({ kind: 'unreadable', why: expect.stringMatching(/without an analyzer that is ACTIVE/) });
    expect(asked).toEqual([]);
  },
);

test('without an analyzer there are no findings to speak of', async () => {
  const { found, asked } = await visited([analyzer('unused', 'ACCOUNT_UNUSED_ACCESS', 'ACTIVE')]);

  expect(found).toEqual({ kind: 'absent' });
  expect(asked).toEqual([]);
});
