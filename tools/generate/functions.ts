// Writes what the functions of drizzle/functions take and return, for the Worker to call them by.
import path from 'node:path';
import { openPglite } from '../neon/pglite.ts';
import { readFunctions } from '../postgres/functions.ts';
import { migrateUp, readMigrations } from '../postgres/migrations.ts';
import { renderSignatures } from '../postgres/signatures.ts';
import { derive } from './write-generated.ts';

const FILE = path.resolve(import.meta.dirname, '../../src/db/functions.ts');

const release = readFunctions();
const backend = await openPglite();
try {
  await migrateUp(backend, readMigrations(), release);
  derive(FILE, await renderSignatures(backend, release.schema));
} finally {
  await backend.close();
}
