import { administrationRoleNamed } from '../../orchestrator/aws/administration-role';

const answering = (...answers: readonly (string | Error)[]) => {
  const left = [...answers];
  const send = jest.fn(async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return { Account: next };
  });
  return { send, sts: { send } };
};

test.each([
  ['eu-central-1', 'arn:aws:iam::222222222222:role/Ours'],
  ['cn-north-1', 'arn:aws-cn:iam::222222222222:role/Ours'],
])('in %s, it is %s: in the account of the caller, which is asked for once', async (home, arn) => {
  const { send, sts } = answering('222222222222');
  const role = administrationRoleNamed('Ours', sts, home);

  expect(await role()).toBe(arn);
  expect(await role()).toBe(arn);
  expect(send).toHaveBeenCalledTimes(1);
});

test('after a failure the account is asked for again', async () => {
  const { sts } = answering(Object.assign(new Error('slow down'), { name: 'Throttling' }), '222222222222');
  const role = administrationRoleNamed('Ours', sts, 'eu-central-1');

  await expect(role()).rejects.toMatchObject({ code: 'Throttled' });
  expect(await role()).toBe('arn:aws:iam::222222222222:role/Ours');
});
