import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NeonDbError, type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../tools/neon/backend.ts';
import { openPglite } from '../../tools/neon/pglite.ts';
import { openPostgres } from '../../tools/neon/postgres.ts';
import { type Neon, startNeon } from '../../tools/neon/server.ts';
import { openScratchDatabase, openScratchServer } from '../support/scratch.ts';

const LATE = { timeout: 20_000 };
const MEBIBYTE = 1024 * 1024;
const RAW_TEXT = { getTypeParser: () => (value: string) => value };

interface Opened {
  backend: Backend;
  remove(): Promise<void>;
}

async function openMemory(): Promise<Opened> {
  const backend = await openPglite();
  return { backend, remove: () => backend.close() };
}

const onPostgres = Boolean(process.env.TEST_DATABASE_URL) || process.env.TEST_BACKEND === 'postgres';
const BACKENDS = [
  { name: 'PGlite', open: openMemory },
  ...(onPostgres ? [{ name: 'Postgres', open: openScratchDatabase }] : []),
];

const SCHEMA = `
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'very, "happy"');
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN even AS int CHECK (VALUE % 2 = 0);
  CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL, CONSTRAINT authors_name_key UNIQUE (name));
  CREATE TABLE books (id int PRIMARY KEY, author_id int CONSTRAINT books_author_fk REFERENCES authors (id),
    pages int CONSTRAINT books_pages_check CHECK (pages > 0));
  CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL);
  INSERT INTO counters SELECT n, 0 FROM generate_series(1, 100) n;
  CREATE VIEW own_locks AS SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database();
  CREATE FUNCTION refuse(code text) RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = code, DETAIL = 'a detail', HINT = 'a hint'; END $$;
`;

/** A type, and a value as raw text: as it is sent, and as it is returned if that differs. */
const ROUND_TRIPS: [type: string, sent: string, received?: string][] = [
  ['text', `it's "quoted" \\ back, ü 🙂\n\t{}`],
  ['text', ''],
  ['text', '\ufeffstarts with a byte order mark'],
  ['varchar(3)', 'abc'],
  ['char(3)', 'a', 'a  '],
  ['int2', '-32768'],
  ['int4', '2147483647'],
  ['int8', '9223372036854775807'],
  ['numeric', '12345678901234567890.123456789012345678901234567890'],
  ['numeric', 'NaN'],
  ['float4', '0.1'],
  ['float8', '0.30000000000000004'],
  ['float8', 'NaN'],
  ['float8', '-Infinity'],
  ['bool', 'true', 't'],
  ['bytea', '\\x00ff5c'],
  ['date', '2028-02-29'],
  ['time', '23:59:59.999999'],
  ['timestamp', '2026-01-02 03:04:05.678901'],
  ['timestamptz', '2026-01-02T03:04:05.678901+02:00', '2026-01-02 01:04:05.678901+00'],
  ['timestamptz', 'infinity'],
  ['interval', '1 year 2 mons 3 days 04:05:06.789'],
  ['uuid', '0198f0a4-7b1e-7cde-8a53-0f5e7d1c2b3a'],
  ['json', '{"b": 1,  "a": [null, 1e400]}'],
  ['jsonb', '{"b":1,"a":[null,12345678901234567890]}', '{"a": [null, 12345678901234567890], "b": 1}'],
  ['inet', '192.168.0.1/24'],
  ['point', '(1,2)'],
  ['int4range', '[1,5)'],
  ['tsvector', `'cat':3 'fat':2`],
  ['int2vector', '1 2 3'],
  ['mood', 'very, "happy"'],
  ['even', '4'],
  ['pair', '(1,"x, y")'],
  ['int4[]', '{1,NULL,3}'],
  ['int4[]', '{}'],
  ['int4[]', '[0:1]={1,2}'],
  ['int8[]', '{{9007199254740993,2},{3,4}}'],
  ['text[]', '{"a,b","c\\"d","e\\\\f",NULL,"NULL",""," g ","{}"}'],
  ['text[]', '{{a,b},{NULL,"c d"}}'],
  ['bool[]', '{t,f,NULL}'],
  ['float8[]', '{0.1,NaN,Infinity}'],
  ['numeric[]', '{1.10,2}'],
  ['bytea[]', '{"\\\\x00ff",NULL}'],
  ['uuid[]', '{0198f0a4-7b1e-7cde-8a53-0f5e7d1c2b3a}'],
  ['timestamptz[]', '{"2026-01-02 03:04:05+00"}'],
  ['jsonb[]', '{"{\\"a\\": [1, 2]}",NULL}'],
  ['mood[]', '{ok,"very, \\"happy\\""}'],
  ['pair[]', '{"(1,\\"x, y\\")"}'],
];

/** An SQL expression and the JSON that Neon answers for it without `Neon-Raw-Text-Output`. */
const TYPED: [expression: string, json: unknown][] = [
  ['1::int2', 1],
  ['-5::int4', -5],
  ['9007199254740993::int8', '9007199254740993'],
  ['1.10::numeric', '1.10'],
  ['0.1::float4', 0.1],
  ['1e300::float8', 1e300],
  [`'NaN'::float8`, 'NaN'],
  [`'-Infinity'::float8`, '-Infinity'],
  ['true', true],
  ['false', false],
  [`'{"a": [1, null]}'::json`, { a: [1, null] }],
  [`'"text"'::jsonb`, 'text'],
  [`'2026-01-02'::date`, '2026-01-02'],
  ['NULL::int4', null],
  [`'{1,NULL,3}'::int4[]`, [1, null, 3]],
  [`'{}'::int4[]`, []],
  [`'[0:1]={1,2}'::int4[]`, [1, 2]],
  [
    `'{{t,f},{f,t}}'::bool[]`,
    [
      [true, false],
      [false, true],
    ],
  ],
  [`ARRAY['a,b', 'c"d', 'e\\f', NULL, 'NULL', '', '{}']`, ['a,b', 'c"d', 'e\\f', null, 'NULL', '', '{}']],
  [`ARRAY['{"a": "}"}'::jsonb]`, [{ a: '}' }]],
  [`ARRAY['sad', 'very, "happy"']::mood[]`, ['sad', 'very, "happy"']],
  [`'1 2'::int2vector`, '1 2'],
  [`'x'::bytea`, '\\x78'],
];

/** A failing statement and the fields of the driver's error. */
const ERRORS: [what: string, sql: string, error: Record<string, unknown>][] = [
  [
    'a unique violation',
    `INSERT INTO authors VALUES (1, 'Ada'), (2, 'Ada')`,
    {
      code: '23505',
      constraint: 'authors_name_key',
      table: 'authors',
      schema: 'public',
      detail: 'Key (name)=(Ada) already exists.',
      severity: 'ERROR',
    },
  ],
  [
    'a foreign key violation',
    'INSERT INTO books VALUES (1, 99)',
    { code: '23503', constraint: 'books_author_fk', table: 'books' },
  ],
  [
    'a check violation',
    'INSERT INTO books VALUES (1, NULL, 0)',
    { code: '23514', constraint: 'books_pages_check' },
  ],
  [
    'a missing value',
    'INSERT INTO authors (id) VALUES (1)',
    { code: '23502', column: 'name', table: 'authors' },
  ],
  ['a syntax error', 'SELEC 1', { code: '42601', position: '1', message: 'syntax error at or near "SELEC"' }],
  ['an unknown table', 'SELECT * FROM nowhere', { code: '42P01', position: '15' }],
  ['a domain violation', 'SELECT 3::even', { code: '23514', constraint: 'even_check', dataType: 'even' }],
  [
    'a code of our own',
    `SELECT refuse('LG401')`,
    { code: 'LG401', message: 'refused', detail: 'a detail', hint: 'a hint', routine: 'exec_stmt_raise' },
  ],
  ['a division by zero', 'SELECT 1 / 0', { code: '22012' }],
];

describe.each(BACKENDS)('the local Neon over $name', ({ open }) => {
  let opened: Opened;
  let server: Neon;
  const connect = () => neon(server.databaseUrl, { fullResults: true });

  beforeAll(async () => {
    opened = await open();
    await opened.backend.execute(SCHEMA);
    server = await startNeon({ backend: opened.backend, control: true });
    neonConfig.fetchEndpoint = server.endpoint;
  });

  afterAll(async () => {
    await server?.close();
    await opened?.remove();
  });

  afterEach(async () => {
    await fetch(`${server.url}/faults`, { method: 'DELETE' });
    await opened.backend.execute('DELETE FROM books; DELETE FROM authors; UPDATE counters SET n = 0');
  });

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(server.endpoint, {
      method: 'POST',
      headers: { 'Neon-Connection-String': server.databaseUrl, ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });

  const refusal = async (run: Promise<unknown>): Promise<NeonDbError> => {
    const error = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(NeonDbError);
    return error as NeonDbError;
  };

  describe('values', () => {
    it.each(ROUND_TRIPS)('%s %j is returned unchanged', async (type, sent, received = sent) => {
      // The driver takes `types` of a query's options and overlooks those of `neon()`.
      const rows = neon(server.databaseUrl).query(`SELECT $1::${type} AS value`, [sent], { types: RAW_TEXT });
      expect(await rows).toEqual([{ value: received }]);
    });

    it('converts types of JavaScript with the driver', async () => {
      const sql = neon(server.databaseUrl);
      const now = new Date('2026-01-02T03:04:05.678Z');
      const [row] =
        await sql`SELECT ${7}::int AS int, ${12n}::int8 AS big, ${true}::bool AS bool, ${now}::timestamptz AS at,
        ${{ a: ['"'] }}::jsonb AS json, ${['a,b', null, '"']}::text[] AS texts, ${[[1, 2], [3, 4]]}::int[] AS nested,
        ${Buffer.from([0, 255])}::bytea AS bytes, ${null}::text AS nothing, ${undefined}::int AS missing`;
      expect(row).toEqual({
        int: 7,
        big: '12',
        bool: true,
        at: now,
        json: { a: ['"'] },
        texts: ['a,b', null, '"'],
        nested: [
          [1, 2],
          [3, 4],
        ],
        bytes: Buffer.from([0, 255]),
        nothing: null,
        missing: null,
      });
    });

    it('answers in UTC, with the settings that the driver expects', async () => {
      const sql = neon(server.databaseUrl);
      const [row] =
        await sql`SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS dates,
        current_setting('IntervalStyle') AS intervals, current_setting('bytea_output') AS bytes`;
      expect(row).toEqual({ zone: 'UTC', dates: 'ISO, MDY', intervals: 'postgres', bytes: 'hex' });
    });

    it.each(TYPED)('without raw text %s is JSON', async (expression, json) => {
      const response = await post({ query: `SELECT ${expression} AS value` });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ rows: [{ value: json }], rowAsArray: false });
    });

    it('keeps the digits of JSON that JavaScript would lose', async () => {
      const response = await post({ query: `SELECT '{"n": 12345678901234567890.10}'::json AS value` });
      expect(await response.text()).toContain('"value":{"n": 12345678901234567890.10}');
    });

    it('accepts parameters of all JSON types', async () => {
      const params = [1, true, null, { a: 1 }, ['x"y', 1, null, ['n']], 'text'];
      const query = 'SELECT $1::int, $2::bool, $3::text, $4::jsonb, $5::text, $6::text';
      const response = await post(
        { query, params },
        { 'Neon-Array-Mode': 'true', 'Neon-Raw-Text-Output': 'true' },
      );
      const { rows } = (await response.json()) as { rows: string[][] };
      expect(rows).toEqual([['1', 't', null, '{"a": 1}', '{"x\\"y",1,NULL,{"n"}}', 'text']]);
    });
  });

  describe('answers', () => {
    it('describes fields as Postgres does', async () => {
      const { fields } = await connect()`SELECT id, name, 1::numeric(5, 2) AS price FROM authors`;
      const columns = fields.map(({ tableID, ...field }) => ({ ...field, hasTable: tableID !== 0 }));
      const text = { format: 'text', dataTypeModifier: -1 };
      expect(columns).toEqual([
        { ...text, name: 'id', columnID: 1, dataTypeID: 23, dataTypeSize: 4, hasTable: true },
        { ...text, name: 'name', columnID: 2, dataTypeID: 25, dataTypeSize: -1, hasTable: true },
        {
          ...text,
          name: 'price',
          columnID: 0,
          dataTypeID: 1700,
          dataTypeSize: -1,
          dataTypeModifier: 327686,
          hasTable: false,
        },
      ]);
    });

    it('answers rows as arrays or objects', async () => {
      const sql = neon(server.databaseUrl);
      expect(await sql.query('SELECT 1 AS a, 2 AS a', [], { arrayMode: true })).toEqual([[1, 2]]);
      expect(await sql.query('SELECT 1 AS a, 2 AS b')).toEqual([{ a: 1, b: 2 }]);
      const raw = { 'Neon-Raw-Text-Output': 'true' };
      const asObjects = await post({ query: 'SELECT 1 AS a' }, raw);
      expect(await asObjects.json()).toMatchObject({ rows: [{ a: '1' }], rowAsArray: false });
      const asArrays = await post({ query: 'SELECT 1 AS a', arrayMode: true }, raw);
      expect(await asArrays.json()).toMatchObject({ rows: [['1']], rowAsArray: true });
      const perQuery = await post({
        queries: [{ query: 'SELECT 1 AS a', arrayMode: true }, { query: 'SELECT 2 AS a' }],
      });
      expect(await perQuery.json()).toMatchObject({ results: [{ rows: [[1]] }, { rows: [{ a: 2 }] }] });
    });

    it.each([
      [`INSERT INTO authors VALUES (1, 'a'), (2, 'b')`, 'INSERT', 2],
      [`INSERT INTO authors VALUES (1, 'a') ON CONFLICT DO NOTHING RETURNING id`, 'INSERT', 1],
      ['UPDATE counters SET n = n + 1 WHERE id < 4', 'UPDATE', 3],
      ['DELETE FROM counters WHERE id < 0', 'DELETE', 0],
      ['SELECT id FROM counters LIMIT 5', 'SELECT', 5],
      ['WITH up AS (UPDATE counters SET n = 1 WHERE id = 1 RETURNING id) SELECT * FROM up', 'SELECT', 1],
      ['CREATE TABLE made (a int)', 'CREATE', null],
      ['DROP TABLE made', 'DROP', null],
      ['SET statement_timeout = 1000', 'SET', null],
      ['', '', null],
    ])('%s has its command and count', async (text, command, rowCount) => {
      expect(await connect().query(text)).toMatchObject({ command, rowCount });
    });

    it('keeps no state between calls', async () => {
      const sql = neon(server.databaseUrl);
      await sql`SET statement_timeout = 1234`;
      await sql`SELECT set_config('TimeZone', 'Asia/Tokyo', false)`;
      await sql`CREATE TEMPORARY TABLE passing (a int)`;
      await sql`SELECT pg_advisory_lock(42)`;
      await sql`BEGIN`;
      await sql`INSERT INTO authors VALUES (1, 'kept')`;
      const [row] =
        await sql`SELECT current_setting('statement_timeout') AS timeout, current_setting('TimeZone') AS zone,
        to_regclass('passing') AS passing, (SELECT count(*)::int FROM own_locks) AS locks`;
      expect(row).toEqual({ timeout: '0', zone: 'UTC', passing: null, locks: 0 });
      await sql`ROLLBACK`;
      expect(await sql`SELECT name FROM authors`).toEqual([{ name: 'kept' }]);
    });

    it('answers each of a hundred parallel callers its own rows', async () => {
      const sql = neon(server.databaseUrl);
      const ids = Array.from({ length: 100 }, (_, i) => i + 1);
      const rows = await Promise.all(
        ids.map((id) => sql`UPDATE counters SET n = n + 1 WHERE id = ${id} RETURNING id, n`),
      );
      expect(rows).toEqual(ids.map((id) => [{ id, n: 1 }]));
    });
  });

  describe('errors', () => {
    it.each(ERRORS)('answers %s', async (_, text, expected) => {
      const error = await refusal(connect().query(text));
      expect({ ...error, message: error.message }).toMatchObject(expected);
    });

    it('has every field as a string or null', async () => {
      const response = await post({ query: 'SELECT * FROM nowhere' });
      expect(response.status).toBe(400);
      const { line, ...error } = (await response.json()) as Record<string, unknown>;
      expect(line).toMatch(/^\d+$/);
      expect(error).toMatchObject({
        detail: null,
        constraint: null,
        position: '15',
        message: expect.any(String),
      });
    });

    it('has the position in a function', async () => {
      const error = await refusal(connect()`DO $$ BEGIN EXECUTE 'SELEC 1'; END $$`);
      expect(error).toMatchObject({ code: '42601', internalPosition: '1', internalQuery: 'SELEC 1' });
      expect(error.where).toContain('PL/pgSQL');
    });

    it('refuses several statements in one query, with and without parameters', async () => {
      expect(await refusal(connect()`SELECT 1; SELECT 2`)).toMatchObject({ code: '42601' });
      expect(await refusal(connect()`SELECT ${1}::int; SELECT 2`)).toMatchObject({ code: '42601' });
    });

    it('refuses too few parameters, a value of the wrong type, and a zero byte', async () => {
      expect(await refusal(connect().query('SELECT $1::int'))).toMatchObject({ code: '08P01' });
      expect(await refusal(connect()`SELECT ${'x'}::int`)).toMatchObject({ code: '22P02' });
      expect(await refusal(connect()`SELECT ${'a\0b'}::text`)).toMatchObject({ code: '22021' });
      expect((await refusal(connect().query('SELECT 1 \0'))).message).toContain('embedded null');
    });

    it('can be followed by other calls', async () => {
      await refusal(connect()`SELECT 1 / 0`);
      expect(await neon(server.databaseUrl)`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    });
  });

  describe('batches', () => {
    it('commits all of its queries, with an answer for each', async () => {
      const sql = connect();
      const answers = await sql.transaction([
        sql`INSERT INTO authors VALUES (1, 'Ada')`,
        sql`INSERT INTO books VALUES (1, 1, 10)`,
        sql`SELECT name FROM authors`,
      ]);
      expect(answers).toMatchObject([
        { command: 'INSERT', rowCount: 1 },
        { command: 'INSERT', rowCount: 1 },
        { command: 'SELECT', rows: [{ name: 'Ada' }] },
      ]);
      expect((await sql`SELECT 1 FROM books`).rowCount).toBe(1);
    });

    it('rolls all of them back when one fails', async () => {
      const sql = connect();
      const batch = [sql`INSERT INTO authors VALUES (1, 'Ada')`, sql`INSERT INTO books VALUES (1, 2, 10)`];
      expect(await refusal(sql.transaction(batch))).toMatchObject({ code: '23503' });
      expect((await sql`SELECT 1 FROM authors`).rowCount).toBe(0);
    });

    it('answers an error at the commit, and rolls back', async () => {
      await opened.backend.execute(
        'CREATE TABLE late (id int REFERENCES authors (id) DEFERRABLE INITIALLY DEFERRED)',
      );
      const sql = connect();
      expect(await refusal(sql.transaction([sql`INSERT INTO late VALUES (7)`]))).toMatchObject({
        code: '23503',
      });
      expect((await sql`SELECT 1 FROM late`).rowCount).toBe(0);
    });

    it('is one transaction', async () => {
      const sql = neon(server.databaseUrl);
      const id = () => sql`SELECT pg_current_xact_id()::text AS id`;
      const [first, second] = await sql.transaction([id(), id()]);
      const [third] = await sql.transaction([id()]);
      expect(first).toEqual(second);
      expect(first).not.toEqual(third);
    });

    it.each([
      ['ReadUncommitted', 'read uncommitted'],
      ['ReadCommitted', 'read committed'],
      ['RepeatableRead', 'repeatable read'],
      ['Serializable', 'serializable'],
    ] as const)('runs at %s', async (isolationLevel, level) => {
      const sql = neon(server.databaseUrl);
      const show = sql`SELECT current_setting('transaction_isolation') AS level`;
      expect(await sql.transaction([show], { isolationLevel })).toEqual([[{ level }]]);
    });

    it('refuses a write in a read-only batch', async () => {
      const sql = connect();
      const batch = [sql`INSERT INTO authors VALUES (1, 'Ada')`];
      expect(await refusal(sql.transaction(batch, { readOnly: true }))).toMatchObject({ code: '25006' });
      expect((await sql.transaction(batch)).length).toBe(1);
    });

    it('can be deferrable', async () => {
      const sql = neon(server.databaseUrl);
      const show = sql`SELECT current_setting('transaction_deferrable') AS deferrable`;
      const options = { isolationLevel: 'Serializable', readOnly: true } as const;
      expect(await sql.transaction([show], { ...options, deferrable: true })).toEqual([
        [{ deferrable: 'on' }],
      ]);
      expect(await sql.transaction([show], options)).toEqual([[{ deferrable: 'off' }]]);
    });

    it('is isolated from parallel calls', async () => {
      const sql = neon(server.databaseUrl);
      const bump = () => sql`UPDATE counters SET n = n + 1 WHERE id = 1`;
      const failing = () => sql.transaction([bump(), sql`SELECT 1 / 0`]).catch(() => 'failed');
      const working = () => sql.transaction([bump(), sql`SELECT 1`, bump()]);
      await Promise.all(Array.from({ length: 30 }, (_, i) => [failing, working, bump][i % 3]?.()));
      expect(await sql`SELECT n FROM counters WHERE id = 1`).toEqual([{ n: 30 }]);
    });

    it('can be empty', async () => {
      expect(await connect().transaction([])).toEqual([]);
    });

    it('refuses an unknown isolation level', async () => {
      const response = await post({ queries: [] }, { 'Neon-Batch-Isolation-Level': 'Chaos' });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ message: 'invalid isolation level' });
    });
  });

  describe('sizes', () => {
    it('accepts a request of almost 10 MiB, and refuses a larger one', async () => {
      const sql = neon(server.databaseUrl);
      const large = 'x'.repeat(10 * MEBIBYTE - 100);
      expect(await sql`SELECT length(${large}) AS length`).toEqual([{ length: large.length }]);
      const response = await post({ query: 'SELECT 1', params: ['x'.repeat(10 * MEBIBYTE)] });
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual({ message: 'request is too large (max is 10485760 bytes)' });
    });

    it('answers almost 10 MiB, and refuses a larger answer', async () => {
      const sql = neon(server.databaseUrl);
      const [row] = await sql`SELECT repeat('é', ${5 * MEBIBYTE - 200}) AS text`;
      expect(row?.text).toHaveLength(5 * MEBIBYTE - 200);
      const response = await post({ query: `SELECT repeat('é', ${5 * MEBIBYTE})` });
      expect(response.status).toBe(507);
      expect(await response.json()).toEqual({ message: 'response is too large (max is 10485760 bytes)' });
    });

    it('rolls back a batch whose answers are larger together', async () => {
      const half = { query: `SELECT repeat('x', ${6 * MEBIBYTE})` };
      const response = await post({
        queries: [{ query: `INSERT INTO authors VALUES (1, 'Ada')` }, half, half],
      });
      expect(response.status).toBe(507);
      expect((await connect()`SELECT 1 FROM authors`).rowCount).toBe(0);
    });
  });

  describe('an invalid request', () => {
    it.each([
      ['text that is not JSON', 'SELECT 1'],
      ['invalid UTF-8', Uint8Array.of(123, 34, 0xff, 34, 125)],
      ['an array', '[]'],
      ['null', 'null'],
      ['an object without query and queries', '{}'],
      ['a query that is not a string', '{"query":1}'],
      ['parameters that are not an array', '{"query":"SELECT 1","params":{}}'],
      ['an array mode that is not a boolean', '{"query":"SELECT 1","arrayMode":"yes"}'],
      ['a batch of strings', '{"queries":["SELECT 1"]}'],
      ['half a surrogate pair', '{"query":"SELECT $1","params":["\\ud83d"]}'],
    ])('refuses %s', async (_, body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        message: expect.stringContaining('could not parse the HTTP request body'),
      });
    });

    it.each([
      ['that is missing', undefined, 'invalid header: neon-connection-string'],
      ['that is not a URL', 'local', 'invalid connection string'],
      ['of another scheme', 'https://a:b@c/d', 'incorrect scheme'],
      ['without a database', 'postgres://a:b@c', 'missing database name'],
      ['without a user', 'postgres://c/d', 'missing username'],
      ['without a password', 'postgres://a@c/d', 'missing authentication credentials: required password'],
    ])('refuses a connection string %s', async (_, value, message) => {
      const headers: Record<string, string> = value === undefined ? {} : { 'Neon-Connection-String': value };
      const response = await fetch(server.endpoint, {
        method: 'POST',
        headers,
        body: '{"query":"SELECT 1"}',
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ message });
    });

    it('refuses more parameters than the protocol can count', async () => {
      const response = await post({ query: 'SELECT 1', params: Array.from({ length: 65_536 }, () => null) });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ message: expect.stringContaining('too many parameters') });
    });

    it.each(['COPY authors FROM STDIN', ' copy authors TO STDOUT'])('refuses %s', async (query) => {
      const response = await post({ query });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ message: 'unexpected message from server' });
    });

    it('refuses other methods, paths and hosts', async () => {
      expect((await fetch(server.endpoint)).status).toBe(405);
      expect((await fetch(`${server.url}/`)).status).toBe(404);
      const status = await new Promise((resolve, reject) => {
        const headers = { Host: 'evil.example', 'Neon-Connection-String': server.databaseUrl };
        request(server.endpoint, { method: 'POST', headers }, (response) =>
          resolve(response.resume().statusCode),
        )
          .once('error', reject)
          .end('{"query":"SELECT 1"}');
      });
      expect(status).toBe(403);
    });
  });

  describe('control', () => {
    const plan = (fault: unknown) =>
      fetch(`${server.url}/faults`, { method: 'POST', body: JSON.stringify(fault) });

    it('counts one round trip for a query and one for a batch', async () => {
      const sql = connect();
      const before = server.roundTrips();
      await sql`SELECT 1`;
      await sql.transaction([sql`SELECT 1`, sql`SELECT 2`]);
      await post('text that is not JSON');
      expect(server.roundTrips()).toBe(before + 2);
    });

    it('counts round trips of each user', async () => {
      const url = new URL(server.databaseUrl);
      const before = server.roundTrips(url.username);
      url.username = 'other';
      await neon(url.href)`SELECT 1`;
      expect(server.roundTrips('other')).toBe(1);
      expect(server.roundTrips('local')).toBe(before);
    });

    it('sends the calls of a user to another backend, without faults', async () => {
      const elsewhere = await openPglite();
      const { backend } = opened;
      const forked = await startNeon({ backend, backends: { owner: elsewhere }, control: true });
      try {
        await elsewhere.execute('CREATE TABLE only_there (a int)');
        await fetch(`${forked.url}/faults`, { method: 'POST', body: JSON.stringify({ kind: 'deadlock' }) });
        neonConfig.fetchEndpoint = forked.endpoint;
        const url = new URL(forked.databaseUrl);
        url.username = 'owner';
        expect(await neon(url.href)`SELECT * FROM only_there`).toEqual([]);
        const other = neon(forked.databaseUrl);
        expect(await refusal(other`SELECT * FROM only_there`)).toMatchObject({ code: '40P01' });
        expect(await refusal(other`SELECT * FROM only_there`)).toMatchObject({ code: '42P01' });
        expect([forked.roundTrips('owner'), forked.roundTrips('local')]).toEqual([1, 2]);
      } finally {
        neonConfig.fetchEndpoint = server.endpoint;
        await forked.close();
        await elsewhere.close();
      }
    });

    it.each([
      ['serialization', '40001'],
      ['deadlock', '40P01'],
    ])('answers the next calls with %s', async (kind, code) => {
      expect((await plan({ kind, times: 2 })).status).toBe(201);
      expect(await refusal(connect()`SELECT 1`)).toMatchObject({ code });
      expect(await refusal(connect()`SELECT 1`)).toMatchObject({ code });
      expect((await connect()`SELECT 1`).rowCount).toBe(1);
    });

    it('answers 503, or drops the connection', async () => {
      await plan({ kind: 'unavailable', times: 1 });
      expect((await refusal(connect()`SELECT 1`)).message).toContain('HTTP status 503');
      await plan({ kind: 'reset', times: 1 });
      expect((await refusal(connect()`SELECT 1`)).message).toContain('Error connecting to database');
    });

    it('drops the answer of a statement that was run', async () => {
      await plan({ kind: 'reset', executed: true });
      await refusal(connect()`INSERT INTO authors VALUES (1, 'Ada')`);
      expect((await connect()`SELECT 1 FROM authors`).rowCount).toBe(1);
    });

    it('never answers, until the caller disconnects', async () => {
      await plan({ kind: 'hang', times: 1 });
      const before = server.roundTrips();
      const caller = new AbortController();
      const asked = refusal(connect().query('SELECT 1', [], { fetchOptions: { signal: caller.signal } }));
      // Disconnecting before the call has arrived would leave the fault to the next one.
      await expect.poll(() => server.roundTrips(), LATE).toBe(before + 1);
      caller.abort();
      await asked;
      expect((await connect()`SELECT 1`).rowCount).toBe(1);
    });

    it('applies a fault to matching queries only, until it is cleared', async () => {
      await plan({ kind: 'deadlock', times: 5, match: 'counters' });
      expect((await connect()`SELECT 1 FROM authors`).rowCount).toBe(0);
      expect(await refusal(connect()`SELECT 1 FROM counters`)).toMatchObject({ code: '40P01' });
      await fetch(`${server.url}/faults`, { method: 'DELETE' });
      expect((await connect()`SELECT 1 FROM counters`).rowCount).toBe(100);
    });

    it.each([
      { kind: 'flood' },
      { kind: 'hang', times: 0 },
      { kind: 'error' },
      { kind: 'error', code: 'down' },
      { kind: 'hang', code: '57P03' },
      { kind: 'hang', match: 1 },
      { kind: 'hang', executed: 1 },
      null,
    ])('refuses the fault %j', async (fault) => {
      expect((await plan(fault)).status).toBe(400);
    });

    it('is disabled by default', async () => {
      const plain = await startNeon({ backend: opened.backend });
      expect((await fetch(`${plain.url}/faults`, { method: 'DELETE' })).status).toBe(404);
      await plain.close();
      await expect(fetch(plain.url)).rejects.toThrow();
    });
  });

  describe('a password', () => {
    it('is required when it is set, and a wrong one is refused like by Neon', async () => {
      const closed = await startNeon({ backend: opened.backend, password: 'right-one_0' });
      const ask = (url: string) =>
        fetch(closed.endpoint, {
          method: 'POST',
          headers: { 'Neon-Connection-String': url },
          body: JSON.stringify({ query: 'SELECT 1 AS one', params: [] }),
        });
      expect(closed.databaseUrl).toContain(':right-one_0@');
      expect(await (await ask(closed.databaseUrl)).json()).toMatchObject({ rows: [{ one: 1 }] });
      for (const wrong of ['local', 'right-one_1', 'RIGHT-ONE_0', 'é'.repeat(11), 'right-one_0x', '%']) {
        const refused = await ask(`postgresql://l%C3%B6cal:${wrong.replace('é', '%C3%A9')}@localhost/local`);
        expect(refused.status).toBe(400);
        expect(await refused.json()).toMatchObject({
          message: "password authentication failed for user 'löcal'",
          code: '',
          severity: '',
          detail: null,
        });
      }
      expect((await ask('postgresql://local@localhost/local')).status).toBe(400);
      expect(closed.roundTrips()).toBe(1);
      await closed.close();
    });
  });

  describe('a session', () => {
    it('has one connection for itself', async () => {
      const { backend } = opened;
      const outside = backend.session(async (session) => {
        await session.execute('BEGIN; SELECT pg_advisory_xact_lock(7)');
        await session.execute(`INSERT INTO authors VALUES (1, 'a'); INSERT INTO authors VALUES (2, 'b')`);
        await session.query({ text: 'INSERT INTO authors VALUES ($1, $2)', params: ['3', 'c'] });
        await session.execute('COMMIT');
        return (await session.query({ text: 'SELECT 1 FROM authors' })).rowCount;
      });
      expect(await outside).toBe(3);
    });

    it('is reset after an error', async () => {
      const { backend } = opened;
      const failing = backend.session(async (session) => {
        await session.execute(`BEGIN; SELECT pg_advisory_lock(8); INSERT INTO authors VALUES (1, 'a')`);
        throw new Error('interrupted');
      });
      await expect(failing).rejects.toThrow('interrupted');
      const { rows } = await backend.query({
        text: `SELECT (SELECT count(*) FROM authors), (SELECT count(*) FROM own_locks)`,
      });
      expect(rows).toEqual([['0', '0']]);
    });
  });
});

describe.runIf(onPostgres)('a real Postgres behind the local Neon', () => {
  let opened: Opened;
  let server: Neon;

  beforeAll(async () => {
    opened = await openScratchDatabase();
    server = await startNeon({ backend: opened.backend });
    neonConfig.fetchEndpoint = server.endpoint;
    await opened.backend.execute(
      'CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0), (2, 0)',
    );
  });

  afterAll(async () => {
    await server?.close();
    await opened?.remove();
  });

  const codes = (outcomes: PromiseSettledResult<unknown>[]) =>
    outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'committed')).sort();

  /** Makes two transactions wait for each other. A sequence is visible to both before they commit. */
  const waitForBoth = (sql: NeonQueryFunction<false, false>) => [
    sql`SELECT nextval('arrivals')`,
    sql`DO $$ BEGIN
      FOR turn IN 1..2000 LOOP
        EXIT WHEN (SELECT last_value FROM arrivals) = 2;
        PERFORM pg_sleep(0.01);
      END LOOP;
    END $$`,
  ];

  beforeEach(() => opened.backend.execute('CREATE SEQUENCE arrivals'));
  afterEach(() => opened.backend.execute('DROP SEQUENCE arrivals'));

  it('has deadlocks', async () => {
    const sql = neon(server.databaseUrl);
    const both = (first: number, second: number) =>
      sql.transaction([
        sql`UPDATE t SET n = n + 1 WHERE id = ${first}`,
        ...waitForBoth(sql),
        sql`UPDATE t SET n = n + 1 WHERE id = ${second}`,
      ]);
    expect(codes(await Promise.allSettled([both(1, 2), both(2, 1)]))).toEqual(['40P01', 'committed']);
  });

  it('has serialization failures', async () => {
    const sql = neon(server.databaseUrl);
    const bump = () =>
      sql.transaction([sql`SELECT n FROM t`, ...waitForBoth(sql), sql`UPDATE t SET n = n + 1 WHERE id = 1`], {
        isolationLevel: 'Serializable',
      });
    expect(codes(await Promise.allSettled([bump(), bump()]))).toEqual(['40001', 'committed']);
  });

  it('cancels the query of a caller that disconnects', async () => {
    const sql = neon(server.databaseUrl);
    const signal = AbortSignal.timeout(200);
    const gone = sql.query('SELECT pg_sleep(60)', [], { fetchOptions: { signal } });
    await expect(gone).rejects.toThrow('Error connecting to database');
    const running =
      () => sql`SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()
      AND state = 'active'`;
    await expect.poll(running, LATE).toEqual([]);
  });

  it('reconnects after its connections were terminated', async () => {
    const sql = neon(server.databaseUrl);
    await expect(sql`SELECT pg_terminate_backend(pg_backend_pid())`).rejects.toMatchObject({ code: '57P01' });
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
      AND pid <> pg_backend_pid()`;
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });

  it('resets a connection after every query with alwaysReset', async () => {
    const scratch = await openScratchServer();
    const backend = await openPostgres({ url: await scratch.create(), poolSize: 1, alwaysReset: true });
    await backend.execute('CREATE SEQUENCE arrivals');
    await backend.query({ text: "SELECT nextval('arrivals')" });
    // DISCARD SEQUENCES.
    await expect(backend.query({ text: "SELECT currval('arrivals')" })).rejects.toMatchObject({
      code: '55000',
    });
    await backend.close();
    await scratch.stop();
  });

  it('says when it can not be reached', async () => {
    await expect(openPostgres({ url: 'postgres://a:b@127.0.0.1:1/c' })).rejects.toThrow(
      "Postgres can't be reached: connect ECONNREFUSED 127.0.0.1:1",
    );
  });
});

describe('a data folder of PGlite', () => {
  let parent: string;

  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'ledge-neon-'));
  });

  afterAll(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  it('keeps its rows, belongs to one process, and ignores the lock of a dead one', async () => {
    const dataDir = join(parent, 'kept');
    const first = await openPglite({ dataDir });
    await first.execute('CREATE TABLE kept AS SELECT 1 AS a');
    await expect(openPglite({ dataDir })).rejects.toThrow(`${dataDir} is in use by process ${process.pid}`);
    await first.close();

    writeFileSync(`${dataDir}.lock`, '1\n');
    await expect(openPglite({ dataDir })).rejects.toThrow(
      'is in use by process 1. Stop it, or choose another DATA_DIR.',
    );

    // Above the highest pid of Linux.
    writeFileSync(`${dataDir}.lock`, '4194305\n');
    const second = await openPglite({ dataDir });
    expect((await second.query({ text: 'SELECT a FROM kept' })).rows).toEqual([['1']]);
    await second.close();
  });

  it.skipIf(process.platform === 'win32')('is closed to other users, with any mode', async () => {
    const dataDir = join(parent, 'open');
    mkdirSync(dataDir, { mode: 0o755 });
    const backend = await openPglite({ dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    await backend.close();
  });

  it('is refused when it has other files', async () => {
    const dataDir = join(parent, 'photos');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'cat.jpg'), '');
    await expect(openPglite({ dataDir })).rejects.toThrow('holds files but no database');
  });

  it('is refused when it is broken', async () => {
    const dataDir = join(parent, 'broken');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'PG_VERSION'), '18\n');
    await expect(openPglite({ dataDir })).rejects.toThrow("can't be opened");
  });
});
