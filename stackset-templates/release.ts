/** Makes a release: what the platform team wants, the catalog's rows and the built templates, sealed by their hash. */
import { createHash } from 'node:crypto';
import { errors } from '../orchestrator/domain/errors';
import { installationOf } from '../orchestrator/domain/installation/installation';
import type { TemplateHash } from '../orchestrator/domain/model/brand';
import { alertBusOf, type Catalog, carveOutsOf, catalog } from '../orchestrator/domain/model/catalog';
import type { DesiredState } from '../orchestrator/domain/model/desired-state';
import {
  enabledModules,
  isOrganizations,
  type ModuleId,
  regionsOf,
  settingsOf,
} from '../orchestrator/domain/model/module';
import { type Release, type ReleaseContent, sealRelease } from '../orchestrator/domain/model/release';
import type { DesiredSettings } from '../orchestrator/domain/model/settings';

export type TemplateHashes = Readonly<Partial<Record<ModuleId, { readonly hash: TemplateHash }>>>;

/** @param of the modules that exist; only tests have others than ours. */
export const buildRelease = (desiredState: DesiredState, templates: TemplateHashes, of: Catalog = catalog): Release =>
  sealRelease(releaseContent(desiredState, templates, of), (text) => createHash('sha256').update(text).digest('hex'));

/** The order in which the config names modules and regions means nothing, so it must not make another release. */
export function releaseContent(
  asWritten: DesiredState,
  templates: TemplateHashes,
  of: Catalog = catalog,
): ReleaseContent {
  const { home } = asWritten.regions;
  const governed = [...new Set(asWritten.regions.governed)].sort();
  const desiredState = { ...asWritten, regions: { home, governed } };
  const enabled = enabledModules(desiredState, of);

  const modules: ReleaseContent['modules'][number][] = [];
  let settings: DesiredSettings = {};
  for (const id of enabled) {
    const row = of[id];
    settings = { ...settings, ...settingsOf(row, desiredState) };
    if (!isOrganizations(id, desiredState, of) && (row.isDeployed?.(desiredState) ?? true)) {
      const template = templates[id]?.hash;
      if (template === undefined)
        throw errors.invalidInput(`the build has no template for module ${id}`, 'build again with `npm run build`');
      modules.push({
        module: id,
        template,
        parameters: row.parameters?.(desiredState) ?? {},
        regions: regionsOf(row, desiredState),
        needs: row.needs ?? [],
      });
    }
  }
  return {
    modules,
    settings,
    regions: { home, governed },
    expectations: expectationsOf(
      desiredState,
      enabled,
      enabled.filter((id) => isOrganizations(id, desiredState, of)),
      modules,
    ),
  };
}

function expectationsOf(
  desiredState: DesiredState,
  enabled: readonly ModuleId[],
  organizationManaged: readonly ModuleId[],
  modules: ReleaseContent['modules'],
): Release['expectations'] {
  const { installation, modules: choices } = desiredState;
  const isArchived = modules.some(({ module }) => module === 'audit-logging' || module === 'aws-config');
  return {
    enabled,
    organizationManaged,
    operatorRoleName: installation.operatorRole,
    mfaMaxAgeSeconds: choices['operator-role'].mfaMaxAgeSeconds,
    regionDenyCarveOuts: carveOutsOf(choices['operator-role']),
    ciRole: installation.ciRole,
    readerRole: installation.readerRole,
    entry: installationOf(desiredState).entry,
    alertBus: choices.alerts.enabled ? alertBusOf(desiredState) : undefined,
    logArchiveBucket: isArchived ? choices['audit-logging'].logArchiveBucket : undefined,
    standards: choices['threat-detection'].standards.toSorted(),
    snapshotBlockPublicAccess: choices['account-hardening'].snapshotBlockPublicAccess,
    alertRegions: modules.find(({ module }) => module === 'alerts')?.regions ?? [],
  };
}
