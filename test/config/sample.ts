import { formatProblem, parseConfig } from '../../orchestrator/config/parse';

/** Like `4:13 waves[0].name: must be …`, in order. */
export const problemsOf = (text: string): readonly string[] => {
  const parsed = parseConfig(text, 'strongroom.yaml');
  return parsed.ok ? [] : parsed.problems.map((problem) => formatProblem('', problem).slice(1));
};

/** A config that says as little as it may. */
export const smallest = `regions: { home: us-east-1, governed: [us-east-1] }
modules: { account-hardening: { enabled: true } }
waves:
  - { name: sandbox, ous: [Sandbox] }
`;

/** The same with other waves; they begin on line 4. */
export const withWaves = (...waves: readonly string[]): string =>
  [...smallest.split('\n').slice(0, 3), ...waves.map((wave) => `  - ${wave}`), ''].join('\n');

/** The same with something more at its end, on line 5. */
export const and = (more: string): string => `${smallest}${more}\n`;

export const withModules = (modules: string): string =>
  [
    smallest.replace('account-hardening: { enabled: true }', modules),
    // Only alerts ask for it.
    ...(modules.includes('alerts: { enabled: true')
      ? ['installation: { security: { account: "333344445555" } }\n']
      : []),
  ].join('');

export const withRegions = (regions: string): string =>
  smallest.replace('home: us-east-1, governed: [us-east-1]', regions);

/** The config of the documentation: everything is said. */
export const full = `installation:
  ciRole: BaselineCi                 # in every account, made by the bootstrap
  externalId: strongroom
  security: { account: "333344445555" }   # receives the alerts of all accounts
regions: { home: us-east-1, governed: [us-east-1, us-west-2] }
modules:
  account-hardening: { enabled: true }
  audit-logging:     { enabled: true, managedBy: strongroom, logArchiveBucket: acme-log-archive }
  aws-config:        { enabled: true, managedBy: strongroom }
  threat-detection:  { enabled: true, managedBy: strongroom, standards: [] }
  alerts:            { enabled: true, email: security@example.com }
  operator-role:     { enabled: true, mfaMaxAgeSeconds: 3600 }
waves:                               # in order; an account belongs to the first wave that selects it
  - { name: canary,  ous: [PolicyStaging], soakMinutes: 120 }
  - { name: sandbox, ous: [Sandbox], maxConcurrent: 10%, failureTolerance: 0, slowStart: true, soakMinutes: 1440 }
  - { name: dev,     ous: [Workloads/Dev], maxConcurrent: 25%, failureTolerance: 5%, soakMinutes: 1440 }
  - { name: prod-canary, ous: [Workloads/Production], percent: 10, approval: manual }
  - { name: prod,    ous: [Workloads/Production], maxConcurrent: 10%, approval: manual }
exclude: { ous: [Suspended], accounts: [] }
exceptions:
  - { account: "444455556666", reason: acquisition in progress, owner: jo@example.com, expires: 2027-01-31 }
onFailure: hold                      # or rollBack
`;
