import { join } from 'node:path';
import { type Baseline, readBaseline } from '../../orchestrator/records/baseline';

/** The built baseline, which all runs of a process share. */
export const builtBaseline = (): Promise<Baseline> => readBaseline(join(process.cwd(), 'dist'));
