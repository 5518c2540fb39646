/** G0: the account was entered, and it is the one that was meant. */
import { type Check, judged } from '../check';

export const bootstrapChecks: readonly Check[] = [
  {
    id: '003-36',
    gate: 'G0',
    module: 'bootstrap',
    severity: 'critical',
    title: 'the CI role leads into this account',
    remediation: 'Bootstrap the account again, and look at who changed the trust of its CI role',
    scope: 'account',
    judge: ({ account, identity }) =>
      judged(identity, `account ${account}`, 'fail', (seen) => ({
        outcome: seen.account === account ? 'pass' : 'fail',
        observed: `account ${seen.account}`,
      })),
  },
];
