import { type Command, InvalidArgumentError } from 'commander';
import {
  type Distance,
  findMigration,
  migrate,
  type Plan,
  planDown,
  planStamp,
  planUp,
  readApplied,
  readMigrations,
  type Step,
  scriptOf,
  tagOf,
} from '../postgres/migrations.ts';
import { confirm } from './ask.ts';
import { Failure } from './failure.ts';
import { printJson, printRows } from './print.ts';
import type { Options } from './program.ts';
import { declaration, type Target, withTarget } from './target.ts';

interface MoveOptions extends Options {
  sql?: boolean;
  force?: boolean;
  from?: string;
}

const distance = (sign: string) => (text: string) => {
  if (/^[+-]\d+$/.test(text) && !text.startsWith(sign))
    throw new InvalidArgumentError(`Write ${sign}${text.slice(1)}.`);
  return /^[+-]\d+$/.test(text) ? Number(text.slice(1)) : text;
};

export function add(program: Command): void {
  const group = program.command('migrations').description('move the schema, in one transaction under a lock');
  group
    .command('up')
    .description('apply what is missing')
    .argument('[how-far]', '+N, or the last one to apply', distance('+'), 'all')
    .option('--sql', 'print the script and run nothing')
    .option('--from <tag>', 'with --sql: what is applied ("nothing", or a tag), without asking the database')
    .action((how: Distance, _, command: Command) =>
      move(command, planUp(readMigrations(), how), 'Applied', 'Everything is applied already.'),
    );
  group
    .command('down')
    .description('undo')
    .argument('<how-far>', '-N, or the one to go back to (it stays), or "nothing"', distance('-'))
    .option('--sql', 'print the script and run nothing')
    .option('--from <tag>', 'with --sql: what is applied, without asking the database')
    .option('--force', 'do not ask, where rows of staging or production or everything would go')
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
    .description('write down what is applied, and run nothing')
    .argument('<tag>', 'the newest that is applied, or "head", or "nothing"')
    .option('--sql', 'print the script and run nothing')
    .option('--from <tag>', 'with --sql: what is applied, without asking the database')
    .action((tag: string, _, command: Command) =>
      move(command, planStamp(readMigrations(), tag), 'Stamped', 'The journal says that already.'),
    );
  group
    .command('current')
    .description('what the database is at')
    .action((_, command: Command) => withTarget(command, 'read', (target) => current(command, target)));
  group
    .command('history')
    .description('all migrations, and which are applied')
    .action((_, command: Command) => withTarget(command, 'read', (target) => history(command, target)));
  group.command('heads').description('the migrations that no other follows').action(heads);
  group.command('check').description('do schema, files and ways back agree? Needs no database').action(check);
}

/** Moves a database, or prints how it would be moved. */
async function move(
  command: Command,
  plan: Plan,
  done: string,
  nothing: string,
  ask: (command: Command, target: Target, plan: Plan) => Promise<Plan> = async () => plan,
): Promise<void> {
  const { sql, from, json } = command.optsWithGlobals<MoveOptions>();
  if (from !== undefined) {
    if (!sql) throw new Failure('--from goes with --sql.');
    const migrations = readMigrations();
    const last = from === 'nothing' ? -1 : migrations.indexOf(findMigration(migrations, from));
    return console.log(scriptOf(plan(migrations.slice(0, last + 1))));
  }
  if (sql)
    return withTarget(command, 'read', async ({ backend }) =>
      console.log(scriptOf(plan(await backend.session(readApplied)))),
    );
  await withTarget(command, 'write', async (target) => {
    const { backend, undeclared } = target;
    const agreed = await ask(command, target, plan);
    const declare = undeclared ? [{ tag: undeclared, script: declaration(undeclared) }] : [];
    let steps: Step[] = [];
    await migrate(backend, (applied) => {
      steps = agreed(applied);
      return [...steps, ...declare];
    });
    const tagsOf = (struck: boolean) =>
      steps.filter((step) => (step.struck ?? false) === struck).map(({ tag }) => tag);
    const moved = tagsOf(false);
    const struck = tagsOf(true);
    if (json) return printJson(done === 'Stamped' ? { stamped: moved, unstamped: struck } : moved);
    if (steps.length === 0) console.log(nothing);
    if (moved.length > 0) console.log(`${done}: ${moved.join(', ')}`);
    if (struck.length > 0) console.log(`No longer stamped: ${struck.join(', ')}`);
  });
}

/** Asks where rows that matter would go; resolves to a plan that does no more than was agreed to. */
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
  return (found) => {
    const steps = plan(found);
    if (steps.map(({ tag }) => tag).join() !== tags.join())
      throw new Failure('Somebody else has migrated it meanwhile: nothing was done.');
    return steps;
  };
}

async function current(command: Command, { backend, name, environment }: Target): Promise<void> {
  const migrations = readMigrations();
  const applied = await backend.session(readApplied);
  const newest = applied.at(-1);
  const missing = planUp(migrations)(applied).map(({ tag }) => tag);
  const at = newest ? tagOf(migrations, newest) : null;
  if (command.optsWithGlobals<Options>().json)
    return printJson({ database: name, environment, current: at, missing });
  console.log(`${name} (${environment ?? 'undeclared'}): ${at ?? 'nothing is applied'}`);
  if (missing.length > 0) console.log(`Missing: ${missing.join(', ')}`);
}

async function history(command: Command, { backend }: Target): Promise<void> {
  const migrations = readMigrations();
  const applied = await backend.session(readApplied);
  const state = (when: number, hash?: string) => {
    const entry = applied.find((one) => one.when === when);
    if (!entry) return 'missing';
    if (hash === undefined) return 'not in this checkout';
    return entry.hash === hash ? 'applied' : 'applied, and its file has changed since';
  };
  const known = migrations.map(({ tag, when, hash }) => ({ tag, when, state: state(when, hash) }));
  const strangers = applied
    .filter(({ when }) => !migrations.some((migration) => migration.when === when))
    .map((entry) => ({ tag: tagOf(migrations, entry), when: entry.when, state: state(entry.when) }));
  const all = [...known, ...strangers].sort((a, b) => a.when - b.when);
  const rows = all.map(({ tag, when, state: how }) => ({
    migration: tag,
    generated: new Date(when).toISOString(),
    state: how,
  }));
  printRows(rows, { json: command.optsWithGlobals<Options>().json, none: 'There are no migrations.' });
}

async function heads(_: unknown, command: Command): Promise<void> {
  const { findHeads } = await import('../postgres/snapshots.ts');
  const found = findHeads();
  if (command.optsWithGlobals<Options>().json) return printJson(found);
  console.log(found.join('\n'));
  if (found.length > 1)
    throw new Failure('Two branches grew from one state: delete the later one and generate it again.');
}

async function check(_: unknown, command: Command): Promise<void> {
  const { findFileFaults, findSchemaFaults } = await import('../postgres/snapshots.ts');
  const inFiles = findFileFaults();
  // Files that are not whole can't be run.
  const faults = inFiles.length > 0 ? inFiles : await findSchemaFaults();
  if (command.optsWithGlobals<Options>().json) printJson(faults);
  else for (const fault of faults) console.error(fault);
  if (faults.length > 0) throw new Failure('', { told: true });
  if (!command.optsWithGlobals<Options>().json) console.log('Schema, migrations and ways back agree.');
}
