/** The five stacks that `npm run synth` synthesizes and `npm run deploy` deploys, for three accounts that their parameters name. */
import { join } from 'node:path';
import { type App, Tags } from 'aws-cdk-lib';
import { ControlTowerStack } from './control-tower-stack';
import { DashboardStack } from './dashboard-stack';
import { LogArchiveStack } from './log-archive-stack';
import { ManagementStack } from './management-stack';
import { OrchestratorStack } from './orchestrator-stack';

/** @param dist the folder that contains the build. */
export function addStacks(app: App, dist: string): void {
  const { granted } = new OrchestratorStack(app, 'StrongroomOrchestrator', join(dist, 'functions'));
  new DashboardStack(app, 'StrongroomDashboard', granted, {
    bundles: join(dist, 'functions'),
    page: join(dist, 'dashboard'),
  });
  new ManagementStack(app, 'StrongroomManagement', join(dist, 'bootstrap'));
  new ControlTowerStack(app, 'StrongroomControlTower');
  new LogArchiveStack(app, 'StrongroomLogArchive');
  Tags.of(app).add('application', 'strongroom');
}
