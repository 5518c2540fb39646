/**
 * The story of one rollout. Read it from top to bottom: list the organization, plan the waves and open one, check its accounts before
 * changing them, deploy stage by stage, apply the settings, check the health, and only then open the next wave. An outage leads to Park,
 * and whatever else goes wrong to Report. `orchestrator/tasks/table.ts` declares what kind of state each task is.
 */
import type { Story } from './story';

export const rollout: Story = {
  startAt: 'ListOrganization',

  ListOrganization: 'PlanWaves',
  PlanWaves: {
    question: 'Is there anything to do?',
    next: { go: 'OpenWave', nothingToDo: 'Report', busy: 'Report', wait: 'WaitForLease' },
  },
  // The organization may have changed in the meantime, so it is listed again.
  WaitForLease: { waitThen: 'ListOrganization' },

  OpenWave: {
    question: 'May the wave start?',
    next: {
      go: 'Preflight',
      verify: 'CheckHealth',
      resume: 'ApplySettings',
      nextWave: 'OpenWave',
      frozen: 'WaitForFreezeEnd',
      ask: 'AskOperator',
      finish: 'Report',
    },
  },
  WaitForFreezeEnd: { waitThen: 'OpenWave' },

  Preflight: 'LinkedRoles',
  // Apart from Preflight, which only looks: this enters as the CI role.
  LinkedRoles: 'JudgePreflight',
  JudgePreflight: {
    question: 'Are the accounts ready?',
    next: {
      go: 'DeployStage',
      verify: 'ApplySettings',
      wait: 'WaitForAccounts',
      frozen: 'WaitForFreezeEnd',
      ask: 'AskOperator',
    },
  },
  WaitForAccounts: { waitThen: 'Preflight' },

  DeployStage: 'AwaitStage',
  AwaitStage: 'JudgeStage',
  JudgeStage: {
    question: 'Did the stage succeed?',
    next: {
      nextStage: 'DeployStage',
      verify: 'ApplySettings',
      frozen: 'WaitForFreezeEnd',
      ask: 'AskOperator',
      rollBack: 'RollBack',
    },
  },
  ApplySettings: 'CheckHealth',

  CheckHealth: 'JudgeWave',
  JudgeWave: {
    question: 'Is the wave healthy?',
    next: {
      nextWave: 'OpenWave',
      recheck: 'Soak',
      wait: 'WaitForOutageEnd',
      ask: 'AskOperator',
      rollBack: 'RollBack',
      finish: 'Report',
    },
  },
  Soak: { waitThen: 'CheckHealth' },
  // Settings that the outage interrupted are applied first; those that are applied are left as they are.
  WaitForOutageEnd: { waitThen: 'ApplySettings' },

  AskOperator: {
    question: 'What did the operator decide?',
    next: { approve: 'OpenWave', retry: 'OpenWave', rollBack: 'RollBack', reject: 'Report' },
  },
  RollBack: {
    question: 'Is there a release to roll back to?',
    next: { go: 'DeployStage', verify: 'ApplySettings', finish: 'Report' },
  },
  // Where tasks go that an outage outlasted: nothing has failed, and a person resumes the rollout.
  Park: 'AskOperator',
  Report: 'Finished',
};
