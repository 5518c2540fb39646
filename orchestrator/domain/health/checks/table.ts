/** All checks. A new check is one row in one of these files. */
import type { Check } from '../check';
import { alertChecks } from './alerts';
import { bootstrapChecks } from './bootstrap';
import { hardeningChecks } from './hardening';
import { operatorRoleChecks } from './operator-role';
import { recorderChecks } from './recorder';
import { roleChecks } from './roles';
import { stackChecks } from './stacks';
import { threatChecks } from './threats';
import { trailChecks } from './trail';

export const checkTable: readonly Check[] = [
  ...bootstrapChecks,
  ...roleChecks,
  ...trailChecks,
  ...recorderChecks,
  ...threatChecks,
  ...alertChecks,
  ...operatorRoleChecks,
  ...hardeningChecks,
  ...stackChecks,
];
