/** Facts about who may act in an account: its roles. */
import { parseRegion } from '../../orchestrator/domain/brand';
import type { Answer, Call, Intercept } from '../emulator/gateway';
import { motoRegion, motoStartsWithinMs } from '../emulator/moto';
import { fillGaps, xml } from '../emulator/moto-gaps';
import { everything, startVisits, type Visits } from '../emulator/moto-visits';

const home = parseRegion(motoRegion);

let visits: Visits;
let instead: Intercept = fillGaps();

beforeAll(async () => {
  visits = await startVisits((call, onward) => instead(call, onward));
}, motoStartsWithinMs);
afterAll(() => visits.stop());
beforeEach(() => {
  instead = fillGaps();
});

const answering = (answers: Readonly<Record<string, (call: Call) => Answer>>): void => {
  const filled = fillGaps();
  instead = (call, onward) => answers[call.action]?.(call) ?? filled(call, onward);
};
/** Only what concerns the account as a whole. */
const ofAccount = { ...everything(home), regions: [] };
const collect = () => visits.accounts.collectFacts(visits.freshVisit(), ofAccount);

describe('the roles of an account', () => {
  const trust = { Version: '2012-10-17', Statement: [] };
  const page = (name: string, path: string, next?: string): Answer => {
    const document = encodeURIComponent(JSON.stringify(trust));
    const role = `<RoleName>${name}</RoleName><Path>${path}</Path><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument>`;
    const more = next === undefined ? '' : `<IsTruncated>true</IsTruncated><Marker>${next}</Marker>`;
    return xml('ListRoles', `<ListRolesResult><Roles><member>${role}</member></Roles>${more}</ListRolesResult>`);
  };

  it('are named with path and trust, over as many pages as there are', async () => {
    answering({
      ListRoles: ({ body }) =>
        body.includes('Marker=second') ? page('Deploy', '/ci/') : page('Config', '/aws-service-role/x/', 'second'),
    });

    const { roles } = await collect();

    expect(roles).toEqual({
      kind: 'read',
      value: [
        { name: 'Config', path: '/aws-service-role/x/', trust },
        { name: 'Deploy', path: '/ci/', trust },
      ],
    });
  });

  it('are not known where there are more than an account can have', async () => {
    answering({ ListRoles: () => page('Deploy', '/', 'again') });

    const { roles } = await collect();

    expect(roles).toEqual({ kind: 'unreadable', why: expect.stringMatching(/iam:ListRoles.* 10 pages/) });
  });

  it('are not known where the trust of one cannot be read', async () => {
    answering({
      ListRoles: () => {
        const answer = page('Deploy', '/');
        return { ...answer, body: answer.body.replace(/<AssumeRolePolicyDocument>.*<\/AssumeRolePolicyDocument>/, '') };
      },
    });

    const { roles } = await collect();

    expect(roles.kind).toBe('unreadable');
  });
});
