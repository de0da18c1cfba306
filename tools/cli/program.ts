import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { explain, Failure, UsageFailure } from './failure.ts';
import type { Options } from './options.ts';
import { plain, plainLines, printMessage } from './print.ts';

/** A group of commands is only loaded when it is used, because imports take most of the time of a short command. */
const GROUPS: Record<string, () => Promise<{ add(program: Command, whole: () => Promise<Command>): void }>> =
  {
    users: () => import('./users.ts'),
    tokens: () => import('./tokens.ts'),
    posts: () => import('./posts.ts'),
    reports: () => import('./reports.ts'),
    migrations: () => import('./migrations.ts'),
    database: () => import('./database.ts'),
    seed: () => import('./seed.ts'),
    import: () => import('./import.ts'),
    shell: () => import('./shell.ts'),
    openapi: () => import('./openapi.ts'),
    doctor: () => import('./doctor.ts'),
    completion: () => import('./completion.ts'),
  };

const EXIT_CODES = `
Exit codes:
  0  done
  1  not done: the message says why
  2  the command line was not understood
With --json the message is {"error": …, "exit_code": …} on stderr, with "fix" where it is known what to do.

Into a pipe: npm run -s ledge -- users list --json | jq .

The database is that of DATABASE_URL, or else the local one of "npm run dev" (in DATA_DIR, .data by default), which need
not be running. Any other database is changed only if --env names its environment.`;

/** The command line with all groups of commands, or with one. */
async function build(group?: string): Promise<Command> {
  const program = new Command('ledge')
    .description('Manages a Ledge: its users, posts, reports, migrations and database.')
    .version(packageJson.version)
    .addOption(
      new Option('--env <name>', 'the environment of the database').choices([
        'development',
        'staging',
        'production',
      ]),
    )
    .option('--database-url-env <name>', 'the variable that holds the connection string', 'DATABASE_URL')
    .option('--json', 'answer in JSON, for programs')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES);
  const only = group !== undefined && Object.hasOwn(GROUPS, group);
  for (const [name, load] of Object.entries(GROUPS)) {
    if (!only || name === group) (await load()).add(program, build);
  }
  return program;
}

/** Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  const program = await build(args.find((word) => Object.hasOwn(GROUPS, word)));
  const json = args.includes('--json');
  prepare(program, json);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    const failure = describeFailure(error as Error, program.opts<Options>().env);
    if (failure.exit_code === 0) return 0;
    if (json) {
      const { isPrinted: _, ...shown } = failure;
      console.error(JSON.stringify(shown));
    } else if (!failure.isPrinted) printMessage([failure.error, failure.fix].filter(Boolean).join(' '));
    return failure.exit_code;
  }
}

interface Described {
  error: string;
  fix?: string;
  exit_code: number;
  /** Only shown to programs, because people have read it already. */
  isPrinted: boolean;
}

function describeFailure(error: Error, env: string | undefined): Described {
  if (error instanceof CommanderError) {
    const exit_code = error.exitCode === 0 ? 0 : 2;
    return { error: usageMessage(error.message), exit_code, isPrinted: true };
  }
  const { isPrinted = false, fix } = error instanceof Failure ? error : {};
  return {
    error: plainLines(explain(error, env)),
    ...(fix && { fix }),
    exit_code: error instanceof UsageFailure ? 2 : 1,
    isPrinted,
  };
}

/** A message of Commander in the form of all others. */
function usageMessage(message: string): string {
  const line = plain(
    message
      .trim()
      .replace(/^error: /, '')
      .replace(/\s*\n\s*/g, ' '),
  );
  const sentence = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.?)]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Commander doesn't copy these settings to commands that were added before. */
function prepare(command: Command, json: boolean): void {
  command.exitOverride().showHelpAfterError('(see --help)').showSuggestionAfterError();
  command.configureOutput({
    outputError: (message) => {
      if (!json) printMessage(usageMessage(message));
    },
    ...(json && { writeErr: () => undefined }),
  });
  for (const sub of command.commands) prepare(sub, json);
}
