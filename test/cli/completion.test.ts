import { execFileSync } from 'node:child_process';
import { rig } from './rig';

/** What bash offers for the last of these words. */
async function offered(...decisions: readonly string[]): Promise<readonly string[]> {
  const { out } = await rig().simulated('completion', 'bash');
  const line = decisions.map((decision) => `'${decision}'`).join(' ');
  const program = `${out.join('\n')}\nCOMP_WORDS=(${line}); COMP_CWORD=${decisions.length - 1}; _strongroom; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', program], { encoding: 'utf8' }).trim().split(' ');
}

test('bash completes commands, and the options of the one that is written', async () => {
  expect(await offered('strongroom', 'ro')).toEqual(['rollout', 'rollback']);
  expect(await offered('strongroom', 'rollout', '--e')).toEqual(['--emergency', '--engine']);
});

test('bash completes every command, and of each every option that its help has', async () => {
  const { aws } = rig();
  const help = (await aws('--help')).out.join('\n');
  const commands = [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  const own = commands.filter((name) => name !== 'help' && name !== 'strongroom');
  const optionsOf = async (name: string): Promise<readonly string[]> => {
    const [options = ''] = (await aws(name, '--help')).out.join('\n').split('Examples:');
    return [...options.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = '']) => option);
  };
  const automatic = new Set(['--help', '--version']);

  const missing = await Promise.all(
    own.map(async (name) => {
      const known = await offered('strongroom', name, '--');
      return (await optionsOf(name)).filter((option) => !automatic.has(option) && !known.includes(option));
    }),
  );

  expect(await offered('strongroom', '')).toEqual(own);
  expect(own).toContain('dashboard');
  expect(missing.flat()).toEqual([]);
});

test.each(['zsh', 'fish'])('%s has a script of its own', async (shell) => {
  const { status, out } = await rig().simulated('completion', shell);

  expect([status, out.join('\n')]).toEqual([0, expect.stringContaining('doctor')]);
});

test('an unknown shell is refused, with the shells that are known', async () => {
  expect(await rig().simulated('completion', 'tcsh')).toMatchObject({
    status: 2,
    err: ['error: shell "tcsh" is not supported', 'next: use bash, zsh, fish'],
  });
});
