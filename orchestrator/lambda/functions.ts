/**
 * The deployed functions, one per task of the state machine, each with the ports that it may use. The build bundles every export by
 * itself, and the tests of the infrastructure work its permissions out of that bundle.
 */
import { createApi } from '../dashboard/api/router';
import { behindGateway } from '../dashboard/behind-gateway';
import { storedDesiredState } from '../dashboard/stored-desired-state';
import type { AccountId } from '../domain/model/brand';
import { onAccountEvent } from '../events/on-account-event';
import { onStackSet } from '../events/on-stack-set';
import { scheduledDrift } from '../events/scheduled-drift';
import { scheduledDiscovery, scheduledVisits } from '../events/scheduled-sweep';
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
import { deployed } from './environment';
import {
  accounts,
  artifacts,
  callbacks,
  describing,
  detecting,
  directory,
  drifted,
  instances,
  notifier,
  outcomes,
  starter,
  starting,
  stateMarker,
  stopper,
  stopping,
  store,
  time,
} from './ports';
import { noteFault, serve } from './serve';

/** What a detection has found. */
const collecting = () => ({ ...drifted(), ...instances(), ...outcomes(), ...stopping() });
const records = () => ({ ...store(), ...artifacts(), ...time() });

export const ListOrganization = serve('ListOrganization', () => listOrganization({ ...records(), ...directory() }));
export const PlanWaves = serve('PlanWaves', () =>
  planWaves({ ...records(), ...stateMarker(), stackSets: stopping(), ...notifier() }),
);
export const OpenWave = serve('OpenWave', () => openWave(records()));
export const PreflightShard = serve('PreflightShard', () => preflightShard({ ...records(), ...accounts() }));
export const JudgePreflight = serve('JudgePreflight', () =>
  judgePreflight({ ...records(), stackSets: { ...describing(), ...instances() } }),
);
export const DeployStage = serve('DeployStage', () =>
  deployStage({ ...records(), stackSets: { ...describing(), ...instances(), ...starting(), ...stopping() } }),
);
export const AwaitStage = serve('AwaitStage', () =>
  awaitStage({ ...store(), ...time(), stackSets: outcomes(), ...callbacks() }),
);
export const JudgeStage = serve('JudgeStage', () => judgeStage({ ...records(), stackSets: outcomes() }));
export const SettingsShard = serve('SettingsShard', () => settingsShard({ ...records(), ...accounts() }));
export const HealthShard = serve('HealthShard', () => healthShard({ ...records(), ...accounts() }));
export const JudgeWave = serve('JudgeWave', () => judgeWave({ ...records(), ...notifier() }));
export const AskOperator = serve('AskOperator', () =>
  askOperator({ ...store(), ...time(), ...callbacks(), ...notifier() }),
);
export const RollBack = serve('RollBack', () =>
  rollBack({ ...records(), stackSets: { ...describing(), ...instances() } }),
);
export const Report = serve('Report', () => report({ ...store(), ...time(), stackSets: stopping(), ...notifier() }));

export const StackSetEvents = serve('StackSetEvents', () =>
  onStackSet({ ...store(), ...time(), stackSets: collecting(), ...callbacks(), ...notifier() }),
);
export const AccountEvents = serve('AccountEvents', () => {
  const [follow, executions] = [onAccountEvent({ ...store(), ...time() }), starter()];
  return async (raw: unknown) => {
    const followed = await follow(raw);
    if (followed.kind === 'start') await executions.start(followed.input);
    return followed;
  };
});
const startsMax = 25;
export const Discover = serve('Discover', () => {
  const [discover, executions] = [
    scheduledDiscovery({
      ...records(),
      ...directory(),
      ...notifier(),
      stackSets: { ...describing(), ...instances(), ...stopping() },
    }),
    starter(),
  ];
  return async () => {
    const inputs = await discover({ startsMax });
    for (const input of inputs) await executions.start(input);
    return { started: inputs.length };
  };
});
/** Visited in one call, as infrastructure/measured.ts reckons with; the machine of the sweep calls again while there is an `after`. */
const accountsMax = 500;
export const Sweep = serve('Sweep', () => {
  const visit = scheduledVisits({ ...records(), ...accounts(), ...notifier() });
  return async ({ after }: { readonly after?: AccountId }) => {
    const { verified, next } = await visit({ after, accountsMax });
    const isAtRisk = verified.some((one) => one.kind === 'verified' && one.account.state === 'KEYS_AT_RISK');
    return { ...(next && { after: next }), visited: verified.length, keysAtRisk: isAtRisk ? 'yes' : 'no' };
  };
});
export const Drift = serve('Drift', () =>
  scheduledDrift({ ...records(), stackSets: { ...collecting(), ...detecting() }, ...notifier() }),
);

/** The machine hears an answer by its callback, and a rollout that begins is the machine's. */
export const Dashboard = serve('Dashboard', () => {
  const ports = { ...records(), ...directory(), ...callbacks(), stackSets: stopping() };
  const api = createApi({
    ports,
    executions: stopper(),
    running: { start: starter().start, goOn: async () => undefined },
    desired: () => storedDesiredState(ports),
    inTime: (work) => work(),
    elapsedMs: () => performance.now(),
    isFrozenBetween: true,
    onFault: noteFault('Dashboard'),
  });
  return behindGateway(api, {
    roleClaim: deployed('roleClaim'),
    operator: deployed('operatorValue'),
    viewer: deployed('viewerValue'),
    nameClaim: deployed('nameClaim'),
  });
});
