/** What is read or tried without a StackSet: quotas, the organization, and what the baseline of the account shows. */
import { errors, messageOf } from '../../domain/errors';
import { absent, type Fact, read } from '../../domain/health/facts';
import { judgeProbe } from '../../domain/health/probe';
import type { OrganizationId } from '../../domain/model/brand';
import { alertBusOf } from '../../domain/model/catalog';
import { recorderName } from '../../domain/model/resource-names';
import type { QuestionId } from '../../domain/rehearsal/questions';
import { instanceOperationsQuota } from '../../domain/rehearsal/quota';
import { followAlert, followCall } from '../experiments';
import { confirmed, refuted, retrying, setName, type Told, type Trial, unknown } from './scene';

export const readingTrials: readonly Trial[] = [
  {
    asks: ['organizationEntry'],
    run: async ({ ports, visit }) => {
      const entry = await ports.rehearsal.organizationEntry(visit.account);
      if (entry === undefined) throw errors.unknownAccount([visit.account], 'is not listed');
      const { state, path, parent } = entry;
      const observed = `state ${state ?? 'absent'}, path ${path ?? 'absent'}, parent ${parent}`;
      const isPlaced = path?.split('/').includes(parent) === true;
      return [(state !== undefined && isPlaced ? confirmed : refuted)('organizationEntry', observed)];
    },
  },
  {
    asks: ['operationQuota'],
    run: async (scene) => {
      const quota = await retrying(scene, scene.ports.rehearsal.operationQuota);
      if (quota === undefined) return [refuted('operationQuota', `there is no quota ${instanceOperationsQuota.code}`)];
      const isAssumed = quota >= instanceOperationsQuota.value;
      return [(isAssumed ? confirmed : refuted)('operationQuota', `the quota is ${quota}`)];
    },
  },
  {
    asks: ['scopedGrant'],
    run: async (scene) => {
      try {
        await scene.ports.rehearsal.tryScopedGrant(scene.visit, setName(scene, 'scoped'));
        return [confirmed('scopedGrant', 'the set was created')];
      } catch (error) {
        // Other calls may be denied before CreateStackSet is.
        const isDenied = /not authorized to perform: cloudformation:CreateStackSet/.test(messageOf(error));
        if (!isDenied) throw error;
        return [refuted('scopedGrant', messageOf(error))];
      }
    },
  },
  {
    asks: ['rootSummary', 'organizationTrail', 'configDelivery'],
    run: async (scene) => {
      const { ports, visit, home } = scene;
      const facts = await retrying(scene, () =>
        ports.accounts.collectFacts(visit, {
          home,
          roles: { ...visit.roles, operator: visit.roles.ci },
          account: ['root', 'trails'],
          regions: [{ region: home, facts: ['recorder', 'deliveryChannel'] }],
        }),
      );
      const inHome = facts.regions[home];
      return [
        told('rootSummary', facts.root, () => ['confirmed', 'the answer has password, access key and MFA']),
        told('organizationTrail', facts.trails, (trails) => {
          const trail = trails.find(({ organizationTrail }) => organizationTrail);
          if (trail === undefined) return ['unknown', 'the member sees no organization trail'];
          const isTold = trail.deliveredAt !== undefined || trail.deliveryError !== undefined;
          return isTold
            ? ['confirmed', `its last delivery: ${trail.deliveryError ?? trail.deliveredAt}`]
            : ['refuted', `the status of ${trail.name} has no delivery`];
        }),
        told('configDelivery', inHome?.recorder ?? absent, (recorder) => {
          const channel = inHome?.deliveryChannel ?? absent;
          if (recorder.name !== recorderName || channel.kind !== 'read')
            return ['unknown', 'the account has no recorder and channel of Strongroom'];
          return channel.value.failing
            ? ['refuted', 'the last delivery has failed']
            : ['confirmed', 'the channel delivers'];
        }),
      ];
    },
  },
];

function told<T>(question: QuestionId, fact: Fact<T>, judge: (value: T) => readonly [Told['verdict'], string]): Told {
  if (fact.kind === 'unreadable') return unknown(question, fact.why);
  if (fact.kind !== 'read') return unknown(question, 'the account has none');
  const [verdict, observed] = judge(fact.value);
  return { question, verdict, observed };
}

/** The probes of `verify --probe`; they take up to 20 minutes, so they run beside the other trials. */
export const probingTrials = (organization: OrganizationId): readonly Trial[] => [
  {
    asks: ['trailDelivers'],
    run: async ({ ports, visit }) => {
      const trial = await followCall(ports, { visit, organization });
      const { observed } = judgeProbe('trailDelivers', factOf(trial), ports.clock.now());
      if (trial?.foundIn !== undefined) return [confirmed('trailDelivers', observed)];
      // A trail that is off, or cannot deliver, says nothing about the time that a delivery takes.
      const isWorking = trial?.logging === true && trial.deliveryError === undefined;
      return [(isWorking ? refuted : unknown)('trailDelivers', observed)];
    },
  },
  {
    asks: ['alertsArrive'],
    run: async ({ ports, visit, home, desiredState }) => {
      if (!desiredState.modules.alerts.enabled) return [unknown('alertsArrive', 'the config enables no alerts')];
      const bus = alertBusOf(desiredState);
      const trial = await followAlert(ports, { visit, home, bus });
      const { observed } = judgeProbe('alertsArrive', factOf(trial), ports.clock.now());
      if (trial?.hasArrived === true) return [confirmed('alertsArrive', observed)];
      return [(trial?.isMade && trial.isNew ? refuted : unknown)('alertsArrive', observed)];
    },
  },
];

const factOf = <T>(trial: T | undefined): Fact<T> => (trial === undefined ? absent : read(trial));
