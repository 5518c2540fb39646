/** Prints an error and its next step. It prints a stack trace only for debugging Strongroom itself. */
import { isStrongroomError, messageOf } from '../domain/errors';
import { createPaint } from '../presentation/paint';
import { clean, json } from '../presentation/text';
import { type ExitStatus, exitStatusOfError } from './exit-status';
import type { Host } from './host';

export function tell(host: Host, error: unknown, asJson: boolean): ExitStatus {
  const { code, message, next } = describe(error);
  const { err, colour } = host.io;
  if (asJson) err(json({ error: { code, message, next } }));
  else {
    const paint = createPaint(colour);
    const [first = '', ...more] = message.split('\n');
    err(`${paint.red('error:')} ${clean(first)}`);
    // Each problem of a config has its own line.
    for (const line of more) err(`  ${clean(line.trim())}`);
    err(`${paint.cyan('next:')} ${clean(next)}`);
  }
  if (code === 'Internal' && host.env('STRONGROOM_DEBUG') === '1' && error instanceof Error) err(error.stack ?? '');
  return exitStatusOfError(error);
}

function describe(error: unknown): { readonly code: string; readonly message: string; readonly next: string } {
  if (isStrongroomError(error)) return { code: error.code, message: error.message, next: error.next };
  return {
    code: 'Internal',
    message: messageOf(error),
    next: 'this is a bug in Strongroom; run the command again with STRONGROOM_DEBUG=1 and report the output',
  };
}
