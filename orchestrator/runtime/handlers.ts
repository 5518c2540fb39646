/** One handler per task of the state machine. Lambda and the embedded engine call the same functions. */
import type { ExecutionInput, ReportInput, ShardInput, TokenInput } from '../domain/model/execution-input';
import { functionName, type TaskName, taskNames } from '../domain/model/state-decisions';
import { askOperator } from '../handlers/ask-operator';
import { awaitStage } from '../handlers/await-stage';
import { deployStage } from '../handlers/deploy-stage';
import { healthShard } from '../handlers/health-shard';
import { judgePreflight } from '../handlers/judge-preflight';
import { judgeStage } from '../handlers/judge-stage';
import { judgeWave } from '../handlers/judge-wave';
import { listOrganization } from '../handlers/list-organization';
import { openWave } from '../handlers/open-wave';
import { planWaves } from '../handlers/plan-waves';
import { preflightShard } from '../handlers/preflight-shard';
import { report } from '../handlers/report';
import { rollBack } from '../handlers/roll-back';
import { settingsShard } from '../handlers/settings-shard';
import type { Ports } from '../ports/ports';

/** What each task is given; the machine's definition decides it. */
interface Inputs {
  readonly PreflightShard: ShardInput;
  readonly SettingsShard: ShardInput;
  readonly HealthShard: ShardInput;
  readonly AwaitStage: TokenInput;
  readonly AskOperator: TokenInput;
  readonly Report: ReportInput;
}
type InputOf<T extends TaskName> = T extends keyof Inputs ? Inputs[T] : ExecutionInput;
type Handlers = { readonly [T in TaskName]: (input: InputOf<T>) => Promise<unknown> };

export const handlers = (ports: Ports): Handlers => ({
  ListOrganization: listOrganization(ports),
  PlanWaves: planWaves(ports),
  OpenWave: openWave(ports),
  PreflightShard: preflightShard(ports),
  JudgePreflight: judgePreflight(ports),
  DeployStage: deployStage(ports),
  AwaitStage: awaitStage(ports),
  JudgeStage: judgeStage(ports),
  SettingsShard: settingsShard(ports),
  HealthShard: healthShard(ports),
  JudgeWave: judgeWave(ports),
  AskOperator: askOperator(ports),
  RollBack: rollBack(ports),
  Report: report(ports),
});

/** By the name under which the machine invokes them. What the machine passes was made by the machine, so it is taken at its word. */
export function functionsOf(ports: Ports): Readonly<Record<string, (input: unknown) => Promise<unknown>>> {
  const byTask: Record<TaskName, (input: never) => Promise<unknown>> = handlers(ports);
  return Object.fromEntries(
    taskNames.map((task) => [functionName(task), (input: unknown) => byTask[task](input as never)]),
  );
}
