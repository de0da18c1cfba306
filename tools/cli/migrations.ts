import type { Command } from 'commander';
import type { Session } from '../neon/backend.ts';
import { declare } from '../postgres/environment.ts';
import { type AppliedRelease, readFunctions, readReleases } from '../postgres/functions.ts';
import {
  type Distance,
  findMigration,
  MIGRATIONS_FOLDER,
  migrate,
  type Plan,
  planDown,
  planRelease,
  planStamp,
  planUp,
  readApplied,
  readMigrations,
  scriptOf,
  tagOf,
} from '../postgres/migrations.ts';
import type { Step } from '../postgres/step.ts';
import { confirm } from './ask.ts';
import { Failure, UsageFailure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { paint, printJson, printRows, steps } from './print.ts';
import { type Target, withTarget } from './target.ts';

interface MoveOptions extends Options {
  sql?: boolean;
  force?: boolean;
  from?: string;
}

const distance = (sign: string) => (text: string) => {
  if (/^[+-]\d+$/.test(text) && !text.startsWith(sign))
    throw new UsageFailure(`Write ${sign}${text.slice(1)}, not ${text}.`);
  return /^[+-]\d+$/.test(text) ? Number(text.slice(1)) : text;
};

export function add(program: Command): void {
  const group = program
    .command('migrations')
    .description('migrate the schema and the functions, in one transaction');
  group
    .command('up')
    .description('apply missing migrations, and after the last one the functions of drizzle/functions')
    .argument('[how-far]', '+N, or the last migration to apply', distance('+'), 'all')
    .option('--sql', 'print the script and run nothing')
    .option(
      '--from <tag>',
      'with --sql: the newest that is applied (a tag, or "nothing"), instead of asking the database',
    )
    .addHelpText('after', examples('migrations up', 'migrations up +1', 'migrations up --sql --from nothing'))
    .action((how: Distance, _, command: Command) =>
      move(
        command,
        planUp(readMigrations(), how, readFunctions()),
        'Applied',
        'Everything is applied already.',
      ),
    );
  group
    .command('down')
    .description('undo migrations, and drop the functions that need them')
    .argument('<how-far>', '-N, or the newest migration to keep, or "nothing"', distance('-'))
    .option('--sql', 'print the script and run nothing')
    .option('--from <tag>', 'with --sql: the newest that is applied, instead of asking the database')
    .option('--force', 'do not ask before rows of staging or production, or everything, are deleted')
    .addHelpText('after', examples('migrations down -1', 'migrations down 0001 --env staging'))
    .action((how: Distance, _, command: Command) =>
      move(
        command,
        planDown(readMigrations(), how === 'nothing' ? 'all' : how),
        'Undone',
        'There is nothing to undo.',
        confirmDown,
      ),
    );
  group
    .command('stamp')
    .description('set which migrations count as applied, without running them')
    .argument('<tag>', 'the newest that counts as applied, or "head", or "nothing"')
    .option('--sql', 'print the script and run nothing')
    .option('--from <tag>', 'with --sql: the newest that is applied, instead of asking the database')
    .action((tag: string, _, command: Command) =>
      move(command, planStamp(readMigrations(), tag), 'Stamped', 'The journal already says that.'),
    );
  group
    .command('release')
    .description('make functions that are still there the newest again, after a rollback to their Worker')
    .argument('<schema>', 'as "migrations history" shows it: ledge_1a2b3c4d')
    .option('--sql', 'print the script and run nothing')
    .action((schema: string, _, command: Command) =>
      move(command, planRelease(schema), 'The newest again', 'They are the newest already.'),
    );
  group
    .command('current')
    .description('show what is applied')
    .action((_, command: Command) => withTarget(command, 'read', (target) => current(command, target)));
  group
    .command('history')
    .description('list all migrations, and which are applied')
    .action((_, command: Command) => withTarget(command, 'read', (target) => history(command, target)));
  group.command('heads').description('list the migrations that no other follows').action(heads);
  group
    .command('check')
    .description('compare schema, migrations, down migrations and functions, without a database')
    .action(check);
}

/** Carries out a plan, or prints its script. */
async function move(
  command: Command,
  plan: Plan,
  done: string,
  nothing: string,
  ask: (command: Command, target: Target, plan: Plan) => Promise<Plan> = async () => plan,
): Promise<void> {
  const { sql, from, json } = command.optsWithGlobals<MoveOptions>();
  if (from !== undefined) {
    if (!sql) throw new Failure('--from needs --sql.');
    const migrations = readMigrations();
    const last = from === 'nothing' ? -1 : migrations.indexOf(findMigration(migrations, from));
    return console.log(scriptOf(plan(migrations.slice(0, last + 1))));
  }
  if (sql)
    return withTarget(command, 'read', async ({ backend }) =>
      console.log(scriptOf(plan(...(await backend.session(readState))))),
    );
  const work = async (target: Target) => {
    const { backend, undeclared } = target;
    const confirmed = await ask(command, target, plan);
    const declared = undeclared ? [declare(undeclared)] : [];
    let steps: Step[] = [];
    let before: string[] = [];
    await migrate(backend, (applied, releases = []) => {
      before = releases.map(({ schema }) => schema);
      steps = confirmed(applied, releases);
      return [...steps, ...declared];
    });
    const left = (await backend.session(readReleases)).map(({ schema }) => schema);
    const tagsOf = (kind?: Step['kind']) => steps.filter((step) => step.kind === kind).map(({ tag }) => tag);
    const moved = tagsOf();
    const unstamped = tagsOf('unstamped');
    if (json) return printJson(done === 'Stamped' ? { stamped: moved, unstamped } : moved);
    const dropped = before.filter((schema) => !left.includes(schema));
    if (steps.length === 0) console.log(nothing);
    if (moved.length > 0) console.log(`${done}: ${moved.join(', ')}`);
    if (unstamped.length > 0) console.log(`Unstamped: ${unstamped.join(', ')}`);
    if (dropped.length > 0) console.log(`Functions dropped: ${dropped.join(', ')}`);
  };
  await withTarget(command, 'write', work, { creates: done === 'Applied' });
}

const readState = async (session: Session) =>
  [await readApplied(session), await readReleases(session)] as const;

/** Asks before rows are deleted; resolves to a plan that does no more than was confirmed. */
async function confirmDown(command: Command, target: Target, plan: Plan): Promise<Plan> {
  const { backend, name, environment } = target;
  const { force } = command.optsWithGlobals<MoveOptions>();
  const applied = await backend.session(readApplied);
  const tags = plan(applied).map(({ tag }) => tag);
  if (force || tags.length === 0 || (environment === 'development' && tags.length < applied.length))
    return plan;
  await confirm(`Undo ${tags.join(', ')} in ${name} (${environment}), with the rows that they hold?`, {
    force,
  });
  return (...found) => {
    const steps = plan(...found);
    if (steps.map(({ tag }) => tag).join() !== tags.join())
      throw new Failure('The database was migrated meanwhile: nothing was done.');
    return steps;
  };
}

async function current(command: Command, { backend, name, environment }: Target): Promise<void> {
  const migrations = readMigrations();
  const [applied, releases] = await backend.session(readState);
  const newest = applied.at(-1);
  const missing = planUp(migrations)(applied).map(({ tag }) => tag);
  const at = newest ? tagOf(migrations, newest) : null;
  const { schema } = readFunctions();
  const release = releases.at(-1)?.schema;
  const isApplied = releases.some((one) => one.schema === schema);
  if (command.optsWithGlobals<Options>().json)
    return printJson({
      database: name,
      environment,
      current: at,
      missing,
      release: release ?? null,
      functions: { schema, applied: isApplied },
    });
  console.log(`${name} (${environment ?? 'undeclared'}): ${at ?? 'nothing is applied'}`);
  if (missing.length > 0) console.log(`Missing: ${missing.join(', ')}`);
  const ours = isApplied ? 'are applied, too' : 'are missing';
  console.log(
    `Functions: ${release ?? 'none'}${release === schema ? '' : `; those of this checkout (${schema}) ${ours}`}`,
  );
}

async function history(command: Command, { backend }: Target): Promise<void> {
  const migrations = readMigrations();
  const [applied, releases] = await backend.session(readState);
  const state = (when: number, hash?: string) => {
    const entry = applied.find((one) => one.when === when);
    if (!entry) return 'missing';
    if (hash === undefined) return 'not in this checkout';
    return entry.hash === hash ? 'applied' : 'applied, but its file has changed since';
  };
  const known = migrations.map(({ tag, when, hash }) => ({ tag, when, state: state(when, hash) }));
  const unknown = applied
    .filter(({ when }) => !migrations.some((migration) => migration.when === when))
    .map((entry) => ({ tag: tagOf(migrations, entry), when: entry.when, state: state(entry.when) }));
  const all = [...known, ...unknown].sort((a, b) => a.when - b.when);
  const rows = all.map(({ tag, when, state: how }) => ({
    migration: tag,
    generated: new Date(when).toISOString(),
    state: how,
  }));
  const ofFunctions = releaseRows(releases);
  if (command.optsWithGlobals<Options>().json) return printJson({ migrations: rows, releases: ofFunctions });
  printRows(rows, { json: false, none: 'There are no migrations.' });
  console.log();
  printRows(ofFunctions, { json: false, none: 'There are no functions.' });
}

/** The releases of the functions, the newest last, and that of this checkout where it is missing. */
function releaseRows(releases: AppliedRelease[]) {
  const { schema } = readFunctions();
  const rows = releases.map((release, i) => ({
    functions: release.schema,
    applied: release.applied_at === null ? null : new Date(release.applied_at).toISOString(),
    state: i === releases.length - 1 ? 'newest' : 'kept for the previous release',
    checkout: release.schema === schema ? 'this one' : null,
  }));
  if (releases.some((release) => release.schema === schema)) return rows;
  return [...rows, { functions: schema, applied: null, state: 'missing', checkout: 'this one' }];
}

async function heads(_: unknown, command: Command): Promise<void> {
  const { findHeads } = await import('../postgres/snapshots.ts');
  const found = findHeads();
  if (command.optsWithGlobals<Options>().json) return printJson(found);
  console.log(found.join('\n'));
  if (found.length > 1)
    throw new Failure(
      'Two branches added a migration to the same state: delete the later one and generate it again.',
    );
}

async function check(_: unknown, command: Command): Promise<void> {
  const { report, clear } = steps();
  const { findFileFaults, findSchemaFaults } = await import('../postgres/snapshots.ts');
  const inFiles = findFileFaults();
  // Broken files can't be run.
  const faults =
    inFiles.length > 0 ? inFiles : await findSchemaFaults(MIGRATIONS_FOLDER, report).finally(clear);
  if (command.optsWithGlobals<Options>().json) printJson(faults);
  else for (const fault of faults) console.error(`${paint('red', '✗', process.stderr)} ${fault}`);
  if (faults.length > 0) throw new Failure(`${faults.length} faults were found.`, { isPrinted: true });
  if (!command.optsWithGlobals<Options>().json)
    console.log('Schema, migrations, down migrations and functions agree.');
}
