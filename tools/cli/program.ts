import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { explain, Failure } from './failure.ts';
import type { Options } from './options.ts';
import { plainLines } from './print.ts';

/** A group of commands is only loaded when it is used, because imports take most of the time of a short command. */
const GROUPS: Record<string, () => Promise<{ add(program: Command, whole: () => Promise<Command>): void }>> =
  {
    users: () => import('./users.ts'),
    tokens: () => import('./tokens.ts'),
    posts: () => import('./posts.ts'),
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

The database is that of DATABASE_URL, or else the local one of "npm run dev" (in DATA_DIR, .data by default), which need
not be running. Any other database is changed only if --env names its environment.`;

/** The command line with all groups of commands, or with one. */
async function build(group?: string): Promise<Command> {
  const program = new Command('ledge')
    .description('Manages a Ledge: its users, posts, migrations and database.')
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
  overrideExit(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed it already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Failure && error.isPrinted))
      console.error(`ledge: ${plainLines(explain(error as Error, program.opts<Options>().env))}`);
    return 1;
  }
}

/** Commander doesn't copy these settings to commands that were added before. */
function overrideExit(command: Command): void {
  command.exitOverride().showHelpAfterError('(see --help)').showSuggestionAfterError();
  for (const sub of command.commands) overrideExit(sub);
}
