import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Backend } from '../../tools/neon/backend.ts';
import { openPglite } from '../../tools/neon/pglite.ts';
import { openPostgres } from '../../tools/neon/postgres.ts';
import { openScratchServer, type ScratchServer } from '../support/scratch.ts';

/** Empty databases of one kind, for one test file. */
export interface Databases {
  name: string;
  /** A new one, as a connection string for another process. */
  create(): Promise<string>;
  /** Opens one that `create` made, or a new one that needs no other process. */
  open(url?: string): Promise<Backend>;
  /** Stops and deletes everything. */
  remove(): Promise<void>;
}

function pgliteDatabases(): Databases {
  const folder = mkdtempSync(path.join(tmpdir(), 'ledge-databases-'));
  let last = 0;
  return {
    name: 'PGlite',
    async create() {
      last += 1;
      return pathToFileURL(path.join(folder, String(last))).href;
    },
    open: (url) => openPglite(url === undefined ? {} : { dataDir: fileURLToPath(url) }),
    async remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function postgresDatabases(): Databases {
  let starting: Promise<ScratchServer> | undefined;
  const create = async () => {
    starting ??= openScratchServer();
    return (await starting).create();
  };
  return {
    name: 'Postgres',
    create,
    open: async (url) => openPostgres({ url: url ?? (await create()) }),
    async remove() {
      await (await starting)?.stop();
    },
  };
}

/** The kind of database that this run is about: a real Postgres with TEST_BACKEND=postgres, otherwise PGlite. */
export const openOfLane = process.env.TEST_BACKEND === 'postgres' ? postgresDatabases : pgliteDatabases;

/** A real Postgres if one is installed, since a command connects to it faster than it starts PGlite; otherwise PGlite. */
export async function openFastest(): Promise<Databases> {
  const postgres = postgresDatabases();
  try {
    await postgres.create();
    return postgres;
  } catch {
    return pgliteDatabases();
  }
}
