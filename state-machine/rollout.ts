/**
 * The story of one rollout. Read it from top to bottom: take stock, plan the waves, open one, look before touching, deploy stage
 * by stage, apply the settings, prove it, and only then open the next. Everything that goes wrong ends in Report.
 */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { TaskName } from '../orchestrator/domain/words';
import { askPerson, awaitEvent, decide, fanOut, lastTask, task, waitUntilDue } from './vocabulary';

export type Functions = Readonly<Record<TaskName, IFunction>>;

export function rolloutStory(scope: Construct, functions: Functions): IChainable {
  const finished = new Succeed(scope, 'Finished');
  const report = lastTask(scope, functions.Report, 'Report').next(finished);
  const make = { scope, functions, onCrash: report };

  const takeStock = task(make, 'TakeStock');
  const planWaves = task(make, 'PlanWaves');
  const openWave = task(make, 'OpenWave');
  const preflight = fanOut(make, 'Preflight', 'PreflightShard');
  const judgePreflight = task(make, 'JudgePreflight');
  const deployStage = task(make, 'DeployStage');
  const awaitStage = awaitEvent(make, 'AwaitStage', { backstopMinutes: 15 });
  const judgeStage = task(make, 'JudgeStage');
  const applySettings = fanOut(make, 'ApplySettings', 'SettingsShard');
  const checkHealth = fanOut(make, 'CheckHealth', 'HealthShard');
  const judgeWave = task(make, 'JudgeWave');
  const soak = waitUntilDue(scope, 'Soak');
  const askOperator = askPerson(make, 'AskOperator', { patienceDays: 14 });
  const rollBack = task(make, 'RollBack');

  takeStock.next(planWaves);
  planWaves.next(
    decide(make, 'PlanWaves', 'Is there anything to do?', { go: openWave, nothingToDo: report, busy: report }),
  );

  openWave.next(
    decide(make, 'OpenWave', 'May the wave start?', {
      go: preflight,
      verify: checkHealth,
      nextWave: openWave,
      ask: askOperator,
      finish: report,
    }),
  );
  preflight.next(judgePreflight);
  judgePreflight.next(
    decide(make, 'JudgePreflight', 'Can its accounts be entered?', {
      go: deployStage,
      verify: applySettings,
      ask: askOperator,
    }),
  );

  deployStage.next(awaitStage);
  awaitStage.next(judgeStage);
  judgeStage.next(
    decide(make, 'JudgeStage', 'How did the stage land?', {
      nextStage: deployStage,
      verify: applySettings,
      ask: askOperator,
      turnBack: rollBack,
    }),
  );
  applySettings.next(checkHealth);

  checkHealth.next(judgeWave);
  soak.next(checkHealth);
  judgeWave.next(
    decide(make, 'JudgeWave', 'Is the wave healthy?', {
      nextWave: openWave,
      recheck: soak,
      ask: askOperator,
      turnBack: rollBack,
      finish: report,
    }),
  );

  askOperator.next(
    decide(make, 'AskOperator', 'What did the operator say?', {
      nextWave: openWave,
      retry: openWave,
      turnBack: rollBack,
      stop: report,
    }),
  );
  rollBack.next(decide(make, 'RollBack', 'Is there a release to go back to?', { go: deployStage, finish: report }));

  return takeStock;
}
