/** `strongroom completion`: a shell completion script, generated from the commands and options of the program. */
import type { Command } from 'commander';
import { errors } from '../../domain/errors';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';

interface Words {
  readonly name: string;
  readonly options: readonly string[];
}

export async function completion(host: Host, program: Command, shell: string): Promise<ExitStatus> {
  const write = shells[shell];
  if (write === undefined)
    throw errors.invalidInput(`shell "${shell}" is not supported`, `use ${Object.keys(shells).join(', ')}`);
  const common = longOptions(program);
  host.io.out(
    write(
      program.commands.map((command) => ({ name: command.name(), options: longOptions(command) })),
      common,
    ),
  );
  return exitStatus.done;
}

const longOptions = (command: Command): readonly string[] =>
  command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]));

type Write = (commands: readonly Words[], common: readonly string[]) => string;

const namesOf = (commands: readonly Words[]): string => commands.map(({ name }) => name).join(' ');

const bash: Write = (commands, common) => `_strongroom() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  case \${COMP_WORDS[1]} in
${commands.map(({ name, options }) => `    ${name}) words="${[...options, ...common].join(' ')}" ;;`).join('\n')}
    *) words="${namesOf(commands)}" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${namesOf(commands)}"
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _strongroom strongroom`;

const fish: Write = (commands, common) =>
  [
    `complete -c strongroom -n __fish_use_subcommand -f -a "${namesOf(commands)}"`,
    ...common.map((option) => `complete -c strongroom -l ${option.slice(2)}`),
    ...commands.flatMap(({ name, options }) =>
      options.map((option) => `complete -c strongroom -n "__fish_seen_subcommand_from ${name}" -l ${option.slice(2)}`),
    ),
  ].join('\n');

const shells: Readonly<Record<string, Write>> = {
  bash,
  // zsh runs bash completions.
  zsh: (commands, common) => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands, common)}`,
  fish,
};
