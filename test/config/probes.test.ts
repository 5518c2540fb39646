/** What a config may say of probes: who is proved, and by whose help. */
import { parseConfig } from '../../orchestrator/config/parse';
import { and, problemsOf, smallest, withWaves } from './sample';

const parsed = (text: string) => {
  const config = parseConfig(text, 'strongroom.yaml');
  if (!config.ok) throw new Error(config.problems.map(({ message }) => message).join('\n'));
  return config;
};
const withOperator = (text: string): string =>
  `${text.replace('account-hardening: { enabled: true }', 'operator-role: { enabled: true }')}installation: { operatorRole: Ops }\n`;

test('nobody is proved who did not ask for it', () => {
  expect(parsed(smallest).desiredState).toMatchObject({ waves: [{ probe: false }], probes: {} });
});

test('a wave opts in, and a role helps to prove that MFA is asked for', () => {
  const text = `${withOperator(withWaves('{ name: dev, ous: [Dev], probe: true }'))}probes: { operatorProbe: Probe }\n`;

  expect(parsed(text)).toMatchObject({
    desiredState: { waves: [{ probe: true }], probes: { operatorProbe: 'Probe' } },
    warnings: [],
  });
});

test.each<[string, string, string]>([
  ['the operator role', 'Ops', 'must be a separate role, not the operator role "Ops"'],
  ['the CI role', 'BaselineCi', 'must be a separate role, not the CI role "BaselineCi"'],
  ['an ARN', 'arn:aws:iam::111122223333:role/Probe', 'must be a role name: 1 to 64 letters, digits or any of +=,.@_-'],
])('%s cannot be the probe', (_what, probe, message) => {
  const [problem] = problemsOf(withOperator(and(`probes: { operatorProbe: "${probe}" }`)));

  expect(problem).toContain(`probes.operatorProbe: ${message}`);
});

test.each<[string, string, string]>([
  [
    'a wave is proved and there is no probe',
    withOperator(withWaves('{ name: dev, ous: [Dev], probe: true }')),
    'strongroom.yaml:4:3 waves: have probes, but without probes.operatorProbe the MFA of the operator role is not probed',
  ],
  [
    'there is a probe and no wave is proved',
    withOperator(and('probes: { operatorProbe: Probe }')),
    'strongroom.yaml:5:9 probes: are configured, but no wave has "probe: true"',
  ],
])('it is doubted when %s', (_what, text, warning) => {
  expect(parsed(text).warnings).toEqual([warning]);
});
