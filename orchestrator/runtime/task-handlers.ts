/** The handler of each task, under the task's name. */
export { askOperator as AskOperator } from '../handlers/ask-operator';
export { awaitStage as AwaitStage } from '../handlers/await-stage';
export { deployStage as DeployStage } from '../handlers/deploy-stage';
export { healthShard as HealthShard } from '../handlers/health-shard';
export { judgePreflight as JudgePreflight } from '../handlers/judge-preflight';
export { judgeStage as JudgeStage } from '../handlers/judge-stage';
export { judgeWave as JudgeWave } from '../handlers/judge-wave';
export { linkedRolesShard as LinkedRolesShard } from '../handlers/linked-roles-shard';
export { listOrganization as ListOrganization } from '../handlers/list-organization';
export { openWave as OpenWave } from '../handlers/open-wave';
export { park as Park } from '../handlers/park';
export { planWaves as PlanWaves } from '../handlers/plan-waves';
export { preflightShard as PreflightShard } from '../handlers/preflight-shard';
export { report as Report } from '../handlers/report';
export { rollBack as RollBack } from '../handlers/roll-back';
export { settingsShard as SettingsShard } from '../handlers/settings-shard';
