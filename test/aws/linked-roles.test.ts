/** Service-linked roles over moto: made where they are not, left where they are. */
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { linkedServiceOf } from '../../orchestrator/domain/policies/linked-roles';
import type { Intercept } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps } from '../emulator/moto-gaps';
import { startVisits, type Visits } from '../emulator/moto-visits';

const services = Object.values(linkedServiceOf);

let visits: Visits;
const filled = fillGaps();
let instead: Intercept = () => undefined;
beforeAll(async () => {
  visits = await startVisits((call, onward) => instead(call, onward) ?? filled(call, onward));
});
afterAll(() => visits.stop());
beforeEach(() => {
  instead = () => undefined;
});

const pathsIn = async (account: AccountId): Promise<readonly (string | undefined)[]> => {
  const iam = (await memberClients(visits.clients, account)).in(IAMClient, motoRegion);
  const { Roles: found = [] } = await iam.send(new ListRolesCommand({ PathPrefix: '/aws-service-role/' }));
  return found.map(({ Path: path }) => path);
};
const refused = (name: string, why: string) => ({
  status: 400,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>${why}</Message></Error></ErrorResponse>`,
});

test('each is made at the path of its service', async () => {
  const visit = visits.freshVisit();

  await visits.accounts.ensureLinkedRoles(visit, services);

  expect([...(await pathsIn(visit.account))].sort()).toEqual(
    services.map((service) => `/aws-service-role/${service}/`).sort(),
  );
});

test('one that is there is not made again', async () => {
  const visit = visits.freshVisit();
  await visits.accounts.ensureLinkedRoles(visit, services);

  const calls = await visits.callsDuring(() => visits.accounts.ensureLinkedRoles(visit, services));

  expect(calls.map(({ action }) => action)).toEqual(['ListRoles', 'ListRoles']);
});

test('one that somebody made in between is as good as ours', async () => {
  instead = async (call, onward) => {
    const answer = await onward();
    return call.action === 'CreateServiceLinkedRole'
      ? refused('InvalidInput', 'has been taken in this account')
      : answer;
  };

  await expect(visits.accounts.ensureLinkedRoles(visits.freshVisit(), services)).resolves.toBeUndefined();
});

test('one that may not be made is an error that names it', async () => {
  instead = (call) => (call.action === 'CreateServiceLinkedRole' ? refused('InvalidInput', 'no') : undefined);

  await expect(visits.accounts.ensureLinkedRoles(visits.freshVisit(), services)).rejects.toMatchObject({
    code: 'RefusedInAccount',
    message: expect.stringContaining('iam:CreateServiceLinkedRole of config.amazonaws.com'),
  });
});
