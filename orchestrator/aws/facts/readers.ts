/** How each fact is read from AWS: one reader per row of the fact sources. A reader gives undefined where there is nothing. */

import type { FactSources, FactsWanted, KnownSources, RegionFacts, ValueOf } from '../../domain/health/fact-sources';
import type { AlertRuleFacts } from '../../domain/health/facts';
import type { Region } from '../../domain/model/brand';
import { detectorIdOutput } from '../../domain/model/resource-names';
import { alertRuleName, alertRules } from '../../domain/policies/alert-patterns';
import { alertForwarderName } from '../../domain/policies/alert-policy';
import type { Session } from '../sessions';
import { analyzerFacts, listAnalyzers, readAccessFindings } from './accessanalyzer';
import { readStacks } from './cloudformation';
import { readTrails } from './cloudtrail';
import { readDeliveryChannel, readRecorder } from './config';
import { countIdentities, readUserKeys, rootIn } from './credentials';
import { readEbsEncryption, readImdsDefaults, readSnapshotBlockPublicAccess } from './ec2';
import { readRules } from './events';
import { detectorAdministrator, knownOrFound } from './guardduty';
import { readCiRole, readPasswordPolicy, readRole, readRoles } from './iam';
import { readEbsDefaultKey } from './kms';
import { ourPrefix } from './ours';
import { readPublicAccessBlock } from './s3-control';
import { readHub } from './securityhub';

/** Makes a request once for all facts that share its answer. */
export type Once<Reading> = <T>(ask: (reading: Reading) => Promise<T>) => Promise<T>;

/** What a reader has at hand. */
export interface AccountReading {
  readonly session: Session;
  readonly roles: FactsWanted['roles'];
  readonly once: Once<AccountReading>;
}
export interface RegionReading {
  readonly session: Session;
  readonly region: Region;
  readonly once: Once<RegionReading>;
  /** Another fact of the region, if the release needs it. */
  readonly fact: <Id extends keyof RegionFacts>(id: Id) => Promise<RegionFacts[Id]>;
}

export interface Readers<S extends FactSources = KnownSources> {
  readonly account: {
    readonly [Id in keyof S['account']]: (reading: AccountReading) => Promise<ValueOf<S['account'][Id]> | undefined>;
  };
  readonly region: {
    readonly [Id in keyof S['region']]: (reading: RegionReading) => Promise<ValueOf<S['region'][Id]> | undefined>;
  };
}

const identities = ({ session }: AccountReading) => countIdentities(session);
const analyzersIn = ({ session, region }: RegionReading) => listAnalyzers(session, region);

/** The stacks are read anyway, and one of ours names its detector. */
async function detectorIn({ session, region, fact }: RegionReading) {
  const stacks = await fact('stacks');
  const ours = stacks.kind === 'read' ? stacks.value.find(({ outputs }) => outputs?.[detectorIdOutput]) : undefined;
  return knownOrFound(session, region, ours?.outputs?.[detectorIdOutput]);
}

async function readAlertRules({ session, region }: RegionReading): Promise<AlertRuleFacts> {
  const rules = await readRules(session, region, { prefix: ourPrefix, names: alertRules.map(alertRuleName) });
  return Object.fromEntries(
    alertRules.flatMap((rule) => {
      const found = rules.get(alertRuleName(rule));
      return found === undefined ? [] : [[rule, found]];
    }),
  );
}

export const readers: Readers = {
  account: {
    identity: async ({ session: { account, arn } }) => ({ account, arn }),
    passwordPolicy: ({ session }) => readPasswordPolicy(session),
    s3PublicAccessBlock: ({ session }) => readPublicAccessBlock(session),
    operatorRole: ({ session, roles }) => readRole(session, roles.operator),
    root: async ({ once }) => rootIn(await once(identities)),
    userKeys: async ({ session, once }) => readUserKeys(session, await once(identities)),
    trails: ({ session }) => readTrails(session),
    ciRole: ({ session, roles }) => readCiRole(session, roles.ci),
    readerRole: ({ session, roles }) => readCiRole(session, roles.reader),
    roles: ({ session }) => readRoles(session),
  },
  region: {
    ebsEncryption: ({ session, region }) => readEbsEncryption(session, region),
    imdsDefaults: ({ session, region }) => readImdsDefaults(session, region),
    snapshotBlockPublicAccess: ({ session, region }) => readSnapshotBlockPublicAccess(session, region),
    ebsDefaultKey: ({ session, region }) => readEbsDefaultKey(session, region),
    recorder: ({ session, region }) => readRecorder(session, region),
    deliveryChannel: ({ session, region }) => readDeliveryChannel(session, region),
    detector: async ({ once }) => {
      const found = await once(detectorIn);
      return found && { id: found.id, enabled: found.enabled };
    },
    detectorAdministrator: async ({ session, region, once }) => {
      const found = await once(detectorIn);
      return found && detectorAdministrator(session, region, found.id);
    },
    hub: ({ session, region }) => readHub(session, region),
    analyzers: async ({ once }) => analyzerFacts(await once(analyzersIn)),
    accessFindings: async ({ session, region, once }) => readAccessFindings(session, region, await once(analyzersIn)),
    stacks: ({ session, region }) => readStacks(session, region),
    alertRules: readAlertRules,
    alertForwarder: ({ session, region }) => readRole(session, alertForwarderName(region)),
  },
};
