/** The modules of the baseline, and the names that the config switches them with. */
export const moduleIds = [
  'account-hardening',
  'audit-logging',
  'aws-config',
  'threat-detection',
  'access-analyzer',
  'alerts',
  'operator-role',
  'kms-default',
] as const;
export type ModuleId = (typeof moduleIds)[number];

/** What the config names. The analyzer is switched with threat detection, and has stacks of its own: they stand where somebody else runs GuardDuty. */
export type Toggle = Exclude<ModuleId, 'access-analyzer'>;
export const toggleOf = (id: ModuleId): Toggle => (id === 'access-analyzer' ? 'threat-detection' : id);
export const toggles: readonly Toggle[] = [...new Set(moduleIds.map(toggleOf))];
