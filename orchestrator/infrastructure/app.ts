/** The six stacks that `npm run synth` synthesizes and `strongroom install` deploys, for four accounts that their parameters name. */
import { join } from 'node:path';
import { type App, DefaultStackSynthesizer, type IStackSynthesizer, Tags } from 'aws-cdk-lib';
import { ControlTowerStack } from './control-tower-stack';
import { DashboardStack } from './dashboard-stack';
import { LogArchiveStack } from './log-archive-stack';
import { ManagementStack } from './management-stack';
import { OrchestratorStack } from './orchestrator-stack';
import { SecurityStack } from './security-stack';
import { TemplateOnlySynthesizer } from './template-only';

/**
 * A synthesizer of its own for each stack: one that several stacks share lists the assets of all of them in each manifest. (The casts are
 * for getters that the classes type more loosely than their interface under exactOptionalPropertyTypes.)
 */
const withAssets = () => ({
  // The CDK CLI checks the bootstrap version itself; a rule in the template would need a parameter.
  synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
});

const withoutAssets = () => ({
  synthesizer: new TemplateOnlySynthesizer() as IStackSynthesizer,
  suppressTemplateIndentation: true,
});

/** @param dist the folder that contains the build. */
export function addStacks(app: App, dist: string): void {
  const bundles = join(dist, 'functions');
  const { granted } = new OrchestratorStack(app, 'StrongroomOrchestrator', { ...withAssets(), bundles });
  new DashboardStack(app, 'StrongroomDashboard', granted, { ...withAssets(), bundles, page: join(dist, 'dashboard') });
  new ManagementStack(app, 'StrongroomManagement', { ...withoutAssets(), bootstrap: join(dist, 'bootstrap') });
  new ControlTowerStack(app, 'StrongroomControlTower', withoutAssets());
  new SecurityStack(app, 'StrongroomSecurity', { ...withoutAssets(), bundle: join(bundles, 'alerts.js') });
  new LogArchiveStack(app, 'StrongroomLogArchive', withoutAssets());
  Tags.of(app).add('application', 'strongroom');
}
