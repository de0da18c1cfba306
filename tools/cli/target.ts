import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Backend } from '../neon/backend.ts';
import { dataFolder, folderFault, makeFolder } from '../neon/data-folder.ts';
import { openShared } from '../neon/sharing.ts';
import { type Environment, readEnvironment } from '../postgres/environment.ts';
import { Failure, upCommand } from './failure.ts';
import type { Options } from './options.ts';
import { printNote } from './print.ts';

/** The database of a command. */
export interface Target {
  backend: Backend;
  /** Where it is, without user and password. */
  name: string;
  /** Its environment; undefined for a remote database that none was declared for. */
  environment: Environment | undefined;
  /** The environment of `--env`, if the database has none declared yet. */
  undeclared: Environment | undefined;
}

/** What a command will do. Reading is always allowed, `destroy` never in production. */
type Purpose = 'read' | 'write' | 'destroy';

/**
 * Runs `work` with the database of a command, after checking that the command may use it. Only a command that creates tables
 * makes a local database that is not there.
 */
export async function withTarget<T>(
  command: Command,
  purpose: Purpose,
  work: (target: Target) => Promise<T>,
  { creates = false }: { creates?: boolean } = {},
): Promise<T> {
  const options = command.optsWithGlobals<Options>();
  const { backend, name, local } = await open(process.env[options.databaseUrlEnv], { ...options, creates });
  try {
    const declared = await readEnvironment(backend);
    checkTarget({ requested: options.env, declared, local, purpose, name });
    const environment = declared ?? options.env ?? (local ? 'development' : undefined);
    return await work({ backend, name, environment, undeclared: declared ? undefined : options.env });
  } finally {
    await backend.close();
  }
}

/** The folder of the database of `npm run dev`. */
export const localFolder = () => path.join(dataFolder(), 'postgres');

interface Opened {
  backend: Backend;
  name: string;
  local: boolean;
}

/** Opens `postgres://…`, or `file://…` for a folder of PGlite; without a URL the local database. */
export async function open(
  url: string | undefined,
  { env, databaseUrlEnv, creates = false }: Options & { creates?: boolean },
): Promise<Opened> {
  if (!url) {
    if (databaseUrlEnv !== 'DATABASE_URL') throw new Failure(`${databaseUrlEnv} is not set.`);
    if (env === 'staging' || env === 'production')
      throw new Failure('DATABASE_URL is not set.', {
        fix: `Set it to the owner's connection string of ${env}.`,
      });
    return openFolder(localFolder(), { env, creates, variable: 'DATA_DIR' });
  }
  if (!URL.canParse(url)) throw new Failure(`${databaseUrlEnv} is not a URL.`);
  const { protocol, hostname, host, pathname, searchParams } = new URL(url);
  if (protocol === 'file:')
    return openFolder(folderOf(url, databaseUrlEnv), { env, creates, variable: databaseUrlEnv });
  if (protocol !== 'postgres:' && protocol !== 'postgresql:')
    throw new Failure(`${databaseUrlEnv} must be a postgres:// URL.`);
  // Either makes `pg` connect to another host than that of the URL.
  const isOtherHost = searchParams.has('host') || (hostname === '' && process.env.PGHOST !== undefined);
  const { openPostgres } = await import('../neon/postgres.ts');
  return {
    backend: await openPostgres({ url, poolSize: 4 }).catch((error: Error) => {
      // An import opens two databases: say which one failed.
      throw new Failure(`${databaseUrlEnv}: ${error.message}`);
    }),
    name: `${host}${pathname}`,
    local: !isOtherHost && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|)$/.test(hostname),
  };
}

function folderOf(url: string, variable: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new Failure(`${variable} must be file:/// and the path of a folder on this machine.`);
  }
}

async function openFolder(
  folder: string,
  { env, creates, variable }: { env: Environment | undefined; creates: boolean; variable: string },
): Promise<Opened> {
  const relative = path.relative(process.cwd(), folder);
  const name = relative.startsWith('..') || relative === '' ? folder : relative;
  // While `npm run dev` has it open.
  const shared = openShared(folder);
  if (shared) return { backend: shared, name, local: true };
  // DATA_DIR is the folder around that of the database.
  const named = variable === 'DATA_DIR' ? path.dirname(folder) : folder;
  const fault = folderFault(named, variable);
  if (fault) throw new Failure(fault);
  if (isEmpty(folder)) {
    if (!creates)
      throw new Failure(`There is no database in ${name}.`, {
        fix: `Start "npm run dev" once, or run: ${upCommand(env)}. If its data is elsewhere, set DATA_DIR.`,
      });
    makeFolder(named, variable);
    printNote(`Creating a local database in ${name}.`, { json: false });
  }
  const { openPglite } = await import('../neon/pglite.ts');
  return { backend: await openPglite({ dataDir: folder }), name, local: true };
}

/** Whether there is no folder, or one with nothing in it. */
const isEmpty = (folder: string) => !existsSync(folder) || readdirSync(folder).length === 0;

/** Throws if the command may not use this database. */
export function checkTarget(question: {
  requested: Environment | undefined;
  declared: Environment | undefined;
  local: boolean;
  purpose: Purpose;
  name: string;
}): void {
  const { requested, declared, local, purpose, name } = question;
  if (requested && declared && requested !== declared)
    throw new Failure(`${name} is the database of ${declared}, not of ${requested}.`, {
      fix: `Use --env ${declared}, or set DATABASE_URL to the owner's connection string of ${requested}.`,
    });
  if (purpose === 'read') return;
  const known = declared ?? (local ? 'development' : undefined);
  if (!requested && known !== 'development')
    throw new Failure(
      known
        ? `${name} is the database of ${known}. To change it, use --env ${known}.`
        : `${name} is not on this machine. Name its environment with --env staging or --env production.`,
    );
  if (purpose === 'destroy' && (declared ?? requested) === 'production')
    throw new Failure(`${name} is the database of production, where this command is not allowed.`);
}
