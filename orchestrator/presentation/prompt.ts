/** What a rollout waits for, in the words of every screen. */
export function promptState(about: string): string {
  if (about === 'approval') return 'waiting for approval';
  if (about === 'outage') return 'parked by an outage';
  return about === 'pause' ? 'paused' : `held (${about})`;
}
