import { accountsContract } from '../contracts/accounts.contract';
import { stackSetsContract } from '../contracts/stack-sets.contract';
import { contractWorld } from './small-world';

stackSetsContract('the simulated world', contractWorld, { detectsDrift: true });
accountsContract('the simulated world', contractWorld);
