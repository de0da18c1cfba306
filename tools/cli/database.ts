import type { Command } from 'commander';
import { planUp, readMigrations, scriptOf } from '../postgres/migrations.ts';
import { confirm } from './ask.ts';
import { plain, printJson } from './print.ts';
import type { Options } from './program.ts';
import { readRights } from './rights.ts';
import { declaration, type Target, withTarget } from './target.ts';

interface ResetOptions extends Options {
  force?: boolean;
}

export function add(program: Command): void {
  const group = program.command('database').description('the whole database');
  group
    .command('reset')
    .description(
      'delete everything in it and make the tables anew, with the rights of other roles; never in production',
    )
    .option('--force', 'do not ask')
    .action((_, command: Command) => withTarget(command, 'destroy', (target) => reset(command, target)));
}

async function reset(command: Command, { backend, name, environment }: Target): Promise<void> {
  const { force, json } = command.optsWithGlobals<ResetOptions>();
  await confirm(`Delete everything in ${name}?`, { force });
  const migrations = planUp(readMigrations())([]);
  // Not by the ways back: a database from another branch, or one that failed half-way by hand, has to go too.
  const dropped =
    'DROP SCHEMA IF EXISTS drizzle CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE SCHEMA drizzle;';
  const kept = environment && environment !== 'development' ? declaration(environment) : '';
  const roles = await backend.session(async (session) => {
    await session.execute('BEGIN');
    const rights = await readRights(session);
    const script = scriptOf(migrations).replace(/^BEGIN;|COMMIT;\s*$/g, '');
    // Whoever has rights on all that will be made has to have them before it is made.
    await session.execute(
      [dropped, rights.onSchemas, kept, script, rights.onRelations, 'COMMIT;'].join('\n'),
    );
    return rights.roles;
  });
  const tags = migrations.map(({ tag }) => tag);
  if (json) return printJson({ database: name, applied: tags, roles });
  console.log(`${name} is empty, and at ${tags.at(-1)}.`);
  if (roles.length > 0) console.log(`The rights of ${plain(roles.join(', '))} are as they were.`);
}
