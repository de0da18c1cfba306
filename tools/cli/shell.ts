import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import repl, { type REPLEval, type REPLServer, Recoverable } from 'node:repl';
import { inspect } from 'node:util';
import type { Command } from 'commander';
import type { Database } from '../../src/db/database.ts';
import type { Backend } from '../neon/backend.ts';
import { Failure } from './failure.ts';
import { escapeControls } from './print.ts';
import { runStatement, withDatabase } from './query.ts';
import { withTarget } from './target.ts';

const require = createRequire(import.meta.url);

const EXAMPLES = `  await sql\`SELECT username, posts FROM users WHERE id = \${1}\`
  await sql\`UPDATE users SET bio = '' WHERE id = \${1} RETURNING username\`
  await call(db, 'read_post', { post: 1 })
  tables.users.email.name`;

const HELP = `JavaScript with the database, for example:
${EXAMPLES}

  sql      runs a statement; what stands in \${…} is sent as a parameter
  call     calls a function of drizzle/functions as the Worker does
  tables   drizzle/schema.ts
  db       the database for the calls

Ctrl-D or .exit leaves; .help lists the commands of Node's shell.`;

export function add(program: Command): void {
  program
    .command('shell')
    .description('run JavaScript with the database, its tables and its functions')
    .addHelpText(
      'after',
      `
In it:
${EXAMPLES}`,
    )
    .action((_, command: Command) =>
      withTarget(command, 'write', ({ backend, name }) =>
        withDatabase(backend, async (db) => start(backend, db, name)),
      ),
    );
}

async function start(backend: Backend, db: Database, name: string): Promise<void> {
  const { call } = await import('../../src/db/database.ts');
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
  Object.assign(shell.context, { db, sql, call, help });
  defineTables(shell.context);
  await waitForExit(shell);
}

/** Loads the tables on first use, because Drizzle takes longer to load than the rest of the shell. A user can replace them. */
function defineTables(context: object): void {
  const define = (how: PropertyDescriptor) =>
    Object.defineProperty(context, 'tables', { configurable: true, enumerable: true, ...how });
  define({
    get: () => require('../../drizzle/schema.ts'),
    set: (value) => define({ value, writable: true }),
  });
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
