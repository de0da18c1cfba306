// The database's own API: the folder of functions, applied as a whole in a schema that is named by its content. So the
// Worker of one release never meets the functions of another, while two of them run and after a rollback.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Session } from '../neon/backend.ts';
import type { Part } from './step.ts';

export const FUNCTIONS_FOLDER = path.resolve(import.meta.dirname, '../../drizzle/functions');

/** The functions of a checkout. */
export interface Release {
  /** `ledge_` and the first eight digits of a SHA-256 over all files. */
  schema: string;
  files: { name: string; text: string }[];
}

/** A release that a database has. */
export interface AppliedRelease {
  schema: string;
  /** The last time; null for one that nobody wrote down, in milliseconds of the Unix epoch otherwise. */
  applied_at: number | null;
}

/** The names of all schemas of releases, as a regular expression of Postgres. */
const NAMES = '^ledge_[0-9a-f]{8}$';
/** One row for each time that a release became the newest. */
const RELEASES = 'drizzle.releases';

/** The functions of a folder, in the order in which they are created. */
export function readFunctions(folder = FUNCTIONS_FOLDER): Release {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sql')) : [];
  const rank = (name: string) => `${name.startsWith('_') ? 0 : 1}${name}`;
  const files = names
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    // Git can be told to change line ends; the name of the release is the same on every machine.
    .map((name) => ({
      name,
      text: readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n'),
    }));
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(`${name}\0${text}\0`);
  return { schema: `ledge_${hash.digest('hex').slice(0, 8)}`, files };
}

/** The releases that a database has, the newest last. */
export async function readReleases(session: Pick<Session, 'query'>): Promise<AppliedRelease[]> {
  const there = await session.query({ text: `SELECT to_regclass('${RELEASES}') IS NOT NULL` });
  if (there.rows[0]?.[0] !== 't') return [];
  const { rows } = await session.query({
    text: `SELECT nspname, floor(extract(epoch FROM max(applied_at)) * 1000)
      FROM pg_namespace LEFT JOIN ${RELEASES} ON schema = nspname
      WHERE nspname ~ '${NAMES}' GROUP BY nspname ORDER BY max(id) NULLS FIRST, nspname`,
  });
  return rows.map(([schema, at]) => ({ schema: schema ?? '', applied_at: at === null ? null : Number(at) }));
}

/** Where it is written down which release came when, and which migration was the newest of its checkout. */
export const RELEASES_TABLE = `CREATE TABLE IF NOT EXISTS ${RELEASES} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schema text NOT NULL, migration bigint,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
`;

/** Creates the functions in a schema of their own. */
export function createRelease({ schema, files }: Release): Part[] {
  return [
    {
      name: schema,
      script: `CREATE SCHEMA ${schema};\nSET LOCAL search_path = ${schema}, public, pg_temp;\n`,
    },
    ...files.map(({ name, text }) => ({
      name: `drizzle/functions/${name}`,
      script: `${text.trimEnd()}\n;\n`,
    })),
    {
      name: schema,
      script: `${checkSearchPaths(schema)}${openGate(schema)}SET LOCAL search_path = DEFAULT;\n`,
    },
  ];
}

/** Makes a release the newest. `migration` is the newest one of its checkout. */
export const enterRelease = (schema: string, migration: number | undefined): Part => ({
  name: schema,
  script: `INSERT INTO ${RELEASES} (schema, migration) VALUES ('${schema}', ${migration ?? 'NULL'});\n`,
});

/** Makes one that is there the newest again. */
export const reenterRelease = (schema: string): Part => ({
  name: schema,
  script: `INSERT INTO ${RELEASES} (schema, migration)
  SELECT schema, migration FROM ${RELEASES} WHERE schema = '${schema}' ORDER BY id DESC LIMIT 1;\n`,
});

export const dropRelease = (schema: string): Part => ({
  name: schema,
  script: `DROP SCHEMA ${schema} CASCADE;\n`,
});

/**
 * Drops the releases that were written for this migration or a later one: without it their functions can't work, and one
 * that takes a row of a table keeps the table from being dropped. Older ones stay.
 */
export const dropReleasesOf = (migration: number): Part => ({
  name: 'The functions',
  script: dropWhere(
    `NOT EXISTS (SELECT FROM ${RELEASES} WHERE schema = nspname AND migration < ${migration})`,
  ),
});

/** SQL that drops every release, whether or not it was written down. */
export const dropAllReleases = () => dropWhere('true');

const dropWhere = (condition: string) => `DO $$ DECLARE release text; BEGIN
  FOR release IN SELECT nspname FROM pg_namespace WHERE nspname ~ '${NAMES}' AND ${condition} LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', release);
  END LOOP;
END $$;
`;

/**
 * SQL that leaves the functions for the Worker to whoever may use the schema, and the others to their owner. By default
 * everybody may call every function.
 */
const openGate = (schema: string) => `REVOKE ALL ON ALL ROUTINES IN SCHEMA ${schema} FROM PUBLIC;
DO $$ DECLARE routine regprocedure; BEGIN
  FOR routine IN SELECT oid FROM pg_proc WHERE pronamespace = '${schema}'::regnamespace AND prosecdef LOOP
    EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO PUBLIC', routine);
  END LOOP;
END $$;
`;

/** SQL that fails where a function runs with its owner's rights and finds its tables by the path of whoever calls it. */
const checkSearchPaths = (schema: string) => `DO $$ DECLARE routine regprocedure; BEGIN
  SELECT oid INTO routine FROM pg_proc
    WHERE pronamespace = '${schema}'::regnamespace AND prosecdef
      AND ('search_path=' || current_setting('search_path') = ANY (proconfig)) IS NOT TRUE
    ORDER BY proname LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% is SECURITY DEFINER: it needs SET search_path FROM CURRENT', routine;
  END IF;
END $$;
`;

/** SQL by which a role may call what is meant for the Worker, in the releases that are there and in all that follow. */
export const grantReleases = (releases: AppliedRelease[], role: string) =>
  [
    ...releases.map(({ schema }) => `${openGate(schema)}GRANT USAGE ON SCHEMA ${schema} TO ${role};\n`),
    `ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${role};\n`,
  ].join('');
