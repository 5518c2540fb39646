import { execFileSync } from 'node:child_process';
import { rig } from './rig';

/** What bash offers for the last of these words. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await rig().simulated('completion', 'bash');
  const line = words.map((word) => `'${word}'`).join(' ');
  const program = `${out.join('\n')}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _strongroom; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', program], { encoding: 'utf8' }).trim().split(' ');
}

test('bash completes commands, and the options of the one that is written', async () => {
  expect(await offered('strongroom', 'ro')).toEqual(['rollout', 'rollback']);
  expect(await offered('strongroom', 'rollout', '--e')).toEqual(['--emergency', '--engine']);
});

test.each(['zsh', 'fish'])('%s has a script of its own', async (shell) => {
  const { status, out } = await rig().simulated('completion', shell);

  expect([status, out.join('\n')]).toEqual([0, expect.stringContaining('doctor')]);
});

test('an unknown shell is told which there are', async () => {
  expect(await rig().simulated('completion', 'tcsh')).toMatchObject({
    status: 2,
    err: ['error: there is no completion for "tcsh"', 'next: write bash, zsh, fish'],
  });
});
