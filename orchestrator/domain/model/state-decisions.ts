/**
 * The decisions that each state of the machine can make. The machine's branches are typed from them, so a decision without a branch, or a
 * branch without a decision, does not compile.
 */
export const decisions = {
  ListOrganization: ['go'],
  PlanWaves: ['go', 'nothingToDo', 'busy', 'wait'],
  OpenWave: ['go', 'verify', 'nextWave', 'frozen', 'ask', 'finish'],
  // Nothing was deployed yet, so there is nothing to roll back.
  JudgePreflight: ['go', 'verify', 'wait', 'frozen', 'ask'],
  DeployStage: ['go'],
  JudgeStage: ['nextStage', 'verify', 'frozen', 'ask', 'rollBack'],
  JudgeWave: ['nextWave', 'finish', 'recheck', 'ask', 'rollBack'],
  AskOperator: ['approve', 'retry', 'rollBack', 'reject'],
  RollBack: ['go', 'verify', 'finish'],
} as const;

export type DecidingState = keyof typeof decisions;
export type DecisionOf<State extends DecidingState> = (typeof decisions)[State][number];
export type Word = DecisionOf<DecidingState>;

/** Every task of the machine, and so every handler there is. */
export const taskNames = [
  'ListOrganization',
  'PlanWaves',
  'OpenWave',
  'PreflightShard',
  'JudgePreflight',
  'DeployStage',
  'AwaitStage',
  'JudgeStage',
  'SettingsShard',
  'HealthShard',
  'JudgeWave',
  'AskOperator',
  'RollBack',
  'Report',
] as const;
export type TaskName = (typeof taskNames)[number];

/** The function that a task invokes, behind Lambda or the embedded engine. */
export const functionName = (task: TaskName): string => `strongroom-${task}`;
