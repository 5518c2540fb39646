/**
 * What each state of the machine may decide. The domain decides in these terms, and the branches of the machine are typed from them:
 * a decision without a branch does not compile, and neither does a branch without a decision.
 */
export const decisions = {
  ListOrganization: ['go'],
  PlanWaves: ['go', 'nothingToDo', 'busy', 'wait'],
  OpenWave: ['go', 'verify', 'resume', 'nextWave', 'frozen', 'ask', 'finish'],
  // Nothing has been deployed yet, so there is nothing to roll back.
  JudgePreflight: ['go', 'verify', 'wait', 'frozen', 'ask'],
  DeployStage: ['go'],
  JudgeStage: ['nextStage', 'verify', 'frozen', 'ask', 'rollBack'],
  JudgeWave: ['nextWave', 'finish', 'recheck', 'wait', 'ask', 'rollBack'],
  AskOperator: ['approve', 'retry', 'rollBack', 'reject'],
  Park: ['ask'],
  RollBack: ['go', 'verify', 'finish'],
} as const;

export type DecidingState = keyof typeof decisions;
export type DecisionOf<State extends DecidingState> = (typeof decisions)[State][number];
export type Decision = DecisionOf<DecidingState>;
