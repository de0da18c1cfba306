import { env } from 'cloudflare:workers';
import { neon } from '@neondatabase/serverless';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS, SCHEMA } from '../../src/db/functions';
import { sql } from '../support/sql';

// On a real Postgres, this connection string has the role that docs/deployment.md creates for the Worker.
const worker = neon(env.DATABASE_URL);

const refused = (statement: string) => expect(worker.query(statement), statement).rejects;
const DENIED = { code: '42501' };

/** The name of the Worker's role. */
async function roleOfWorker(): Promise<string> {
  const [row] = await worker`SELECT current_user AS role`;
  return row?.role;
}

describe('the role of the Worker', () => {
  it("can't read any table or column", async () => {
    const tables = await sql`
      SELECT oid::regclass::text AS name, array(
          SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
        ) AS columns
        FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
          AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`;
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'users',
        'sessions',
        'codes',
        'drizzle.__drizzle_migrations',
        'drizzle.releases',
      ]),
    );
    for (const { name, columns } of tables) {
      await refused(`SELECT FROM ${name}`).toMatchObject(DENIED);
      for (const column of columns) await refused(`SELECT ${column} FROM ${name}`).toMatchObject(DENIED);
    }
  });

  it("can't select a password hash or an email", async () => {
    const name = `hidden_${crypto.randomUUID().slice(0, 8)}`;
    await sql`INSERT INTO users (email, username, password_hash) VALUES (${`${name}@example.com`}, ${name}, 'secret')`;
    await sql`ANALYZE users`;
    const [row] = await sql`SELECT email, password_hash FROM users WHERE username = ${name}`;
    expect(row).toEqual({ email: `${name}@example.com`, password_hash: 'secret' });

    // The proxy refuses one of them itself.
    for (const statement of [
      'SELECT email FROM users',
      'SELECT password_hash FROM users',
      'SELECT * FROM public.users',
      'TABLE users',
      'SELECT row_to_json(users) FROM users',
      'SELECT email FROM codes',
      'COPY users TO STDOUT',
      "COPY users TO PROGRAM 'true'",
      'WITH mine AS (UPDATE users SET bio = bio RETURNING email) SELECT * FROM mine',
      'SELECT * FROM pg_statistic',
      `SELECT ${SCHEMA}.person_id('mira')`,
    ])
      await refused(statement).toThrow();
    expect(await worker`SELECT FROM pg_stats WHERE tablename IN ('users', 'codes')`).toEqual([]);
    await sql`DELETE FROM users WHERE username = ${name}`;
  });

  it.each([
    'INSERT INTO votes VALUES (1, 1)',
    "UPDATE users SET role = 'admin'",
    'DELETE FROM posts',
    "SELECT nextval('posts_id_seq')",
    'SELECT FROM users FOR UPDATE',
    'CREATE TABLE public.forbidden (a int)',
    `CREATE FUNCTION ${SCHEMA}.forbidden() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    `CREATE OR REPLACE FUNCTION ${SCHEMA}.schema_version() RETURNS text LANGUAGE sql AS 'SELECT 1'`,
    `DROP SCHEMA ${SCHEMA} CASCADE`,
    'CREATE SCHEMA forbidden',
    'ALTER TABLE users ADD COLUMN forbidden int',
    'DROP TABLE votes',
    'TRUNCATE votes',
    'DROP TRIGGER votes_added ON votes',
    'DELETE FROM drizzle.__drizzle_migrations',
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
    'SET ROLE postgres',
  ])('is denied: %s', async (statement) => {
    await refused(statement).toMatchObject(DENIED);
  });

  it("can't create anything in any schema", async () => {
    expect(
      await sql`SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast_temp)_'
        AND has_schema_privilege(${await roleOfWorker()}, oid, 'CREATE')`,
    ).toEqual([]);
  });

  it('can call the functions for the Worker, and neither helpers nor those for the command line', async () => {
    const functions = await sql`
      SELECT proname AS name, has_function_privilege(${await roleOfWorker()}, oid, 'EXECUTE') AS allowed FROM pg_proc
        WHERE pronamespace = ${SCHEMA}::regnamespace ORDER BY proname COLLATE "C"`;
    expect(functions.filter(({ allowed }) => allowed).map(({ name }) => name)).toEqual(
      Object.keys(FUNCTIONS).sort(),
    );
    expect(functions.some(({ allowed }) => !allowed)).toBe(true);
    await refused(`SELECT ${SCHEMA}.iso_time(now())`).toMatchObject(DENIED);
    const [row] = await worker.query(`SELECT ${SCHEMA}.schema_version() AS version`);
    expect(Number(row?.version)).toBeGreaterThan(0);
  });

  it("can't replace a table with a temporary one", async () => {
    const [, row] = await worker.transaction([
      worker`CREATE TEMP TABLE users AS SELECT 1 AS id`,
      worker.query(`SELECT ${SCHEMA}.schema_version() AS version`),
    ]);
    expect(row).toHaveLength(1);
    const paths = await sql`
      SELECT DISTINCT setting FROM pg_proc, unnest(proconfig) AS setting
        WHERE pronamespace = ${SCHEMA}::regnamespace AND prosecdef AND setting LIKE 'search_path=%'`;
    expect(paths).toEqual([{ setting: `search_path=${SCHEMA}, public, pg_temp` }]);
  });

  it('has a statement timeout, and no JIT', async () => {
    const settings = await worker`
      SELECT name, setting, source FROM pg_settings WHERE name IN ('jit', 'statement_timeout') ORDER BY name`;
    expect(settings).toEqual([
      { name: 'jit', setting: 'off', source: 'user' },
      { name: 'statement_timeout', setting: '8000', source: 'user' },
    ]);
  });
});
