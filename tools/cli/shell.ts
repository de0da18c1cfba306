import type { EventEmitter } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import repl, { type REPLEval, type REPLServer, Recoverable } from 'node:repl';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Command } from 'commander';
import type { Database } from '../../src/db/database.ts';
import type { Backend } from '../neon/backend.ts';
import { Failure } from './failure.ts';
import { escapeControls } from './print.ts';
import { runStatement, withQueries } from './query.ts';
import { withTarget } from './target.ts';

const EXAMPLES = `  await sql\`SELECT username, posts FROM users WHERE id = \${1}\`
  await sql\`UPDATE users SET bio = '' WHERE id = \${1} RETURNING username\`
  await queries.posts.findPost(db, nobody, 1)
  tables.users.email.name`;

const HELP = `JavaScript with the database, for example:
${EXAMPLES}

  sql      runs a statement; what stands in \${…} is sent as a parameter
  queries  the calls of the Worker, by the files of src/db; nobody is a caller who is not signed in
  tables   drizzle/schema.ts
  db       the database for the queries

Ctrl-D or .exit leaves; .help lists the commands of Node's shell.`;

const QUERIES = path.resolve(import.meta.dirname, '../../src/db');

export function add(program: Command): void {
  program
    .command('shell')
    .description('run JavaScript with the database, its tables and the queries of the Worker')
    .addHelpText(
      'after',
      `
In it:
${EXAMPLES}`,
    )
    .action((_, command: Command) =>
      withTarget(command, 'write', ({ backend, name }) =>
        withQueries(backend, async (db) => start(backend, db, name)),
      ),
    );
}

async function start(backend: Backend, db: Database, name: string): Promise<void> {
  const queries = await loadQueries();
  const tables = await import('../../drizzle/schema.ts');
  const sql = (parts: TemplateStringsArray, ...values: (string | number | null)[]) =>
    runStatement(
      backend,
      parts.reduce((text, part, i) => `${text}$${i}${part}`),
      values,
    );
  if (process.stdin.isTTY)
    console.log(
      `${name}. Try: await sql\`SELECT username, posts FROM users LIMIT 3\`\n"help" says what else there is, Ctrl-D leaves.`,
    );
  const shell = repl.start({ prompt: process.stdin.isTTY ? 'ledge> ' : '' });
  const { writer } = shell;
  Object.assign(shell, { writer: (value: unknown) => escapeControls(writer.call(shell, value)) });
  // With and without brackets.
  const help = Object.assign(() => help, { [inspect.custom]: () => HELP });
  Object.assign(shell.context, { db, sql, tables, queries, nobody: { user: null, session: null }, help });
  await waitForExit(shell);
}

/**
 * Resolves when the user exits, or when the last statement of a script at stdin has run. Throws when a statement of a
 * script failed.
 */
async function waitForExit(shell: REPLServer): Promise<void> {
  let last = Promise.resolve();
  let failed = false;
  let interrupt = () => {};
  const evaluate = shell.eval;
  // One after another: lines that arrive together would otherwise run at once.
  const inOrder: REPLEval = (code, context, file, done) => {
    last = last.then(
      () =>
        new Promise((resolve) => {
          interrupt = () => {
            failed = true;
            resolve();
          };
          evaluate.call(shell, code, context, file, (error, value) => {
            interrupt = () => {};
            if (error && !(error instanceof Recoverable)) failed = true;
            done(error, value);
            resolve();
          });
        }),
    );
  };
  // An error that a statement throws goes to the domain of the shell, which prints it and calls no callback.
  const { _domain: errors } = shell as REPLServer & { _domain?: EventEmitter };
  errors?.on('error', () => interrupt());
  Object.assign(shell, { eval: inOrder });
  await new Promise<void>((resolve) => shell.once('exit', resolve));
  await last;
  if (failed && !process.stdin.isTTY) throw new Failure('A statement failed.', { isPrinted: true });
}

/** The modules of `src/db` by their names. */
async function loadQueries(): Promise<Record<string, object>> {
  const files = readdirSync(QUERIES).filter((file) => file.endsWith('.ts'));
  const modules = files.map(async (file) => [
    path.parse(file).name,
    await import(pathToFileURL(path.join(QUERIES, file)).href),
  ]);
  return Object.fromEntries(await Promise.all(modules));
}
