import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format, isCurrent, outdatedMessage } from '../generate/write-generated.ts';
import { openPglite } from '../neon/pglite.ts';
import { readFunctions, readReleases } from './functions.ts';
import { MIGRATIONS_FOLDER, migrate, planDown, planUp, readMigrations } from './migrations.ts';
import { compareSchemas, describeSchema, describeTables, prerequisitesOf } from './schema.ts';
import { renderSignatures } from './signatures.ts';

const SIGNATURES_FILE = path.resolve(import.meta.dirname, '../../src/db/functions.ts');

interface Snapshot {
  id: string;
  prevId: string;
  [part: string]: unknown;
}

interface Entry {
  idx: number;
  tag: string;
  when: number;
}

const readJson = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
const snapshotFile = (folder: string, { tag }: Pick<Entry, 'tag'>) =>
  path.join(folder, 'meta', `${tag.slice(0, tag.indexOf('_'))}_snapshot.json`);

const readEntries = (folder: string) =>
  readJson<{ entries: Entry[] }>(path.join(folder, 'meta/_journal.json')).entries;

/** The tags that no other migration follows. There is more than one when two branches added to the same state. */
export function findHeads(folder = MIGRATIONS_FOLDER): string[] {
  const snapshots = readEntries(folder)
    .filter((entry) => existsSync(snapshotFile(folder, entry)))
    .map(({ tag }) => ({ tag, ...readJson<Snapshot>(snapshotFile(folder, { tag })) }));
  return snapshots.filter(({ id }) => !snapshots.some(({ prevId }) => prevId === id)).map(({ tag }) => tag);
}

/** The faults of the files in `drizzle/`, as sentences that say what to do. */
export function findFileFaults(folder = MIGRATIONS_FOLDER): string[] {
  const entries = readEntries(folder);
  const tags = new Set(entries.map(({ tag }) => tag));
  const sqlFiles = (sub: string) => {
    const full = path.join(folder, sub);
    const names = existsSync(full) ? readdirSync(full) : [];
    return names.filter((name) => name.endsWith('.sql')).map((name) => name.slice(0, -'.sql'.length));
  };
  const ups = new Set(sqlFiles('.'));
  const downs = new Set(sqlFiles('down'));
  const faults = [
    ...entries.filter(({ tag }) => !ups.has(tag)).map(({ tag }) => `drizzle/${tag}.sql is missing.`),
    ...entries
      .filter(({ tag }) => !downs.has(tag))
      .map(({ tag }) => `${tag} has no down migration: write drizzle/down/${tag}.sql, which undoes it.`),
    ...[...ups].filter((tag) => !tags.has(tag)).map((tag) => `drizzle/${tag}.sql is not in the journal.`),
    ...[...downs]
      .filter((tag) => !tags.has(tag))
      .map((tag) => `drizzle/down/${tag}.sql undoes no migration.`),
  ];
  let before = '00000000-0000-0000-0000-000000000000';
  for (const [i, entry] of entries.entries()) {
    const earlier = entries[i - 1];
    if (entry.idx !== i || (earlier && earlier.when >= entry.when))
      faults.push(`${entry.tag} is out of order in the journal: generate it again.`);
    if (!existsSync(snapshotFile(folder, entry))) {
      faults.push(`${entry.tag} has no snapshot: generate it again.`);
      continue;
    }
    const { id, prevId } = readJson<Snapshot>(snapshotFile(folder, entry));
    if (prevId !== before)
      faults.push(`The snapshot of ${entry.tag} does not follow the one before it: generate it again.`);
    before = id;
  }
  return faults;
}

/**
 * Compares `drizzle/schema.ts` with the migrations, by the newest snapshot and by a database of each. Checks that the
 * functions can be applied, dropped and applied again, and that src/db/functions.ts is generated from them.
 */
export async function findSchemaFaults(
  folder = MIGRATIONS_FOLDER,
  report: (what: string) => void = () => undefined,
): Promise<string[]> {
  report('starting a database');
  // One database for everything, because starting one takes longer than all the rest.
  const opening = openPglite();
  const { generateDrizzleJson, generateMigration } = await import('drizzle-kit/api');
  const tables = await import('../../drizzle/schema.ts');
  const backend = await opening;
  try {
    const described = generateDrizzleJson(tables);
    const newest = readEntries(folder).at(-1);
    const snapshot = newest && readJson<Snapshot>(snapshotFile(folder, newest));
    const content = (whole: object) =>
      JSON.parse(JSON.stringify({ ...whole, id: '', prevId: '' })) as unknown;
    if (!isDeepStrictEqual(content(described), content(snapshot ?? {})))
      return [
        'drizzle/schema.ts has changed since the newest migration: npx drizzle-kit generate --name what-changed.',
      ];

    const migrations = readMigrations(folder);
    const release = readFunctions(path.join(folder, 'functions'));
    const up = planUp(migrations, 'all', release);
    const down = planDown(migrations, 'all');
    const faults: string[] = [];

    report('applying migrations and functions');
    await migrate(backend, up);
    const [once, onceTables] = [await describeSchema(backend), await describeTables(backend)];
    for (const tag of await migrate(backend, up)) faults.push(`Applied twice: ${tag}`);

    report('comparing src/db/functions.ts with the functions');
    const signatures = format(SIGNATURES_FILE, await renderSignatures(backend, release.schema));
    if (!isCurrent(SIGNATURES_FILE, signatures)) faults.push(outdatedMessage(SIGNATURES_FILE));

    report('going down and up again');
    await migrate(backend, down);
    for (const line of await describeSchema(backend)) faults.push(`Left after all down migrations: ${line}`);
    for (const { schema } of await backend.session(readReleases))
      faults.push(`Left after all down migrations: schema ${schema}`);
    await migrate(backend, up);
    for (const line of compareSchemas(await describeSchema(backend), once))
      faults.push(`Going down and up again changes the schema: ${line}`);

    report('comparing drizzle/schema.ts with the migrations');
    await migrate(backend, down);
    await backend.execute(prerequisitesOf(once));
    await backend.execute((await generateMigration(generateDrizzleJson({}), described)).join('\n'));
    for (const line of compareSchemas(onceTables, await describeTables(backend)))
      faults.push(`The migrations and drizzle/schema.ts differ: ${line}`);
    return faults;
  } finally {
    await backend.close();
  }
}
