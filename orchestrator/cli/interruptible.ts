/** Runs work that Ctrl-C can interrupt. */
import type { Host } from './host';

export async function untilInterrupted<T>(host: Host, work: Promise<T>): Promise<T | 'interrupted'> {
  let forget = (): void => {};
  const interrupt = new Promise<'interrupted'>((resolve) => {
    forget = host.onInterrupt(() => resolve('interrupted'));
  });
  // After an interruption, the result of the work is ignored.
  work.catch(() => undefined);
  return Promise.race([work, interrupt]).finally(forget);
}
