import type { Command } from 'commander';
import { planUp, readMigrations, scriptOf } from '../migrations.ts';
import { confirm } from './ask.ts';
import { printJson } from './print.ts';
import type { Options } from './program.ts';
import { declaration, type Target, withTarget } from './target.ts';

interface ResetOptions extends Options {
  force?: boolean;
}

export function add(program: Command): void {
  const group = program.command('database').description('the whole database');
  group
    .command('reset')
    .description('delete everything in it and make the tables anew; never in production')
    .option('--force', 'do not ask')
    .action((_, command: Command) => withTarget(command, 'destroy', (target) => reset(command, target)));
}

async function reset(command: Command, { backend, name, environment }: Target): Promise<void> {
  const { force, json } = command.optsWithGlobals<ResetOptions>();
  await confirm(`Delete everything in ${name}?`, { force });
  const migrations = planUp(readMigrations())([]);
  // Not by the ways back: a database from another branch, or one that failed half-way by hand, has to go too.
  const dropped = 'DROP SCHEMA IF EXISTS drizzle CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;';
  const kept = environment && environment !== 'development' ? declaration(environment) : '';
  await backend.session((session) =>
    session.execute(scriptOf(migrations).replace('BEGIN;\n', `BEGIN;\n${dropped}\n${kept}`)),
  );
  const tags = migrations.map(({ tag }) => tag);
  if (json) printJson({ database: name, applied: tags });
  else console.log(`${name} is empty, and at ${tags.at(-1)}.`);
}
