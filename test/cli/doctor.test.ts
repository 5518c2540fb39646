/** `strongroom doctor` over an organization where all is well, but for what each test breaks. */
import { errors } from '../../orchestrator/domain/errors';
import type { Surroundings } from '../../orchestrator/ports/ports';
import { simulatedSurroundings } from '../../orchestrator/simulated/surroundings';
import { rig } from './rig';

function patient(broken: Partial<Surroundings> = {}) {
  const around = { ...simulatedSurroundings, ...broken };
  return rig({ host: { withSurroundings: async (_of, ask) => ask(around) } });
}

test('a healthy installation has no problem, and doctor lists what it has seen', async () => {
  const examined = await patient().simulated('doctor');

  expect([examined.status, examined.out.at(-1)]).toEqual([0, 'no problems found']);
  expect(examined.out[0]).toContain('ok       credentials: account 000000000000');
});

test('a problem has the next step, and status 3', async () => {
  const examined = await patient({ hasRole: async () => false }).simulated('doctor', '--json');

  const findings: readonly { verdict: string }[] = JSON.parse(examined.out.join('\n'));
  expect(examined.status).toBe(3);
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([
    {
      check: 'administration role',
      verdict: 'problem',
      saw: expect.stringContaining('no role StrongroomStackSetAdministration'),
      next: expect.stringContaining('run `strongroom install`'),
    },
    // People take days to confirm.
    {
      check: 'alerts',
      verdict: 'unknown',
      saw: 'security@example.com has not confirmed the subscription',
      next: expect.stringContaining('open the link in the mail from AWS'),
    },
  ]);
});

test('what may not be asked is unknown, and no problem', async () => {
  const refused = async () => {
    throw errors.accessDenied('organizations:ListAWSServiceAccessForOrganization', 'no');
  };
  const examined = await patient({ trustedServices: refused }).simulated('doctor');

  expect([examined.status, examined.out.join('\n')]).toEqual([
    0,
    expect.stringContaining('unknown  trusted access: organizations:ListAWSServiceAccessForOrganization was denied'),
  ]);
});

test('one cause that leaves several checks without an answer is shown once, with the checks that it affects', async () => {
  const signedOut = async () => {
    throw errors.noCredentials('Could not load credentials from any providers');
  };
  const examined = await patient({
    caller: signedOut,
    clockOffByMs: signedOut,
    trustedServices: signedOut,
  }).simulated('doctor');

  const lines = examined.out.filter((line) => /credentials from any|also affects/.test(line));
  expect(lines).toEqual([
    expect.stringMatching(/^problem {2}credentials: no AWS credentials: Could not load/),
    expect.stringMatching(/^ +also affects: clock, delegation, trusted access$/),
  ]);
  expect(examined.out.at(-1)).toBe('1 problem to fix before a rollout');
});

test('an account that cannot be entered is named with its wave', async () => {
  const { simulated, world } = patient();
  const [victim] = world.organization.accountsIn('Sandbox');
  world.faults.cannotEnter = () => 'no such role';

  const examined = await simulated('doctor');

  expect(victim).toBeDefined();
  expect([examined.status, examined.out.join('\n')]).toEqual([
    3,
    expect.stringMatching(/problem {2}account \d{12} of wave sandbox: cannot assume BaselineReader/),
  ]);
});
