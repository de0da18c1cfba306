import { Argument, type Command, type Option } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** A command and what can follow it: commands and options. */
interface Branch {
  words: string[];
  commands: Command[];
  options: Option[];
}

/** `buildAll` builds the command line with all groups. */
export function add(program: Command, buildAll: () => Promise<Command>): void {
  program
    .command('completion')
    .description('print completion for a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
It completes the command "ledge": alias ledge='npm run -s ledge --', which works in this folder.
  source <(ledge completion bash)      in ~/.bashrc
  source <(ledge completion zsh)       in ~/.zshrc, after compinit
  ledge completion fish | source       in ~/.config/fish/config.fish`,
    )
    .action(async (shell: Shell) => console.log(SCRIPTS[shell](branches(await buildAll()))));
}

function branches(command: Command, words: string[] = []): Branch[] {
  const help = command.createHelp();
  const here = {
    words,
    commands: help.visibleCommands(command).filter((sub) => sub.name() !== 'help'),
    options: [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)],
  };
  return [here, ...command.commands.flatMap((sub) => branches(sub, [...words, sub.name()]))];
}

const candidates = ({ commands, options }: Branch) =>
  [...commands.map((command) => command.name()), ...options.map(({ long }) => long)].join(' ');

/** For bash 3.2 and later, and for zsh with `bashcompinit`. Words that are not commands are skipped. */
const bash = (all: Branch[]) => `_ledge_words() {
  case $1 in
${all.map((branch) => `    '${branch.words.join(' ')}') echo '${candidates(branch)}' ;;`).join('\n')}
    *) return 1 ;;
  esac
}
_ledge() {
  local branch='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${branch:+$branch }\${COMP_WORDS[i]}"
    _ledge_words "$word" >/dev/null && branch=$word
  done
  COMPREPLY=($(compgen -W "$(_ledge_words "$branch")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _ledge ledge`;

const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

function fish(all: Branch[]): string {
  const lines = all.flatMap(({ words, commands, options }) => {
    const chosen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const names = commands.map((sub) => sub.name()).join(' ');
    const none = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`];
    const when = quote([...chosen, ...none].join('; and '));
    return [
      ...commands.map(
        (sub) => `complete -c ledge -f -n ${when} -a ${sub.name()} -d ${quote(sub.description())}`,
      ),
      ...options.map(
        ({ long, description }) =>
          `complete -c ledge -n ${when} -l ${long?.slice('--'.length)} -d ${quote(description)}`,
      ),
    ];
  });
  return lines.join('\n');
}

const SCRIPTS: Record<Shell, (all: Branch[]) => string> = {
  bash,
  zsh: (all) => `autoload -U +X bashcompinit && bashcompinit\n${bash(all)}`,
  fish,
};
