/** The built program on a real terminal, which python3 lends it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const strongroom = join(__dirname, '..', '..', 'dist', 'cli', 'strongroom.mjs');
const onTerminal = 'import pty, sys; pty.spawn(sys.argv[1:])';
const runsWithinMs = 60_000;

const shown = (env: Readonly<Record<string, string>>): string =>
  spawnSync('python3', ['-c', onTerminal, process.execPath, strongroom, 'simulate', '--accounts', '50'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
    encoding: 'utf8',
  }).stdout;

test.each([
  { env: {}, isColourful: true },
  { env: { NO_COLOR: '' }, isColourful: true },
  { env: { NO_COLOR: '1' }, isColourful: false },
  { env: { TERM: 'dumb' }, isColourful: false },
])(
  'with $env in the environment it is colourful: $isColourful',
  ({ env, isColourful }) => {
    const text = shown(env);

    expect(text).toContain('50 simulated accounts');
    // Bold or a colour; what only moves the cursor is something else.
    expect(text.includes('\u001b[1m') || text.includes('\u001b[3')).toBe(isColourful);
  },
  runsWithinMs,
);
