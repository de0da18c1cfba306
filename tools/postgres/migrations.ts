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
/** An arbitrary number, the same for every migrator. */
const ADVISORY_LOCK = 5_343_301;
/** The table in which drizzle's migrators store what they applied. */
const JOURNAL = 'drizzle.__drizzle_migrations';

export interface Migration {
  tag: string;
  /** When it was generated, in milliseconds of the Unix epoch: defines the order, and identifies it in the journal. */
  when: number;
  up: string;
  /** Undefined when the file is missing. */
  down: string | undefined;
  /** SHA-256 of the file, as drizzle's migrators store it. */
  hash: string;
}

/** A row of the database's journal. */
export interface Applied {
  when: number;
  hash: string;
}

/**
 * Computes the steps for a database with these applied migrations and releases of the functions. Throws when the plan is
 * not possible.
 */
export type Plan = (applied: Applied[], releases?: AppliedRelease[]) => Step[];

/** All migrations, a number of them, or up to one with this tag, or whose tag starts with these digits. */
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

/** Finds a migration by its tag, by the digits that it starts with, or the newest by `head`. */
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

/** What was applied to a database, oldest first; empty when it was never migrated. */
export async function readApplied(session: Pick<Session, 'query'>): Promise<Applied[]> {
  const there = await session.query({ text: `SELECT to_regclass('${JOURNAL}') IS NOT NULL` });
  if (there.rows[0]?.[0] !== 't') return [];
  const { rows } = await session.query({
    text: `SELECT created_at, hash FROM ${JOURNAL} ORDER BY created_at`,
  });
  return rows.map(([when, hash]) => ({ when: Number(when), hash: hash ?? '' }));
}

const insertEntry = ({ when, hash }: Migration) =>
  `INSERT INTO ${JOURNAL} (hash, created_at) VALUES ('${hash}', ${when});`;
const deleteEntry = ({ when }: Applied) => `DELETE FROM ${JOURNAL} WHERE created_at = ${when};`;

/**
 * Applies all missing migrations up to `distance`, also older ones of a merged branch. The functions are applied when no
 * migration is missing any more.
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
 * Keeps two releases: this one, and the previous one, whose Worker still runs and may be rolled back to. A release with new
 * migrations only counts, too.
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
  const exists = releases.some((one) => one.schema === schema);
  const outdated = releases.slice(0, -1).filter((one) => one.schema !== schema);
  return [
    // First, because a function that takes a row of a table keeps the table from being dropped.
    ...outdated.map((one): Step => ({ tag: one.schema, kind: 'dropped', parts: [dropRelease(one.schema)] })),
    ...steps,
    {
      tag: schema,
      ...(isNewest && { kind: 'kept' }),
      parts: [...(exists ? [] : createRelease(release)), enterRelease(schema, migration)],
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
      script: `${migration.up.trimEnd()}\n;\n${insertEntry(migration)}\n`,
    },
  ],
});

/** Undoes a number of migrations, or all that are newer than the one with this tag; `all` undoes everything. */
export function planDown(migrations: Migration[], distance: Distance): Plan {
  return (applied) => {
    const unknown = applied.find(({ when }) => !migrations.some((migration) => migration.when === when));
    if (unknown)
      throw new Error(
        `This database has a migration of ${new Date(unknown.when).toISOString()} that this checkout does not have. Use the checkout that has it.`,
      );
    const isApplied = ({ when }: Migration) => applied.some((entry) => entry.when === when);
    const newestFirst = migrations.filter(isApplied).reverse();
    if (distance === 'all') return newestFirst.map(downStep);
    if (typeof distance === 'number') {
      // Probably a mistake, which would undo everything.
      if (distance > newestFirst.length)
        throw new Error(
          `-${distance} is more than the number of applied migrations, ${newestFirst.length}. To undo all of them: nothing`,
        );
      return newestFirst.slice(0, distance).map(downStep);
    }
    const target = findMigration(migrations, distance);
    if (!isApplied(target)) throw new Error(`${target.tag} is not applied, so it can't be gone down to.`);
    return newestFirst.slice(0, newestFirst.indexOf(target)).map(downStep);
  };
}

function downStep(migration: Migration): Step {
  const { tag, down } = migration;
  if (down === undefined) throw new Error(`${tag} has no down migration: write drizzle/down/${tag}.sql.`);
  const script = `${down.trimEnd()}\n;\n${deleteEntry(migration)}\n`;
  return { tag, parts: [dropReleasesOf(migration.when), { name: `Migration ${tag}`, script }] };
}

/**
 * Changes the journal to the migrations up to `name` (or `nothing`), without running any. The functions stay as they are.
 */
export function planStamp(migrations: Migration[], name: string): Plan {
  return (applied) => {
    const wanted =
      name === 'nothing' ? [] : migrations.slice(0, migrations.indexOf(findMigration(migrations, name)) + 1);
    const isApplied = ({ when }: Migration) => applied.some((entry) => entry.when === when);
    const extra = applied.filter(({ when }) => !wanted.some((migration) => migration.when === when));
    const step = (tag: string, script: string): Step => ({ tag, parts: [{ name: tag, script }] });
    return [
      ...extra.map(
        (entry): Step => ({
          ...step(tagOf(migrations, entry), `${deleteEntry(entry)}\n`),
          kind: 'unstamped',
        }),
      ),
      ...wanted.filter((one) => !isApplied(one)).map((one) => step(one.tag, `${insertEntry(one)}\n`)),
    ];
  };
}

/** The tag of an applied migration, or its time if this checkout doesn't have it. */
export const tagOf = (migrations: Migration[], { when }: Applied) =>
  migrations.find((migration) => migration.when === when)?.tag ?? `unknown (${new Date(when).toISOString()})`;

/**
 * SQL that creates a schema without rights of other roles. The default privileges of the Worker's role on new schemas are
 * meant for those of the functions.
 */
export const createPrivateSchema = (name: string) => `DO $$ DECLARE role regrole; BEGIN
  IF to_regnamespace('${name}') IS NULL THEN
    CREATE SCHEMA ${name};
    FOR role IN SELECT grantee FROM pg_namespace, aclexplode(nspacl)
        WHERE nspname = '${name}' AND grantee NOT IN (0, nspowner) LOOP
      EXECUTE format('REVOKE ALL ON SCHEMA ${name} FROM %s', role);
    END LOOP;
  END IF;
END $$;
`;

const OPENING = `SELECT pg_advisory_xact_lock(${ADVISORY_LOCK});
${createPrivateSchema('drizzle')}CREATE TABLE IF NOT EXISTS ${JOURNAL} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
${RELEASES_TABLE}`;

/** The steps as one script, which does the same as `migrate`. */
export function scriptOf(steps: Step[]): string {
  const titled = steps.map(({ tag, parts }) =>
    [
      `-- ${tag}\n`,
      ...parts.map(({ name, script }) => (parts.length > 1 ? `-- ${name}\n${script}` : script)),
    ].join(''),
  );
  return ['BEGIN;\n', OPENING, ...titled, 'COMMIT;\n'].join('\n');
}

/** Carries out a plan in one transaction, for which other migrators wait. Resolves to the tags that changed. */
export function migrate(backend: Backend, plan: Plan): Promise<string[]> {
  return backend.session(async (session) => {
    await session.execute('BEGIN');
    try {
      await session.execute(OPENING);
      // Planned after taking the lock: another migrator may just have finished.
      const steps = plan(await readApplied(session), await readReleases(session));
      for (const step of steps) await runStep(session, step);
      await session.execute('COMMIT');
      return steps.filter(({ kind }) => kind === undefined || kind === 'unstamped').map(({ tag }) => tag);
    } catch (error) {
      // A broken connection has rolled back by itself; the first error is the one to report.
      await session.execute('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}

/** Applies missing migrations and the functions. Resolves to the tags; the last is the schema of the functions. */
export const migrateUp = (backend: Backend, migrations = readMigrations(), release = readFunctions()) =>
  migrate(backend, planUp(migrations, 'all', release));
