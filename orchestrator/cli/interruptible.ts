/** Work that a person may interrupt. */
import type { Host } from './host';

export async function untilInterrupted<T>(host: Host, work: Promise<T>): Promise<T | 'interrupted'> {
  let forget = (): void => {};
  const interrupt = new Promise<'interrupted'>((resolve) => {
    forget = host.onInterrupt(() => resolve('interrupted'));
  });
  // After an interruption nobody listens to how the work ends.
  work.catch(() => undefined);
  return Promise.race([work, interrupt]).finally(forget);
}
