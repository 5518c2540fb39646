/** The experiments of `verify --prove`, through the CI role; only the log archive and the probe are reached as who calls. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Proofs } from '../ports/ports';
import { calling } from './failures';
import { createSessions, type SessionsOptions, sessionNameOf } from './sessions';

// Loaded with the first experiment: hardly any command makes one.
const trail = () => import('./proofs/trail');
const alerts = () => import('./proofs/alerts');
const roles = () => import('./proofs/roles');
const fence = () => import('./proofs/fence');

export function createProofs(options: SessionsOptions): Proofs {
  const { enter } = createSessions(options);
  return {
    markedCall: async (visit) => {
      const { clients, home } = await enter(visit, 'proof');
      await calling('sts:GetCallerIdentity', () => clients.in(STSClient, home).send(new GetCallerIdentityCommand({})));
      return sessionNameOf(visit);
    },
    lookForMarker: async (visit, wanted) => {
      const { lookForMarker } = await trail();
      return lookForMarker(await enter(visit, 'proof'), options.clients, wanted, options.now());
    },
    raiseSample: async (visit, region, name) => {
      const { raiseSample } = await alerts();
      return raiseSample(await enter(visit, 'proof'), region, name);
    },
    lookForSample: async (visit, sample) => {
      const { lookForSample } = await alerts();
      return lookForSample(await enter(visit, 'proof'), sample);
    },
    clearAway: async (visit, region, isMeant, sample) => {
      const { clearAway } = await alerts();
      return clearAway(await enter(visit, 'proof'), region, isMeant, sample);
    },
    tryOperator: async (visit, named) => {
      const { tryOperator } = await roles();
      return tryOperator(await enter(visit, 'proof'), options.clients, visit, named);
    },
    askFence: async (visit, wanted) => {
      const { askFence } = await roles();
      return askFence(await enter(visit, 'proof'), wanted);
    },
    tryFence: async (visit, wanted, lent) => {
      const { tryFence } = await fence();
      return tryFence(await enter(visit, 'proof'), options.clients, visit, wanted, lent);
    },
  };
}
