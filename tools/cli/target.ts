import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Backend } from '../neon/backend.ts';
import { joinFolder } from '../neon/sharing.ts';
import { Failure } from './failure.ts';
import type { Options } from './program.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export type Environment = NonNullable<Options['env']>;

/** The database that a command is about. */
export interface Target {
  backend: Backend;
  /** Where it is, without user and password. */
  name: string;
  /** What it is used for; undefined for one far away that nobody has declared. */
  environment: Environment | undefined;
  /** The environment that `--env` named, where the database does not know it yet. */
  undeclared: Environment | undefined;
}

/** What a command is about to do: only reading is free, and what destroys never happens in production. */
type Purpose = 'read' | 'write' | 'destroy';

/** Opens the database, checks that it is the one that is meant, works, and closes it. */
export async function withTarget<T>(
  command: Command,
  purpose: Purpose,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const options = command.optsWithGlobals<Options>();
  const { backend, name, local } = await open(process.env[options.databaseUrlEnv], options);
  try {
    const declared = await readDeclared(backend);
    checkMeant({ meant: options.env, declared, local, purpose, name });
    const environment = declared ?? options.env ?? (local ? 'development' : undefined);
    return await work({ backend, name, environment, undeclared: declared ? undefined : options.env });
  } finally {
    await backend.close();
  }
}

/** The folder of the database that `npm run dev` keeps. */
export const localFolder = () => path.resolve(ROOT, process.env.DATA_DIR ?? '.data', 'postgres');

interface Opened {
  backend: Backend;
  name: string;
  local: boolean;
}

/** `postgres://…`, or `file://…` for a folder of PGlite; without either the local one. */
export async function open(url: string | undefined, { env, databaseUrlEnv }: Options): Promise<Opened> {
  if (!url) {
    if (databaseUrlEnv !== 'DATABASE_URL') throw new Failure(`${databaseUrlEnv} is not set.`);
    if (env === 'staging' || env === 'production')
      throw new Failure(`Where is ${env}? Put its connection string into DATABASE_URL.`, {
        fix: `export DATABASE_URL='postgresql://…', with the string of ${env} in it, and ask again.`,
      });
    return openFolder(localFolder());
  }
  if (!URL.canParse(url)) throw new Failure(`${databaseUrlEnv} is not a URL.`);
  const { protocol, hostname, host, pathname, searchParams } = new URL(url);
  if (protocol === 'file:') return openFolder(folderOf(url, databaseUrlEnv));
  if (protocol !== 'postgres:' && protocol !== 'postgresql:')
    throw new Failure(`${databaseUrlEnv} must be a postgres:// URL.`);
  // Either sends `pg` to another host than the one that stands in the URL.
  const elsewhere = searchParams.has('host') || (hostname === '' && process.env.PGHOST !== undefined);
  const { openPostgres } = await import('../neon/postgres.ts');
  return {
    backend: await openPostgres({ url, poolSize: 4 }).catch((error: Error) => {
      // Two databases are open while one is imported.
      throw new Failure(`${databaseUrlEnv}: ${error.message}`);
    }),
    name: `${host}${pathname}`,
    local: !elsewhere && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|)$/.test(hostname),
  };
}

function folderOf(url: string, variable: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new Failure(`${variable} must be file:/// and the path of a folder on this machine.`);
  }
}

async function openFolder(folder: string): Promise<Opened> {
  const relative = path.relative(process.cwd(), folder);
  const name = relative.startsWith('..') || relative === '' ? folder : relative;
  // While `npm run dev` has it open.
  const shared = joinFolder(folder);
  if (shared) return { backend: shared, name, local: true };
  if (!existsSync(folder)) console.error(`ledge: making a new local database in ${name}`);
  const { openPglite } = await import('../neon/pglite.ts');
  return { backend: await openPglite({ dataDir: folder }), name, local: true };
}

// Beside the journal of migrations, out of the way of drizzle-kit and of every query.
const DECLARED = 'drizzle.environment';

/** The environment that a database says it belongs to: an address alone does not tell, behind a tunnel all look local. */
async function readDeclared(backend: Backend): Promise<Environment | undefined> {
  const there = await backend.query({ text: `SELECT to_regclass('${DECLARED}') IS NOT NULL` });
  if (there.rows[0]?.[0] !== 't') return undefined;
  const { rows } = await backend.query({ text: `SELECT name FROM ${DECLARED}` });
  return (rows[0]?.[0] ?? undefined) as Environment | undefined;
}

/** SQL by which a database remembers what it is for. */
export const declaration = (environment: Environment) =>
  `CREATE SCHEMA IF NOT EXISTS drizzle; CREATE TABLE IF NOT EXISTS ${DECLARED} (name text PRIMARY KEY);
INSERT INTO ${DECLARED} (name) VALUES ('${environment}');\n`;

/** Throws unless it is clear that this database is the one that is meant. */
export function checkMeant(question: {
  meant: Environment | undefined;
  declared: Environment | undefined;
  local: boolean;
  purpose: Purpose;
  name: string;
}): void {
  const { meant, declared, local, purpose, name } = question;
  if (meant && declared && meant !== declared)
    throw new Failure(`${name} is the database of ${declared}, not of ${meant}.`, {
      fix: `Say --env ${declared} if that is the one you mean, else put the string of ${meant} into DATABASE_URL.`,
    });
  if (purpose === 'read') return;
  const known = declared ?? (local ? 'development' : undefined);
  if (!meant && known !== 'development')
    throw new Failure(
      known
        ? `${name} is the database of ${known}. If that is the one you mean: --env ${known}`
        : `${name} is not on this machine. Say which environment it belongs to: --env staging or --env production`,
    );
  if (purpose === 'destroy' && (declared ?? meant) === 'production')
    throw new Failure(`${name} is the database of production: this command never touches it.`);
}
