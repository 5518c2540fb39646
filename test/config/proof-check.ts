import type { z } from 'zod';
import type { configSchema } from '../../orchestrator/config/schema';
import type { Intent } from '../../orchestrator/domain/intent';
type Frozen<T> = T extends string | number | boolean | undefined ? T : { readonly [Key in keyof T]: Frozen<T[Key]> };
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Out = z.output<typeof configSchema>;
export const a: Same<Frozen<Out>, Frozen<Intent>> = true;
export const b: Same<Frozen<Out>, Frozen<Intent & { extra?: string }>> = false;
export const c: Same<Frozen<Out>, Frozen<Omit<Intent, 'organization'> & { organization: Omit<Intent['organization'], 'administrationRoleArn'> }>> = false;
