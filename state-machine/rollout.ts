/**
 * The story of one rollout. Read it from top to bottom: take stock, plan the waves, open one, look before touching, deploy stage
 * by stage, apply the settings, prove it, and only then open the next. Everything that goes wrong ends in Report.
 */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { TaskName } from '../orchestrator/domain/model/state-decisions';
import { askPerson, awaitEvent, deciding, fanOut, lastTask, task, waitUntilDue } from './vocabulary';

export type Functions = Readonly<Record<TaskName, IFunction>>;

export function rolloutStory(scope: Construct, functions: Functions): IChainable {
  const states = statesOf(scope, functions);
  const { listOrganization, planWaves, openWave, preflight, judgePreflight, deployStage, awaitStage, judgeStage } =
    states;
  const { applySettings, checkHealth, judgeWave, askOperator, rollBack, report } = states;
  const { awaitTurn, thaw, catchBreath, soak } = waits(states);
  const decide = deciding(scope, report);

  listOrganization.next(planWaves);
  planWaves.next(
    decide('PlanWaves', 'Anything to do?', { go: openWave, nothingToDo: report, busy: report, wait: awaitTurn }),
  );

  openWave.next(
    decide('OpenWave', 'May the wave start?', {
      go: preflight,
      verify: checkHealth,
      nextWave: openWave,
      frozen: thaw,
      ask: askOperator,
      finish: report,
    }),
  );
  preflight.next(judgePreflight);
  judgePreflight.next(
    decide('JudgePreflight', 'Can it be entered?', {
      go: deployStage,
      verify: applySettings,
      wait: catchBreath,
      frozen: thaw,
      ask: askOperator,
    }),
  );

  deployStage.next(awaitStage);
  awaitStage.next(judgeStage);
  judgeStage.next(
    decide('JudgeStage', 'How did the stage land?', {
      nextStage: deployStage,
      verify: applySettings,
      frozen: thaw,
      ask: askOperator,
      rollBack: rollBack,
    }),
  );
  applySettings.next(checkHealth);

  checkHealth.next(judgeWave);
  judgeWave.next(
    decide('JudgeWave', 'Is the wave healthy?', {
      nextWave: openWave,
      recheck: soak,
      ask: askOperator,
      rollBack: rollBack,
      finish: report,
    }),
  );

  askOperator.next(
    decide('AskOperator', 'What does the operator say?', {
      approve: openWave,
      retry: openWave,
      rollBack: rollBack,
      reject: report,
    }),
  );
  rollBack.next(decide('RollBack', 'Is there a way back?', { go: deployStage, verify: applySettings, finish: report }));

  return listOrganization;
}

/** Every wait leads back to where somebody looks again. */
function waits(states: ReturnType<typeof statesOf>) {
  // The organization may have changed by then, so it is listed anew.
  states.awaitTurn.next(states.listOrganization);
  states.thaw.next(states.openWave);
  states.catchBreath.next(states.preflight);
  states.soak.next(states.checkHealth);
  return states;
}

function statesOf(scope: Construct, functions: Functions) {
  const report = lastTask(scope, functions.Report, 'Report').next(new Succeed(scope, 'Finished'));
  const make = { scope, functions, onCrash: report };
  return {
    listOrganization: task(make, 'ListOrganization'),
    planWaves: task(make, 'PlanWaves'),
    awaitTurn: waitUntilDue(scope, 'WaitForLease'),
    openWave: task(make, 'OpenWave'),
    preflight: fanOut(make, 'Preflight', 'PreflightShard'),
    judgePreflight: task(make, 'JudgePreflight'),
    thaw: waitUntilDue(scope, 'WaitForFreezeEnd'),
    catchBreath: waitUntilDue(scope, 'WaitForAccounts'),
    deployStage: task(make, 'DeployStage'),
    awaitStage: awaitEvent(make, 'AwaitStage', { backstopMinutes: 15 }),
    judgeStage: task(make, 'JudgeStage'),
    applySettings: fanOut(make, 'ApplySettings', 'SettingsShard'),
    checkHealth: fanOut(make, 'CheckHealth', 'HealthShard'),
    judgeWave: task(make, 'JudgeWave'),
    soak: waitUntilDue(scope, 'Soak'),
    askOperator: askPerson(make, 'AskOperator'),
    rollBack: task(make, 'RollBack'),
    report,
  };
}
