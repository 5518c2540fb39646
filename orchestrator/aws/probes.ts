/** The probes of `verify --probe`, through the CI role. Only the log archive, the security account and the probe role use the caller's own credentials. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Probes } from '../ports/ports';
import { calling } from './failures';
import { createSessions, type SessionsOptions, sessionNameOf } from './sessions';

// Loaded with the first probe, because few commands run one.
const trail = () => import('./probes/trail');
const alerts = () => import('./probes/alerts');
const roles = () => import('./probes/roles');
const regionDeny = () => import('./probes/region-deny');

export function createProbes(options: SessionsOptions): Probes {
  const { enter } = createSessions(options);
  return {
    markedCall: async (visit) => {
      const { clients, home } = await enter(visit, 'probe');
      await calling('sts:GetCallerIdentity', () => clients.in(STSClient, home).send(new GetCallerIdentityCommand({})));
      return sessionNameOf(visit);
    },
    lookForMarker: async (visit, wanted) => {
      const { lookForMarker } = await trail();
      return lookForMarker(await enter(visit, 'probe'), options.clients, wanted, options.now());
    },
    raiseSample: async (visit, region) => {
      const { raiseSample } = await alerts();
      return raiseSample(await enter(visit, 'probe'), region);
    },
    lookForSample: async (visit, sample, bus) => {
      const { lookForSample } = await alerts();
      return lookForSample(await enter(visit, 'probe'), options.clients, sample, bus);
    },
    clearAway: async (visit, sample) => {
      const { archive } = await alerts();
      await archive(await enter(visit, 'probe'), sample);
    },
    tryOperator: async (visit, named) => {
      const { tryOperator } = await roles();
      return tryOperator(await enter(visit, 'probe'), options.clients, visit, named);
    },
    simulateRegionDeny: async (visit, wanted) => {
      const { simulateRegionDeny } = await roles();
      return simulateRegionDeny(await enter(visit, 'probe'), wanted);
    },
    tryRegionDeny: async (visit, wanted, operatorCredentials) => {
      const { tryRegionDeny } = await regionDeny();
      return tryRegionDeny(await enter(visit, 'probe'), options.clients, visit, wanted, operatorCredentials);
    },
  };
}
