/** Facts about who may act in an account: its roles, and the keys of its users. */
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { Answer, Call } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps, xml } from '../emulator/moto-gaps';
import { everything, useVisits } from '../emulator/moto-visits';
import { aUser } from './furnish';

const home = parseRegion(motoRegion);

const visits = useVisits();

const answering = (answers: Readonly<Record<string, (call: Call) => Answer>>): void => {
  const filled = fillGaps();
  visits.instead = (call, onward) => answers[call.action]?.(call) ?? filled(call, onward);
};
/** Only what concerns the account as a whole. */
const ofAccount = { ...everything(home), regions: [] };
const collect = (visit = visits.freshVisit()) => visits.accounts.collectFacts(visit, ofAccount);

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

describe('the keys of users', () => {
  const columns = 'user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active';
  const row = (user: string, ...keys: readonly [string, string]) =>
    `${user},${user.replace(/\w/, 'arn:aws:iam::111122223333:user/$&')},${keys[0]},N/A,${keys[1]}`;
  const reporting = (...lines: readonly string[]): void =>
    answering({
      GenerateCredentialReport: () => report('Generate', '<State>COMPLETE</State>'),
      GetCredentialReport: () =>
        report('Get', `<Content>${Buffer.from(lines.join('\n')).toString('base64')}</Content>`),
    });
  const report = (verb: string, body: string): Answer =>
    xml(`${verb}CredentialReport`, `<${verb}CredentialReportResult>${body}</${verb}CredentialReportResult>`);
  const visitToUsers = async () => {
    const visit = visits.freshVisit();
    await aUser(await memberClients(visits.clients, visit.account), home);
    return visit;
  };

  it('are nobody asked for in an account without users', async () => {
    const visit = visits.freshVisit();

    const calls = await visits.callsDuring(() => collect(visit));

    expect((await collect(visit)).userKeys).toEqual({ kind: 'read', value: [] });
    expect(calls.filter(({ action }) => action.includes('CredentialReport'))).toEqual([]);
  });

  it('are counted by the report', async () => {
    reporting(
      columns,
      row('<root_account>', 'not_supported', 'false'),
      row('jo', 'true', 'true'),
      row('"ann,bob"', 'false', 'true'),
      row('eve', 'false', 'false'),
      '',
    );

    const { userKeys } = await collect(await visitToUsers());

    expect(userKeys).toEqual({
      kind: 'read',
      value: [
        { user: 'jo', activeKeys: 2 },
        { user: 'ann,bob', activeKeys: 1 },
        { user: 'eve', activeKeys: 0 },
      ],
    });
  });

  it.each([
    ['has a cell too many', [columns, row('ann,bob', 'false', 'false')], /access_key_1_active of ann/],
    ['says of a key what nobody knows', [columns, row('jo', 'false', 'N/A')], /access_key_2_active of jo/],
    ['has a cell more at the end', [columns, `${row('jo', 'false', 'false')},more`], /access_key_1_active of jo/],
    ['lacks a column', ['user,arn,access_key_1_active', 'jo,arn,false'], /access_key_2_active/],
    ['is empty', [], /without user/],
  ])('are not known where the report %s', async (_what, lines, why) => {
    reporting(...lines);

    const { userKeys, root } = await collect(await visitToUsers());

    expect(userKeys).toEqual({ kind: 'unreadable', why: expect.stringMatching(why) });
    expect(root.kind).toBe('read');
  });

  it.each(['STARTED', 'INPROGRESS'])('are not known while the report is %s, and it is not fetched', async (state) => {
    const visit = await visitToUsers();
    answering({ GenerateCredentialReport: () => report('Generate', `<State>${state}</State>`) });

    const calls = await visits.callsDuring(() => collect(visit));

    expect((await collect(visit)).userKeys).toEqual({
      kind: 'unreadable',
      why: expect.stringMatching(/without a finished report; the next visit reads it/),
    });
    expect(calls.filter(({ action }) => action === 'GetCredentialReport')).toEqual([]);
  });

  it('are not known where IAM does not say whether there are users', async () => {
    answering({
      GetAccountSummary: () =>
        xml('GetAccountSummary', '<GetAccountSummaryResult><SummaryMap/></GetAccountSummaryResult>'),
    });

    const { userKeys } = await collect();

    expect(userKeys).toEqual({ kind: 'unreadable', why: expect.stringMatching(/without Users/) });
  });

  it('of moto are those that were made there', async () => {
    const { userKeys } = await collect(await visitToUsers());

    expect(userKeys).toEqual({ kind: 'read', value: [{ user: 'jo', activeKeys: 1 }] });
  });
});
