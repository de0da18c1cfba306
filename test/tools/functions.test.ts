import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { call, callAs, Database } from '../../src/db/database.ts';
import { type CountStretch, type FunctionName, SCHEMA } from '../../src/db/functions.ts';
import type { Answers, JsonArguments } from '../../src/db/json.ts';
import type { listPage, PageRequest } from '../../src/db/page.ts';
import type { Backend } from '../../tools/neon/backend.ts';
import {
  FUNCTIONS_FOLDER,
  type Release,
  readFunctions,
  readReleases,
} from '../../tools/postgres/functions.ts';
import {
  type Migration,
  migrate,
  migrateUp,
  planDown,
  planRelease,
  planStamp,
  planUp,
  readApplied,
  readMigrations,
  scriptOf,
} from '../../tools/postgres/migrations.ts';
import { renderSignatures } from '../../tools/postgres/signatures.ts';
import { type Databases, openFastest, openOfLane } from './databases.ts';
import { ledge } from './run-ledge.ts';

const MIGRATIONS = readMigrations();
const TAGS = MIGRATIONS.map(({ tag }) => tag);
const SECURITY = 'SECURITY DEFINER SET search_path FROM CURRENT';

const folder = mkdtempSync(path.join(tmpdir(), 'ledge-functions-'));
afterAll(() => rmSync(folder, { recursive: true }));
let last = 0;

/** Writes a release with these files. */
function createRelease(files: Record<string, string>): Release {
  last += 1;
  const own = path.join(folder, String(last));
  mkdirSync(own);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(own, name), text);
  return readFunctions(own);
}

/** A release whose function answers `n`, with a helper that takes a row of a table. */
const numbered = (n: number) =>
  createRelease({
    'answer.sql': `CREATE FUNCTION answer() RETURNS integer LANGUAGE plpgsql STABLE ${SECURITY} AS $$
BEGIN
  RETURN helper(NULL::tags) + ${n};
END $$;`,
    '_helper.sql': `CREATE FUNCTION helper(tag tags) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 0; END $$;`,
  });

const one = numbered(1);
const two = numbered(2);
const three = numbered(3);

const applyTo = (backend: Backend, release: Release, migrations = MIGRATIONS) =>
  migrateUp(backend, migrations, release);

const releasesOf = async (backend: Backend) =>
  (await backend.session(readReleases)).map(({ schema }) => schema);

async function answerOf(backend: Backend, { schema }: Release) {
  const { rows } = await backend.query({ text: `SELECT ${schema}.answer()` });
  return rows[0]?.[0];
}

/** A migration after all others. */
function nextMigration(up: string, down: string): Migration {
  const when = (MIGRATIONS.at(-1)?.when ?? 0) + 1;
  return { tag: '9999_next', when, up, down, hash: 'next' };
}

describe('a release of the functions', () => {
  it('is named by a hash of its files', () => {
    const text = 'SELECT 1;';
    const plain = createRelease({ 'a.sql': text, 'README.md': 'not SQL' });
    expect(plain.schema).toMatch(/^ledge_[0-9a-f]{8}$/);
    expect(createRelease({ 'a.sql': text }).schema).toBe(plain.schema);
    expect(createRelease({ 'a.sql': 'SELECT 1;\r\n' }).schema).toBe(
      createRelease({ 'a.sql': 'SELECT 1;\n' }).schema,
    );
    for (const files of [{ 'a.sql': 'SELECT 2;' }, { 'b.sql': text }, { 'a.sql': text, 'b.sql': '' }])
      expect(createRelease(files as Record<string, string>).schema).not.toBe(plain.schema);
  });

  it('creates the files that start with _ first', () => {
    const { files } = createRelease({ 'b.sql': '', 'Z.sql': '', '_z.sql': '', '_a.sql': '', 'a.sql': '' });
    expect(files.map(({ name }) => name)).toEqual(['_a.sql', '_z.sql', 'Z.sql', 'a.sql', 'b.sql']);
  });

  it('is the one that the Worker calls', () => {
    expect(readFunctions().schema).toBe(SCHEMA);
    const copy = path.join(folder, 'copy');
    cpSync(FUNCTIONS_FOLDER, copy, { recursive: true });
    const file = path.join(copy, 'health.sql');
    writeFileSync(file, `${readFileSync(file, 'utf8')}-- changed\n`);
    expect(readFunctions(copy).schema).not.toBe(SCHEMA);
  });
});

describe('a call of a function', () => {
  const nobody = { user: null, session: null };

  it('compiles only with what the function takes and answers', () => {
    const calls = async (
      db: Database,
      byVotes: PageRequest<CountStretch>,
      src: { call: typeof call; callAs: typeof callAs; listPage: typeof listPage },
    ) => {
      // @ts-expect-error: no such function
      await src.call(db, 'read_pots', { post: 1 });
      // @ts-expect-error: no such argument
      await src.callAs(db, nobody, 'read_post', { pots: 1 });
      // @ts-expect-error: no argument but the caller
      await src.callAs(db, nobody, 'read_me', { post: 1 });
      // @ts-expect-error: a code has more
      await src.callAs(db, nobody, 'renew_email_code', { code: { salt: '' } });
      // @ts-expect-error: there may be no such post
      (await src.callAs(db, nobody, 'read_post', { post: 1 })).etag.trim();
      // @ts-expect-error: sorted by time
      await src.listPage(db, nobody, 'list_voters', byVotes, { post: 1 });
      // @ts-expect-error: no list
      await src.listPage(db, nobody, 'read_post', byVotes, { post: 1 });
    };
    expect(calls).toBeTypeOf('function');
  });

  it('has no types left from a function that is gone', () => {
    const left: never[] = [] as Exclude<keyof Answers | keyof JsonArguments, FunctionName>[];
    expect(left).toEqual([]);
  });
});

describe('releases', () => {
  const databases = openOfLane();
  let migrated: Backend;
  beforeAll(async () => {
    migrated = await databases.open();
    await migrate(migrated, planUp(MIGRATIONS));
  });
  afterAll(async () => {
    await migrated?.close();
    await databases.remove();
  });

  const fresh = async (work: (backend: Backend) => Promise<void>) => {
    const other = await databases.open();
    await work(other).finally(() => other.close());
  };

  // These run in order: each starts with the state of the one before.
  it('can be called while two are applied', async () => {
    expect(await applyTo(migrated, one)).toEqual([one.schema]);
    expect(await applyTo(migrated, one)).toEqual([]);
    expect(await applyTo(migrated, two)).toEqual([two.schema]);
    expect(await releasesOf(migrated)).toEqual([one.schema, two.schema]);
    expect(await answerOf(migrated, one)).toBe('1');
    expect(await answerOf(migrated, two)).toBe('2');
  });

  it('become the newest again after a rollback', async () => {
    expect(await applyTo(migrated, one)).toEqual([one.schema]);
    expect(await releasesOf(migrated)).toEqual([two.schema, one.schema]);
    expect(await answerOf(migrated, two)).toBe('2');
  });

  it('are the newest again by their name, too', async () => {
    expect(await migrate(migrated, planRelease(two.schema))).toEqual([two.schema]);
    expect(await releasesOf(migrated)).toEqual([one.schema, two.schema]);
    expect(await migrate(migrated, planRelease(one.schema))).toEqual([one.schema]);
    expect(await migrate(migrated, planRelease(one.schema))).toEqual([]);
    expect(await releasesOf(migrated)).toEqual([two.schema, one.schema]);
    await expect(migrate(migrated, planRelease(three.schema))).rejects.toThrow(
      `There are no functions ${three.schema}, but ${two.schema}, ${one.schema}.`,
    );
  });

  it('are dropped when two newer ones are applied', async () => {
    expect(await applyTo(migrated, three)).toEqual([three.schema]);
    expect(await releasesOf(migrated)).toEqual([one.schema, three.schema]);
    expect(await answerOf(migrated, one)).toBe('1');
    await expect(answerOf(migrated, two)).rejects.toMatchObject({ code: '3F000' });
  });

  it('still work after a migration that adds to tables, and prevent one that drops them', () =>
    fresh(async (backend) => {
      const row = (n: number) =>
        createRelease({
          'answer.sql': `CREATE FUNCTION answer() RETURNS text LANGUAGE plpgsql STABLE ${SECURITY} AS $$
            BEGIN RETURN (SELECT line(tags) FROM tags) || '${n}'; END $$;`,
          '_line.sql':
            "CREATE FUNCTION line(tag tags) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN row_to_json(tag)->>'tag'; END $$;",
        });
      const [old, next] = [row(1), row(2)];
      await applyTo(backend, old);
      await backend.execute("INSERT INTO tags VALUES ('bees', 1, 0)");
      const expand = nextMigration(
        'ALTER TABLE tags ADD COLUMN note text DEFAULT $$new$$; CREATE TABLE extra (a int);',
        'ALTER TABLE tags DROP COLUMN note; DROP TABLE extra;',
      );
      expect(await applyTo(backend, next, [...MIGRATIONS, expand])).toEqual([expand.tag, next.schema]);
      expect(await answerOf(backend, old)).toBe('bees1');
      expect(await answerOf(backend, next)).toBe('bees2');

      // The functions of the second release, whose Worker may still run, depend on the table. One release later, the
      // migration succeeds.
      const contract = { ...nextMigration('DROP TABLE tags;', ''), when: expand.when + 1, tag: 'contract' };
      const all = [...MIGRATIONS, expand, contract];
      const third = createRelease({ 'a.sql': 'SELECT 3;' });
      await expect(applyTo(backend, third, all)).rejects.toThrow(
        'Migration contract failed: cannot drop table tags because other objects depend on it',
      );
      expect(await applyTo(backend, third, [...MIGRATIONS, expand])).toEqual([third.schema]);
      expect(await releasesOf(backend)).toEqual([next.schema, third.schema]);
      expect(await applyTo(backend, third, all)).toEqual(['contract']);
      expect(await releasesOf(backend)).toEqual([third.schema]);
    }));

  it('are dropped with the migration that they were written for', () =>
    fresh(async (backend) => {
      const more = nextMigration('CREATE TABLE extra (a int);', 'DROP TABLE extra;');
      const dependent = createRelease({
        'answer.sql': `CREATE FUNCTION answer(extra extra DEFAULT NULL) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 9; END $$;`,
      });
      await applyTo(backend, one);
      expect(await applyTo(backend, dependent, [...MIGRATIONS, more])).toEqual([more.tag, dependent.schema]);
      // This release belongs to the migrations before.
      expect(await applyTo(backend, one)).toEqual([one.schema]);
      expect(await migrate(backend, planDown([...MIGRATIONS, more], 1))).toEqual([more.tag]);
      expect(await releasesOf(backend)).toEqual([one.schema]);
      expect(await answerOf(backend, one)).toBe('1');
      expect(await applyTo(backend, dependent, [...MIGRATIONS, more])).toEqual([more.tag, dependent.schema]);
      expect(await answerOf(backend, dependent)).toBe('9');

      await migrate(backend, planDown([...MIGRATIONS, more], 'all'));
      expect(await releasesOf(backend)).toEqual([]);
      expect(await applyTo(backend, one)).toEqual([...TAGS, one.schema]);
    }));

  it('are applied after the last migration, and not by a stamp', () =>
    fresh(async (backend) => {
      const up = (distance: number | string) => migrate(backend, planUp(MIGRATIONS, distance, one));
      expect(await up(1)).toEqual(TAGS.slice(0, 1));
      expect(await up('0001')).toEqual(TAGS.slice(1, 2));
      expect(await releasesOf(backend)).toEqual([]);
      expect(await up('head')).toEqual([...TAGS.slice(2), one.schema]);
      expect(await migrate(backend, planStamp(MIGRATIONS, '0000'))).toEqual(TAGS.slice(1));
      expect(await releasesOf(backend)).toEqual([one.schema]);
    }));

  it('can be applied with the printed script', () =>
    fresh(async (backend) => {
      const script = scriptOf(planUp(MIGRATIONS, 'all', one)([]));
      expect(script).toContain('-- drizzle/functions/_helper.sql\nCREATE FUNCTION helper');
      await backend.execute(script);
      expect(await answerOf(backend, one)).toBe('1');
      await backend.execute(scriptOf(planDown(MIGRATIONS, 'all')(await backend.session(readApplied))));
      expect(await releasesOf(backend)).toEqual([]);
    }));

  it('are applied once by two migrators at once', async () => {
    const url = databases.name === 'PGlite' ? undefined : await databases.create();
    const first = await databases.open(url);
    // PGlite has one session, so its two migrators share it.
    const second = url === undefined ? first : await databases.open(url);
    const applied = await Promise.all([applyTo(first, one), applyTo(second, one)]);
    expect(applied.sort((a, b) => a.length - b.length)).toEqual([[], [...TAGS, one.schema]]);
    expect(await releasesOf(first)).toEqual([one.schema]);
    await Promise.all([...new Set([first, second])].map((opened) => opened.close()));
  });

  it.each([
    [
      // Only newer versions of Postgres say at which line.
      /b\.sql failed(?: at line 2)?: type nonsense does not exist/,
      '\nCREATE FUNCTION b(a nonsense) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
    ],
    [
      'drizzle/functions/b.sql failed at line 5: syntax error at or near "NONSENSE"',
      '-- b\nCREATE FUNCTION b() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\n  NONSENSE nonsense;\nEND $$;',
    ],
    [
      'drizzle/functions/b.sql failed at line 4: type "nonsense" does not exist',
      '-- b\nCREATE FUNCTION b() RETURNS int LANGUAGE plpgsql AS $$\nDECLARE\n  a nonsense;\nBEGIN\n  RETURN 1;\nEND $$;',
    ],
    [
      'drizzle/functions/b.sql failed at line 4: "missing" is not a known variable',
      '-- b\nCREATE FUNCTION b() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  missing := 1;\nEND $$;',
    ],
    [
      'b() is SECURITY DEFINER: it needs SET search_path FROM CURRENT',
      'CREATE FUNCTION b() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;',
    ],
    [
      'b() is SECURITY DEFINER: it needs SET search_path FROM CURRENT',
      'CREATE FUNCTION b() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$ SELECT 1 $$;',
    ],
  ] as [string | RegExp, string][])('fail with "%s" and change nothing', async (message, text) => {
    const before = await releasesOf(migrated);
    const broken = createRelease({
      'a.sql': 'CREATE FUNCTION a() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
      'b.sql': text,
    });
    await expect(applyTo(migrated, broken)).rejects.toThrow(message);
    expect(await releasesOf(migrated)).toEqual(before);
  });

  it('let a role with USAGE on the schema call the functions for the Worker and no others', () =>
    fresh(async (backend) => {
      const role = `worker_${Date.now()}_${Math.random().toString(36).slice(2, 8)}`;
      await backend.execute(
        `CREATE ROLE ${role}; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${role};`,
      );
      try {
        await applyTo(backend, one);
        const as = (text: string) =>
          backend.session(async (session) => {
            await session.execute(`SET ROLE ${role}`);
            return (await session.query({ text })).rows[0]?.[0];
          });
        const denied = { code: '42501' };
        expect(await as(`SELECT ${one.schema}.answer()`)).toBe('1');
        await expect(as(`SELECT ${one.schema}.helper(NULL)`)).rejects.toMatchObject(denied);
        await expect(as('SELECT count(*) FROM tags')).rejects.toMatchObject(denied);
        await expect(as('SELECT count(*) FROM drizzle.releases')).rejects.toMatchObject(denied);
        const rights = await backend.query({
          text: `SELECT has_schema_privilege($1, 'drizzle', 'USAGE')`,
          params: [role],
        });
        expect(rights.rows).toEqual([['f']]);
      } finally {
        await backend.execute(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    }));

  describe('the signatures', () => {
    const signaturesOf = async (text: string) => {
      const release = createRelease({ 'a.sql': text });
      await applyTo(migrated, release);
      return renderSignatures(migrated, release.schema);
    };
    const worker = (head: string, body = 'BEGIN RETURN NULL; END') =>
      `CREATE FUNCTION ${head} LANGUAGE plpgsql ${SECURITY} AS $$ ${body} $$;`;

    it('have names, types, and which arguments may be null', async () => {
      const rendered = await signaturesOf(`CREATE TYPE time_stretch AS (low bigint);
        ${worker('b(post bigint, tags text[], page time_stretch, session uuid DEFAULT NULL, wide boolean DEFAULT NULL) RETURNS json STABLE')}
        ${worker('a() RETURNS void', 'BEGIN END')}
        ${worker('c(reset json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text')}
        CREATE FUNCTION helper() RETURNS bigint LANGUAGE sql AS 'SELECT 1';`);
      expect(rendered).toContain("export type TimeStretch = string & { readonly row?: 'time_stretch' };");
      expect(rendered).toContain('a: { reads: false, names: [] },');
      expect(rendered).toContain("b: { reads: true, names: ['post', 'tags', 'page', 'session', 'wide'] },");
      expect(rendered).toContain(
        "b: { values: { post: number; tags: string[]; page: TimeStretch; wide?: boolean | null | undefined; }; answer: Answers['b'] };",
      );
      expect(rendered).toContain(
        "c: { values: { reset: JsonArguments['c']['reset']; }; answer: Answers['c'] };",
      );
      expect(rendered).not.toContain('helper');
    });

    it('are empty without functions', async () => {
      expect(await signaturesOf('SELECT 1;')).toContain('export type FunctionTypes = {};');
    });

    it.each([
      [
        'gives n the default 1, and may give no other than NULL',
        worker('a(n bigint DEFAULT 1) RETURNS json'),
      ],
      ['returns bigint, which must be json or integer', worker('a() RETURNS bigint')],
      ['returns posts, which nothing here reads', worker('a() RETURNS posts')],
      ['returns a set', worker('a() RETURNS SETOF json', 'BEGIN END')],
      ['takes post as posts, which nothing here writes', worker('a(post posts) RETURNS json')],
      ['has an argument without a name', worker('a(bigint) RETURNS json')],
      ['has arguments that are not plain inputs', worker('a(OUT n json)', 'BEGIN END')],
      ['must be named in lower case', worker('"A"() RETURNS json')],
      ['has the name of another', worker('a() RETURNS json') + worker('a(n bigint) RETURNS json')],
    ])('are refused when a function %s', async (fault, text) => {
      await expect(signaturesOf(text)).rejects.toThrow(fault);
    });
  });
});

describe('the command line and the functions', () => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await openFastest();
  });
  afterAll(() => databases.remove());

  it('says which are applied, and what to do when they are missing', async () => {
    const url = await databases.create();
    const run = (command: string) => ledge(command.split(' '), { url });
    const current = async () => JSON.parse((await run('migrations current --json')).stdout);
    await (await databases.open(url)).close();
    expect(await current()).toMatchObject({ release: null, functions: { schema: SCHEMA, applied: false } });
    const other = await databases.open(url);
    await applyTo(other, one);
    await other.close();
    expect((await run('migrations current')).stdout).toContain(
      `Functions: ${one.schema}; those of this checkout (${SCHEMA}) are missing\n`,
    );
    const doctor = JSON.parse((await run('doctor --json')).stdout) as { subject: string }[];
    expect(doctor.find(({ subject }) => subject === 'functions')).toMatchObject({
      ok: false,
      finding: `those of this checkout (${SCHEMA}) are missing; the database has ${one.schema}`,
      fix: 'npm run ledge -- migrations up',
    });

    expect((await run('migrations up')).stdout).toBe(`Applied: ${SCHEMA}\n`);
    expect(await current()).toMatchObject({ release: SCHEMA, functions: { applied: true } });
    const { releases } = JSON.parse((await run('migrations history --json')).stdout);
    expect(releases).toEqual([
      {
        functions: one.schema,
        applied: expect.any(String),
        state: 'kept for the previous release',
        checkout: null,
      },
      { functions: SCHEMA, applied: expect.any(String), state: 'newest', checkout: 'this one' },
    ]);
    expect((await run(`migrations release ${one.schema}`)).stdout).toBe(`The newest again: ${one.schema}\n`);
    expect(await current()).toMatchObject({ release: one.schema, functions: { applied: true } });
    expect((await run(`migrations release ${SCHEMA}`)).stdout).toBe(`The newest again: ${SCHEMA}\n`);
    expect((await run('migrations release ledge_00000000')).stderr).toContain('There are no functions');
    expect((await run('migrations down -1')).stdout).toBe(
      `Undone: ${TAGS.at(-1)}\nFunctions dropped: ${one.schema}, ${SCHEMA}\n`,
    );
  });

  it('grants a role that was created later, and revokes its rights on tables', async () => {
    const url = await databases.create();
    const role = `worker_${Date.now()}`;
    const run = (...args: string[]) => ledge(args, { url });
    await run('migrations', 'up');
    expect((await run('database', 'grant', role)).stderr).toContain(`There is no role ${role}`);
    const backend = await databases.open(url);
    await backend.execute(`CREATE ROLE ${role}; GRANT USAGE ON SCHEMA public, drizzle TO ${role};
      GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public, drizzle TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role};
      GRANT SELECT (email) ON users TO ${role};
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${role};`);
    await backend.close();
    const granted = await run('database', 'grant', role, '--json');
    expect(JSON.parse(granted.stdout)).toMatchObject({ role, functions: [SCHEMA] });
    const reset = await run('database', 'reset', '--force', '--json');
    expect(JSON.parse(reset.stdout)).toMatchObject({ applied: TAGS, functions: SCHEMA });

    const again = await databases.open(url);
    await again.execute('CREATE TABLE extra (a int)');
    const { rows } = await again.query({
      text: `SELECT
        (SELECT count(*) FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
          AND relkind = 'r' AND (has_table_privilege($1, oid, 'SELECT, INSERT') OR has_any_column_privilege($1, oid, 'SELECT'))),
        has_schema_privilege($1, 'drizzle', 'USAGE'), has_schema_privilege($1, '${SCHEMA}', 'USAGE'),
        has_function_privilege($1, '${SCHEMA}.schema_version()', 'EXECUTE'),
        has_function_privilege($1, '${SCHEMA}.iso_time(timestamptz)', 'EXECUTE')`,
      params: [role],
    });
    expect(rows).toEqual([['0', 'f', 't', 't', 'f']]);
    await again.execute(
      `DROP TABLE extra; GRANT SELECT (email) ON users TO PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC`,
    );
    await again.close();
    expect((await run('database', 'grant', role)).stderr).toContain(
      `${role} could still read users, by a right`,
    );
    const last = await databases.open(url);
    const [[owner = ''] = []] = (await last.query({ text: 'SELECT current_user' })).rows;
    await last.execute(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await last.close();
    expect((await run('database', 'grant', owner ?? '')).stderr).toContain(
      'owns the database and can do everything',
    );
  });
});
