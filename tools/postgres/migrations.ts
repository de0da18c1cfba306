import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Backend, Session } from '../neon/backend.ts';
import {
  type AppliedRelease,
  createRelease,
  dropRelease,
  dropReleasesOf,
  enterRelease,
  RELEASES_TABLE,
  type Release,
  readFunctions,
  readReleases,
  reenterRelease,
} from './functions.ts';
import { runStep, type Step } from './step.ts';

export const MIGRATIONS_FOLDER = path.resolve(import.meta.dirname, '../../drizzle');
/** Any number would do, as long as every migrator of this database takes the same. */
const ADVISORY_LOCK = 5_343_301;
/** Where drizzle's own migrators keep what they applied. */
const JOURNAL = 'drizzle.__drizzle_migrations';

export interface Migration {
  tag: string;
  /** When it was generated, in milliseconds of the Unix epoch: its place in the order, and its name in the journal. */
  when: number;
  up: string;
  /** Undefined when nobody wrote it. */
  down: string | undefined;
  /** SHA-256 of the file, as drizzle's own migrators keep it. */
  hash: string;
}

/** A row of the database's journal. */
export interface Applied {
  when: number;
  hash: string;
}

/**
 * What is to be done to a database to which these migrations were applied, and which has these releases of the functions.
 * Throws when it can't be done.
 */
export type Plan = (applied: Applied[], releases?: AppliedRelease[]) => Step[];

/** How far to go: all the way, by a number of migrations, or to the tag of one (or the digits it starts with). */
export type Distance = 'all' | number | string;

/** The migrations of `drizzle/`, in the order of its journal. Throws when the journal names a file that is not there. */
export function readMigrations(folder = MIGRATIONS_FOLDER): Migration[] {
  const journal = JSON.parse(readFileSync(path.join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string; when: number }[];
  };
  return journal.entries.map(({ tag, when }) => {
    const up = readFileSync(path.join(folder, `${tag}.sql`), 'utf8');
    const downFile = path.join(folder, 'down', `${tag}.sql`);
    const down = existsSync(downFile) ? readFileSync(downFile, 'utf8') : undefined;
    return { tag, when, up, down, hash: createHash('sha256').update(up).digest('hex') };
  });
}

/** The migration that a person means: by its tag, by the digits that it starts with, or `head`, the newest. */
export function findMigration(migrations: Migration[], name: string): Migration {
  const found =
    name === 'head'
      ? migrations.at(-1)
      : migrations.find(({ tag }) => tag === name || tag.startsWith(`${name}_`));
  if (found) return found;
  throw new Error(
    `There is no migration ${name}. There are: ${migrations.map(({ tag }) => tag).join(', ')}.`,
  );
}

/** What was applied to a database, oldest first; nothing in one that was never migrated. */
export async function readApplied(session: Pick<Session, 'query'>): Promise<Applied[]> {
  const there = await session.query({ text: `SELECT to_regclass('${JOURNAL}') IS NOT NULL` });
  if (there.rows[0]?.[0] !== 't') return [];
  const { rows } = await session.query({
    text: `SELECT created_at, hash FROM ${JOURNAL} ORDER BY created_at`,
  });
  return rows.map(([when, hash]) => ({ when: Number(when), hash: hash ?? '' }));
}

const enter = ({ when, hash }: Migration) =>
  `INSERT INTO ${JOURNAL} (hash, created_at) VALUES ('${hash}', ${when});`;
const strike = ({ when }: Applied) => `DELETE FROM ${JOURNAL} WHERE created_at = ${when};`;

/**
 * Forwards: everything that is missing up to there, what a merged branch brought in between included. The functions come
 * when no migration is missing any more.
 */
export function planUp(migrations: Migration[], distance: Distance = 'all', release?: Release): Plan {
  return (applied, releases = []) => {
    const known = new Set(applied.map(({ when }) => when));
    const missing = migrations.filter(({ when }) => !known.has(when));
    const chosen = choose(migrations, missing, distance);
    const steps = chosen.map(upStep);
    if (!release || chosen.length < missing.length) return steps;
    return withRelease(steps, release, releases, migrations.at(-1)?.when);
  };
}

function choose(migrations: Migration[], missing: Migration[], distance: Distance): Migration[] {
  if (distance === 'all') return missing;
  if (typeof distance === 'number') return missing.slice(0, distance);
  const end = migrations.indexOf(findMigration(migrations, distance));
  return missing.filter((migration) => migrations.indexOf(migration) <= end);
}

/**
 * Two releases stay: this one, and the one before it, whose Worker still runs and may be rolled back to. One that brings
 * migrations only counts as well.
 */
function withRelease(
  steps: Step[],
  release: Release,
  releases: AppliedRelease[],
  migration: number | undefined,
): Step[] {
  const { schema } = release;
  const isNewest = releases.at(-1)?.schema === schema;
  if (isNewest && steps.length === 0) return [];
  const isThere = releases.some((one) => one.schema === schema);
  const passed = releases.slice(0, -1).filter((one) => one.schema !== schema);
  return [
    // First, because a function that takes a row of a table keeps the table from being dropped.
    ...passed.map((one): Step => ({ tag: one.schema, kind: 'dropped', parts: [dropRelease(one.schema)] })),
    ...steps,
    {
      tag: schema,
      ...(isNewest && { kind: 'kept' }),
      parts: [...(isThere ? [] : createRelease(release)), enterRelease(schema, migration)],
    },
  ];
}

/** The release of a Worker that was rolled back to: the newest again, so that the next two `planUp` keep it. */
export function planRelease(schema: string): Plan {
  return (_, releases = []) => {
    const names = releases.map((one) => one.schema);
    if (!names.includes(schema))
      throw new Error(`There are no functions ${schema}, but ${names.join(', ') || 'none at all'}.`);
    return names.at(-1) === schema ? [] : [{ tag: schema, parts: [reenterRelease(schema)] }];
  };
}

const upStep = (migration: Migration): Step => ({
  tag: migration.tag,
  parts: [
    {
      name: `Migration ${migration.tag}`,
      script: `${migration.up.trimEnd()}\n;\n${enter(migration)}\n`,
    },
  ],
});

/** Backwards: the newest ones, or all after the one that is named, which stays; `all` leaves nothing. */
export function planDown(migrations: Migration[], distance: Distance): Plan {
  return (applied) => {
    const stranger = applied.find(({ when }) => !migrations.some((migration) => migration.when === when));
    if (stranger)
      throw new Error(
        `This database has a migration of ${new Date(stranger.when).toISOString()} that this checkout does not have. Go back with the version that has it.`,
      );
    const isApplied = ({ when }: Migration) => applied.some((entry) => entry.when === when);
    const newestFirst = migrations.filter(isApplied).reverse();
    if (distance === 'all') return newestFirst.map(downStep);
    if (typeof distance === 'number') {
      // Most likely a slip of the hand, and it would leave nothing.
      if (distance > newestFirst.length)
        throw new Error(
          `-${distance} is more than is applied, which is ${newestFirst.length}. To undo everything: nothing`,
        );
      return newestFirst.slice(0, distance).map(downStep);
    }
    const target = findMigration(migrations, distance);
    if (!isApplied(target)) throw new Error(`${target.tag} is not applied: there is no way back to it.`);
    return newestFirst.slice(0, newestFirst.indexOf(target)).map(downStep);
  };
}

function downStep(migration: Migration): Step {
  const { tag, down } = migration;
  if (down === undefined) throw new Error(`${tag} has no way back: write drizzle/down/${tag}.sql.`);
  const script = `${down.trimEnd()}\n;\n${strike(migration)}\n`;
  return { tag, parts: [dropReleasesOf(migration.when), { name: `Migration ${tag}`, script }] };
}

/**
 * Writes the journal as if exactly the migrations up to `name` (or `nothing`) had been applied, and runs none. It leaves
 * the functions as they are.
 */
export function planStamp(migrations: Migration[], name: string): Plan {
  return (applied) => {
    const wanted =
      name === 'nothing' ? [] : migrations.slice(0, migrations.indexOf(findMigration(migrations, name)) + 1);
    const isApplied = ({ when }: Migration) => applied.some((entry) => entry.when === when);
    const struck = applied.filter(({ when }) => !wanted.some((migration) => migration.when === when));
    const step = (tag: string, script: string): Step => ({ tag, parts: [{ name: tag, script }] });
    return [
      ...struck.map(
        (entry): Step => ({ ...step(tagOf(migrations, entry), `${strike(entry)}\n`), kind: 'struck' }),
      ),
      ...wanted.filter((one) => !isApplied(one)).map((one) => step(one.tag, `${enter(one)}\n`)),
    ];
  };
}

/** The tag of what was applied, or when it was generated if this checkout does not have it. */
export const tagOf = (migrations: Migration[], { when }: Applied) =>
  migrations.find((migration) => migration.when === when)?.tag ?? `unknown (${new Date(when).toISOString()})`;

/**
 * SQL that makes a schema and gives nobody else a right on it: what the Worker's role is given on new schemas is meant for
 * those of the functions.
 */
export const createPrivateSchema = (name: string) => `DO $$ DECLARE whose regrole; BEGIN
  IF to_regnamespace('${name}') IS NULL THEN
    CREATE SCHEMA ${name};
    FOR whose IN SELECT grantee FROM pg_namespace, aclexplode(nspacl)
        WHERE nspname = '${name}' AND grantee NOT IN (0, nspowner) LOOP
      EXECUTE format('REVOKE ALL ON SCHEMA ${name} FROM %s', whose);
    END LOOP;
  END IF;
END $$;
`;

const OPENING = `SELECT pg_advisory_xact_lock(${ADVISORY_LOCK});
${createPrivateSchema('drizzle')}CREATE TABLE IF NOT EXISTS ${JOURNAL} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
${RELEASES_TABLE}`;

/** The steps as one script that does what `migrate` would do. */
export function scriptOf(steps: Step[]): string {
  const titled = steps.map(({ tag, parts }) =>
    [
      `-- ${tag}\n`,
      ...parts.map(({ name, script }) => (parts.length > 1 ? `-- ${name}\n${script}` : script)),
    ].join(''),
  );
  return ['BEGIN;\n', OPENING, ...titled, 'COMMIT;\n'].join('\n');
}

/** Carries out a plan in one transaction that other migrators wait for. Resolves to the tags of what was moved. */
export function migrate(backend: Backend, plan: Plan): Promise<string[]> {
  return backend.session(async (session) => {
    await session.execute('BEGIN');
    try {
      await session.execute(OPENING);
      // Planned under the lock: another migrator may have been at work a moment ago.
      const steps = plan(await readApplied(session), await readReleases(session));
      for (const step of steps) await runStep(session, step);
      await session.execute('COMMIT');
      return steps.filter(({ kind }) => kind === undefined || kind === 'struck').map(({ tag }) => tag);
    } catch (error) {
      // A connection that broke has rolled back by itself; the first error is the one to tell.
      await session.execute('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}

/** Applies what is missing, and the functions. Resolves to the tags applied; the last is the schema of the functions. */
export const migrateUp = (backend: Backend, migrations = readMigrations(), release = readFunctions()) =>
  migrate(backend, planUp(migrations, 'all', release));
