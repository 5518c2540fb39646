/** What `doctor` reads of the account that has the StackSets. */
import type { Clients } from '../../orchestrator/aws/clients';
import { createSurroundings } from '../../orchestrator/aws/surroundings';
import { parseRegion } from '../../orchestrator/domain/model/brand';

/** Clients that give this answer, and the regions and inputs that they were asked with. */
function answering(answer: unknown) {
  const asked: unknown[] = [];
  const send = (region: string) => async (command: { readonly input: unknown }) => {
    asked.push([region, command.input]);
    return answer;
  };
  const clients = { in: (_client: unknown, region: string) => ({ send: send(region) }) } as unknown;
  return { around: (home: string) => createSurroundings(clients as Clients, home), asked };
}

const [frankfurt, milan, capeTown] = ['eu-central-1', 'eu-south-1', 'af-south-1'].map((name) => parseRegion(name));

test('a governed region that the account has not enabled is closed', async () => {
  const { around, asked } = answering({
    Regions: [
      { RegionName: 'eu-central-1', OptInStatus: 'opt-in-not-required' },
      { RegionName: 'eu-south-1', OptInStatus: 'not-opted-in' },
      { RegionName: 'af-south-1', OptInStatus: 'opted-in' },
      { RegionName: 'me-south-1', OptInStatus: 'not-opted-in' },
    ],
  });
  const governed = [frankfurt, milan, capeTown].flatMap((region) => region ?? []);

  expect(await around('eu-central-1').closedRegions(governed)).toEqual(['eu-south-1']);
  expect(asked).toEqual([['eu-central-1', { AllRegions: true }]]);
});

test.each([
  ['a trail of the organization', [{ IsOrganizationTrail: false }, { IsOrganizationTrail: true }], true],
  ['trails of this account only', [{ IsOrganizationTrail: false }], false],
  ['no trail', undefined, false],
])('with %s, the trail is looked for where Organizations sends its events', async (_what, trailList, isSeen) => {
  const { around, asked } = answering({ trailList });

  expect(await around('us-gov-east-1').organizationTrail()).toBe(isSeen);
  expect(asked).toEqual([['us-gov-west-1', {}]]);
});
