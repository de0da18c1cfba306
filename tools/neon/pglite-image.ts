// A copy of an empty database, because making one takes four times as long as loading it.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';

const FOLDER = path.resolve(import.meta.dirname, '../../node_modules/.cache/ledge');

/** The version of the package, of which another may have another format. */
function version(): string {
  const main = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const folder = main.slice(0, main.lastIndexOf(`${path.sep}dist${path.sep}`));
  return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Makes an empty database from the copy, which is made if it is missing. The process ends only after it is closed. */
export async function openImage(options: PGliteOptions): Promise<PGlite> {
  const file = path.join(FOLDER, `pglite-${version()}.tar`);
  try {
    return await PGlite.create({ ...options, loadDataDir: new Blob([readFileSync(file)]) });
  } catch (error) {
    // Missing, or broken: another one is made, unless it has left parts of a database in the folder.
    rmSync(file, { force: true });
    const { dataDir } = options;
    if (dataDir !== undefined && readdirSync(dataDir).length > 0) throw error;
  }
  // The log begins with one whole segment, of 16 MB by default.
  const database = await PGlite.create({ ...options, initDbStartParams: ['--wal-segsize=1'] });
  await dropTemplates(database);
  await keep(database, file).catch(() => undefined);
  return database;
}

/** No other database is made from these two, and they are two thirds of the files. */
async function dropTemplates(database: PGlite): Promise<void> {
  await database.exec('UPDATE pg_database SET datistemplate = false');
  for (const name of ['template0', 'template1']) await database.exec(`DROP DATABASE ${name}`);
}

async function keep(database: PGlite, file: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const old of readdirSync(FOLDER)) if (old.startsWith('pglite-')) rmSync(path.join(FOLDER, old));
  const dump = await database.dumpDataDir('none');
  // Renamed into place, so that no other process reads half of it.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, Buffer.from(await dump.arrayBuffer()));
  renameSync(draft, file);
}
