import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tables from '../../drizzle/schema';
import type { Backend } from '../../tools/neon/backend.ts';
import {
  MIGRATIONS_FOLDER,
  type Migration,
  migrate,
  migrateUp,
  planDown,
  planStamp,
  planUp,
  readApplied,
  readMigrations,
  scriptOf,
} from '../../tools/postgres/migrations.ts';
import {
  compareSchemas,
  describeSchema,
  describeTables,
  prerequisitesOf,
} from '../../tools/postgres/schema.ts';
import { findFileFaults, findHeads } from '../../tools/postgres/snapshots.ts';
import { openOfLane } from './databases.ts';

const MIGRATIONS = readMigrations();
const TAGS = MIGRATIONS.map(({ tag }) => tag);
const TABLES = '0001_tables';

/** Rows in all tables before the triggers exist: later migrations have to work with them. */
const ROWS = `
  INSERT INTO users (email, username, password_hash)
    SELECT 'user' || n || '@example.com', 'user' || n, 'hash' FROM generate_series(1, 3) n;
  INSERT INTO posts (owner_id, parent_id, title, content, tags, published_at)
    SELECT 1 + n % 3, CASE WHEN n > 3 THEN 1 END, 'title', 'content', '{a,b}', now() FROM generate_series(1, 6) n;
  INSERT INTO post_counts (post_id, owner_id, published, reply, day)
    SELECT id, owner_id, published, parent_id IS NOT NULL, day_of(created_at) FROM posts;
  INSERT INTO post_ancestors SELECT parent_id, id, 1, 0 FROM posts WHERE parent_id IS NOT NULL;
  INSERT INTO post_tags (tag, post_id, listed_at, reply)
    SELECT unnest(tags), id, listed_at, reply FROM posts;
  INSERT INTO tags SELECT tag, count(*), count(*) FILTER (WHERE reply) FROM post_tags GROUP BY tag;
  INSERT INTO post_mentions (user_id, post_id, listed_at, notifies) SELECT 2, id, listed_at, true FROM posts;
  INSERT INTO post_versions (post_id, version, content, tags, created_at) VALUES (1, 1, 'before', '{}', now());
  INSERT INTO votes (user_id, post_id) SELECT users.id, posts.id FROM users, posts;
  INSERT INTO follows (follower_id, followee_id) VALUES (1, 2), (2, 3);
  INSERT INTO sessions (id, user_id, token_digest, expires_at) VALUES (gen_random_uuid(), 1, '\\x00', now());
  INSERT INTO codes (user_id, purpose, email, salt, digest, expires_at) VALUES (1, 'email', 'a', '\\x00', '\\x00', now());
  INSERT INTO attempts (key, count, expires_at) VALUES ('a', 1, now());
  INSERT INTO idempotency_keys (user_id, key, digest, post_id, answer) VALUES (1, 'a', '\\x00', 1, '{}');`;

const countRows = async (backend: Backend) =>
  (await backend.query({ text: 'SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM votes)' }))
    .rows[0];

const appliedTo = (backend: Backend) => backend.session(readApplied);

describe('migrations', () => {
  const databases = openOfLane();
  let backend: Backend;
  const fresh = async (work: (backend: Backend) => Promise<void>) => {
    const other = await databases.open();
    await work(other).finally(() => other.close());
  };

  beforeAll(async () => {
    backend = await databases.open();
  });

  afterAll(async () => {
    await backend?.close();
    await databases.remove();
  });

  // These run in order: each has the rows of the ones before.
  const schemas: string[][] = [];
  it.each(TAGS)('%s migrates up, down and up again with rows in the tables', async (tag) => {
    schemas.push(await describeSchema(backend));
    expect(await migrate(backend, planUp(MIGRATIONS, 1))).toEqual([tag]);
    const after = await describeSchema(backend);
    expect(await migrate(backend, planDown(MIGRATIONS, 1))).toEqual([tag]);
    expect(compareSchemas(await describeSchema(backend), schemas.at(-1) ?? [])).toEqual([]);
    expect(await migrate(backend, planUp(MIGRATIONS, tag))).toEqual([tag]);
    expect(compareSchemas(await describeSchema(backend), after)).toEqual([]);
    if (tag === TABLES) await backend.execute(ROWS);
    if (TAGS.indexOf(tag) >= TAGS.indexOf(TABLES)) expect(await countRows(backend)).toEqual(['6', '18']);
  });

  it('create the schema of drizzle/schema.ts', () =>
    fresh(async (described) => {
      const { generateDrizzleJson, generateMigration } = await import('drizzle-kit/api');
      await described.execute(prerequisitesOf(await describeSchema(backend)));
      const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(tables));
      await described.execute(statements.join('\n'));
      expect(compareSchemas(await describeTables(backend), await describeTables(described))).toEqual([]);
    }));

  it('migrate down to nothing with rows in the tables, one by one', async () => {
    for (const [i, tag] of [...TAGS.entries()].reverse()) {
      expect(await migrate(backend, planDown(MIGRATIONS, 1))).toEqual([tag]);
      expect(compareSchemas(await describeSchema(backend), schemas[i] ?? [])).toEqual([]);
    }
    expect(await describeSchema(backend)).toEqual([]);
    expect(await appliedTo(backend)).toEqual([]);
    expect(await migrate(backend, planUp(MIGRATIONS))).toEqual(TAGS);
  });

  it('that fail do not change schema or journal', () =>
    fresh(async (other) => {
      await migrate(other, planUp(MIGRATIONS, 1));
      const schema = await describeSchema(other);
      const journal = await appliedTo(other);
      const last = MIGRATIONS.at(-1) as Migration;
      const up = 'CREATE TABLE half (a int);\n--> statement-breakpoint\nCREATE TABLE broken (a nonsense);';
      const broken = { ...last, tag: '9999_broken', when: last.when + 1, up };
      await expect(migrateUp(other, [...MIGRATIONS, broken])).rejects.toThrow(
        'Migration 9999_broken failed at line 3: type "nonsense" does not exist',
      );
      expect(await describeSchema(other)).toEqual(schema);
      expect(await appliedTo(other)).toEqual(journal);
      expect(await migrate(other, planUp(MIGRATIONS))).toEqual(TAGS.slice(1));
    }));

  it('are applied once by two migrators at once', async () => {
    const url = databases.name === 'PGlite' ? undefined : await databases.create();
    const first = await databases.open(url);
    // PGlite has one session, so its two migrators share it.
    const second = url === undefined ? first : await databases.open(url);
    const applied = await Promise.all([migrateUp(first), migrateUp(second)]);
    expect(applied.map(({ length }) => length).sort()).toEqual([0, TAGS.length + 1]);
    expect(await appliedTo(first)).toHaveLength(TAGS.length);
    await Promise.all([...new Set([first, second])].map((opened) => opened.close()));
  });

  it('can be applied with the printed script', () =>
    fresh(async (other) => {
      await other.execute(scriptOf(planUp(MIGRATIONS)([])));
      expect(await describeSchema(other)).toEqual(await describeSchema(backend));
      expect(await appliedTo(other)).toEqual(await appliedTo(backend));
      await other.execute(scriptOf(planDown(MIGRATIONS, 'all')(await appliedTo(other))));
      expect(await describeSchema(other)).toEqual([]);
    }));

  it('can be stamped without running them', () =>
    fresh(async (other) => {
      const [first = ''] = TAGS;
      expect(await migrate(other, planStamp(MIGRATIONS, 'head'))).toEqual(TAGS);
      expect(await describeSchema(other)).toEqual([]);
      expect(await migrate(other, planUp(MIGRATIONS))).toEqual([]);
      expect(await migrate(other, planStamp(MIGRATIONS, '0000'))).toEqual(TAGS.slice(1));
      expect(await appliedTo(other)).toHaveLength(1);
      expect(await migrate(other, planStamp(MIGRATIONS, 'nothing'))).toEqual([first]);
    }));
});

describe('a plan', () => {
  const applied = MIGRATIONS.map(({ when, hash }) => ({ when, hash }));

  it('goes up to a migration, with older ones of a merged branch', () => {
    expect(planUp(MIGRATIONS, '0000')([]).map(({ tag }) => tag)).toEqual(TAGS.slice(0, 1));
    expect(planUp(MIGRATIONS)(applied.slice(1)).map(({ tag }) => tag)).toEqual(TAGS.slice(0, 1));
  });

  it('goes down to a migration, which stays', () => {
    expect(planDown(MIGRATIONS, '0000')(applied).map(({ tag }) => tag)).toEqual(TAGS.slice(1).reverse());
    expect(() => planDown(MIGRATIONS, 'head')([])).toThrow('is not applied');
  });

  it('refuses an unknown migration, and one without a down migration', () => {
    expect(() => planUp(MIGRATIONS, '4711')([])).toThrow(
      'There is no migration 4711. There are: 0000_functions,',
    );
    const oneWay = MIGRATIONS.map((migration) => ({ ...migration, down: undefined }));
    expect(() => planDown(oneWay, 1)(applied)).toThrow(
      `${TAGS.at(-1)} has no down migration: write drizzle/down/${TAGS.at(-1)}.sql.`,
    );
  });

  it('does not go down from a migration that this checkout does not have', () => {
    expect(() => planDown(MIGRATIONS, 1)([...applied, { when: 1, hash: '' }])).toThrow('does not have');
  });
});

describe('the files of the migrations', () => {
  const inCopy = (change: (folder: string) => void) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ledge-drizzle-'));
    cpSync(MIGRATIONS_FOLDER, folder, { recursive: true });
    change(folder);
    const faults = findFileFaults(folder);
    rmSync(folder, { recursive: true });
    return faults;
  };

  it('are complete, and have one head', () => {
    expect(findFileFaults()).toEqual([]);
    expect(findHeads()).toEqual([TAGS.at(-1)]);
  });

  it('are reported when they are missing or unknown', () => {
    expect(inCopy((folder) => rmSync(path.join(folder, 'down/0002_rules.sql')))).toEqual([
      '0002_rules has no down migration: write drizzle/down/0002_rules.sql, which undoes it.',
    ]);
    expect(inCopy((folder) => rmSync(path.join(folder, '0001_tables.sql')))).toEqual([
      'drizzle/0001_tables.sql is missing.',
    ]);
    expect(inCopy((folder) => writeFileSync(path.join(folder, '0009_loose.sql'), ''))).toEqual([
      'drizzle/0009_loose.sql is not in the journal.',
    ]);
    expect(inCopy((folder) => rmSync(path.join(folder, 'meta/0002_snapshot.json')))).toContain(
      '0002_rules has no snapshot: generate it again.',
    );
  });

  it('are reported when two branches add to the same state', () => {
    const faults = inCopy((folder) => {
      const file = path.join(folder, 'meta/0002_snapshot.json');
      const snapshot = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ ...snapshot, prevId: '00000000-0000-0000-0000-000000000000' }));
    });
    expect(faults).toContain(
      'The snapshot of 0002_rules does not follow the one before it: generate it again.',
    );
  });
});
