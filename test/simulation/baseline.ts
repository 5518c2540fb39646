import { join } from 'node:path';
import { type Baseline, readBaseline } from '../../orchestrator/records/baseline';

/** What the build made; every run of a process shares it. */
export const builtBaseline = (): Promise<Baseline> => readBaseline(join(process.cwd(), 'dist'));
