import { hash } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBcrypt, verifyBcrypt } from '../../src/security/bcrypt';
import type { Backend } from '../../tools/neon/backend.ts';
import { migrateUp } from '../../tools/postgres/migrations.ts';
import { type Databases, openFastest } from './databases.ts';
import { ledge } from './run-ledge.ts';

/** The schema that the course's models and migrations create. */
const COURSE = `
  CREATE TABLE users (id SERIAL PRIMARY KEY, email VARCHAR NOT NULL UNIQUE, password VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now());
  CREATE TABLE posts (id SERIAL PRIMARY KEY, title VARCHAR NOT NULL, content VARCHAR NOT NULL,
    published BOOLEAN NOT NULL DEFAULT TRUE, created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    owner_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE);
  CREATE TABLE votes (user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    post_id INTEGER REFERENCES posts (id) ON DELETE CASCADE, PRIMARY KEY (user_id, post_id));
  CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY);`;

let databases: Databases;
let source: string;
let password: string;

const at = async <T>(url: string, work: (backend: Backend) => Promise<T>) => {
  const backend = await databases.open(url);
  return work(backend).finally(() => backend.close());
};
const rowsOf = (url: string, text: string) =>
  at(url, async (backend) => (await backend.query({ text })).rows);
const createMigrated = async () => {
  const url = await databases.create();
  await at(url, (backend) => migrateUp(backend));
  return url;
};
const runImport = (target: string, from: string, ...more: string[]) =>
  ledge(['import', '--from', 'COURSE_URL', ...more], { url: target, env: { COURSE_URL: from } });

beforeAll(async () => {
  databases = await openFastest();
  source = await databases.create();
  // passlib's CryptContext(schemes=["bcrypt"]): ident 2b, 12 rounds.
  password = (await hash('password123', 12)).replace(/^\$2a\$/, '$2b$');
  await at(source, (backend) =>
    backend.execute(`${COURSE}
      INSERT INTO users (id, email, password, created_at) VALUES
        (3, 'Ada.Lovelace@example.com', '${password}', '2024-02-29 12:00:00.123456+02'), (7, 'me@example.com', '${password}', now()),
        (9, 'ada_lovelace@example.org', '${password}', now()), (12, '日本@example.com', '${password}', now());
      INSERT INTO posts (id, title, content, published, owner_id)
        SELECT 10 * n, CASE WHEN n = 1 THEN ' ' ELSE 'Title ' || n END, 'Content ' || n, n <> 3, CASE WHEN n > 5 THEN 3 ELSE 7 END
          FROM generate_series(1, 9) n;
      UPDATE posts SET title = repeat('x', 300) WHERE id = 20;
      INSERT INTO votes SELECT users.id, posts.id FROM users, posts WHERE (users.id + posts.id) % 3 <> 1;
      SELECT setval('users_id_seq', 50)`),
  );
});

afterAll(() => databases.remove());

describe('ledge import', () => {
  it('keeps ids, has exact counters, and continues after the highest id', async () => {
    const target = await createMigrated();
    const outcome = await runImport(target, source, '--json');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const [[votes] = []] = await rowsOf(source, 'SELECT count(*) FROM votes');
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      users: 4,
      posts: 9,
      votes: Number(votes),
      written: true,
    });

    const counted = `SELECT posts.id, (SELECT count(*) FROM votes WHERE post_id = posts.id) FROM posts ORDER BY id`;
    const kept = `SELECT post_id, votes FROM post_counts ORDER BY post_id`;
    expect(await rowsOf(target, kept)).toEqual(await rowsOf(source, counted));
    expect(await rowsOf(target, 'SELECT id, username, posts, email_verified FROM users ORDER BY id')).toEqual(
      [
        ['3', 'Ada_Lovelace', '4', 'f'],
        ['7', 'me_7', '4', 'f'],
        ['9', 'ada_lovelace_9', '0', 'f'],
        ['12', 'user_12', '0', 'f'],
      ],
    );
    const columns = 'email, to_char(created_at, $$YYYY-MM-DD HH24:MI:SS.MS$$)';
    expect(await rowsOf(target, `SELECT ${columns} FROM users WHERE id = 3`)).toEqual([
      ['Ada.Lovelace@example.com', expect.stringMatching(/^2024-02-29 1\d:00:00\.123$/)],
    ]);
    expect(
      await rowsOf(
        target,
        'SELECT id, title, length(title), published FROM posts WHERE id <= 30 ORDER BY id',
      ),
    ).toEqual([
      ['10', null, null, 't'],
      ['20', expect.stringMatching(/^x+$/), '300', 't'],
      ['30', 'Title 3', '7', 'f'],
    ]);
    const next = `INSERT INTO posts (owner_id, content, published_at) VALUES (3, 'new', now()) RETURNING id`;
    expect(await rowsOf(target, next)).toEqual([['91']]);
  });

  it('reads mentions and hashtags from what was written', async () => {
    const from = await databases.create();
    await at(from, (backend) =>
      backend.execute(`${COURSE}
        INSERT INTO users (email, password) VALUES ('ada@b.c', '${password}'), ('Bob.B@b.c', '${password}');
        INSERT INTO posts (title, content, published, owner_id) VALUES
          ('Both', '@bob_b and @ada, see #Trains, not bob@ada.org', true, 1), ('Draft', '@ada #trains', false, 2),
          ('None', 'ada', true, 2)`),
    );
    const target = await createMigrated();
    expect(await runImport(target, from)).toMatchObject({ code: 0, stderr: '' });
    expect(
      await rowsOf(target, 'SELECT mentioned_ids, tags, given_tags, hashtags FROM posts ORDER BY id'),
    ).toEqual([
      ['{2,1}', '{trains}', '{}', '{trains}'],
      ['{1}', '{trains}', '{}', '{trains}'],
      [null, '{}', null, null],
    ]);
    expect(await rowsOf(target, 'SELECT user_id, post_id FROM post_mentions ORDER BY user_id')).toEqual([
      ['1', '1'],
      ['2', '1'],
    ]);
    expect(await rowsOf(target, 'SELECT tag, posts FROM tags')).toEqual([['trains', '1']]);
  });

  it('makes other usernames where theirs rest for somebody who was deleted', async () => {
    const target = await createMigrated();
    const long = 'a'.repeat(30);
    await at(target, (backend) =>
      backend.execute(`INSERT INTO resting_usernames (digest, expires_at) VALUES
        (username_digest('ADA_LOVELACE'), now() + interval '1 day'), (username_digest('user_12'), now())`),
    );
    const from = await databases.create();
    await at(from, (backend) =>
      backend.execute(`${COURSE}
        INSERT INTO users (id, email, password) VALUES (3, 'ada.lovelace@example.com', '${password}'),
          (12, '日本@example.com', '${password}'), (4567, '${long}@example.com', '${password}')`),
    );
    await at(target, (backend) =>
      backend.execute(
        `INSERT INTO resting_usernames VALUES (username_digest('${long}'), NULL, now() + interval '1 day')`,
      ),
    );

    expect(await runImport(target, from)).toMatchObject({ code: 0, stderr: '' });

    expect(await rowsOf(target, 'SELECT username FROM users ORDER BY id')).toEqual([
      ['ada_lovelace_3'],
      ['user_12'],
      [`${'a'.repeat(25)}_4567`],
    ]);
  });

  it('does not reuse ids of deleted posts or users', async () => {
    const gone = await databases.create();
    await at(gone, (backend) =>
      backend.execute(`${COURSE}
        INSERT INTO users (email, password) SELECT n || '@example.com', '${password}' FROM generate_series(1, 9) n;
        INSERT INTO posts (title, content, owner_id) SELECT 'a', 'b', 1 FROM generate_series(1, 7);
        DELETE FROM users WHERE id > 4; DELETE FROM posts`),
    );
    const target = await createMigrated();
    expect(await runImport(target, gone)).toMatchObject({ code: 0, stderr: '' });
    const person = `INSERT INTO users (email, username, password_hash) VALUES ('a@b.c', 'new', '') RETURNING id`;
    expect(await rowsOf(target, person)).toEqual([['10']]);
    const post = `INSERT INTO posts (owner_id, content, published_at) VALUES (1, 'new', now()) RETURNING id`;
    expect(await rowsOf(target, post)).toEqual([['8']]);
  });

  it('reports users whose hash costs more than the Worker allows', async () => {
    const from = await databases.create();
    const costly = password.replace('$12$', '$14$');
    await at(from, (backend) =>
      backend.execute(`${COURSE} INSERT INTO users (email, password) VALUES
        ('a@b.c', '${password}'), ('b@b.c', '${costly}'), ('c@b.c', '${password.replace('$12$', '$13$')}'), ('d@b.c', '${costly}')`),
    );
    const target = await createMigrated();
    for (const more of [['--dry-run'], []]) {
      const { code, stdout } = await runImport(target, from, ...more);
      expect(code).toBe(0);
      expect(stdout).toContain('The bcrypt cost of the users 2, 4 is over 13');
    }
    expect(await verifyBcrypt('password123', costly)).toBe(false);
  });

  it('imports hashes that the Worker can verify', async () => {
    const target = await createMigrated();
    expect((await runImport(target, source)).stdout).toMatch(
      /users +4[\s\S]*1 posts are longer[\s\S]*Everything was imported/,
    );
    const [[stored] = []] = await rowsOf(target, 'SELECT password_hash FROM users WHERE id = 12');
    expect(stored).toBe(password);
    expect(isBcrypt(stored ?? '')).toBe(true);
    expect(await verifyBcrypt('password123', stored ?? '')).toBe(true);
    expect(await verifyBcrypt('password124', stored ?? '')).toBe(false);
    expect(await verifyBcrypt('password123', password.replace('$12$', '$31$'))).toBe(false);
    expect(isBcrypt('pbkdf2-sha256$600000$100000$c2FsdA==$aGFzaA==')).toBe(false);
  });

  it('writes nothing on a dry run, or into a database with users', async () => {
    const target = await createMigrated();
    expect((await runImport(target, source, '--dry-run')).stdout).toContain('Nothing was written.');
    expect(await rowsOf(target, 'SELECT count(*) FROM users')).toEqual([['0']]);
    expect(await rowsOf(target, 'SELECT is_called FROM users_id_seq')).toEqual([['f']]);
    expect((await runImport(target, source)).code).toBe(0);
    expect(await runImport(target, source)).toMatchObject({
      code: 1,
      stderr: 'ledge: The database already has users. An import keeps ids, so it needs an empty one.\n',
    });
  });

  it('reports the same faults on a dry run', async () => {
    const unready = await databases.create();
    expect(await runImport(unready, source, '--dry-run')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Run: npm run ledge -- migrations up'),
    });
    const full = await createMigrated();
    await runImport(full, source);
    expect(await runImport(full, source, '--dry-run')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The database already has users'),
    });
  });

  it('reports invalid rows by their ids, without their values', async () => {
    const target = await createMigrated();
    const dirty = await databases.create();
    // A database without keys.
    await at(dirty, (backend) =>
      backend.execute(`
        CREATE TABLE users (id bigint, email text, password text, created_at timestamptz);
        CREATE TABLE posts (id bigint, title text, content text, published boolean, created_at timestamptz, owner_id bigint);
        CREATE TABLE votes (user_id bigint, post_id bigint);
        INSERT INTO users SELECT n, n || '@example.com', '${password}', now() FROM generate_series(1, 40) n;
        INSERT INTO posts SELECT n, 'Secret', 'Secret', true, now(), 1 FROM generate_series(1, 40) n;
        INSERT INTO votes SELECT n, 1 FROM generate_series(1, 5) n;
        UPDATE users SET email = 'nonsense' WHERE id = 2;
        UPDATE users SET email = E'a\x1b[31m@example.com' WHERE id = 3;
        UPDATE users SET email = E'b@example.com\r\nBcc: c@example.com' WHERE id = 4;
        UPDATE users SET email = E'\u202ed@example.com' WHERE id = 5;
        UPDATE users SET email = repeat('e', 250) || '@example.com' WHERE id = 6;
        UPDATE users SET email = NULL, password = NULL WHERE id = 7;
        UPDATE users SET email = ' f@example.com' WHERE id = 8;
        UPDATE users SET created_at = 'infinity' WHERE id = 9;
        UPDATE users SET created_at = '12024-01-01' WHERE id = 10;
        UPDATE users SET created_at = '0044-03-15 BC' WHERE id = 11;
        UPDATE users SET created_at = now() + interval '3 years' WHERE id = 12;
        UPDATE users SET created_at = NULL WHERE id = 13;
        UPDATE users SET id = 9007199254740993 WHERE id = 14;
        UPDATE users SET id = 0 WHERE id = 15;
        UPDATE users SET id = 17 WHERE id = 16;
        UPDATE posts SET created_at = '-infinity' WHERE id = 1;
        UPDATE posts SET content = E' \r\n' WHERE id = 2;
        UPDATE posts SET content = NULL WHERE id = 3;
        UPDATE posts SET content = repeat('x', 100000) WHERE id = 4;
        UPDATE posts SET published = NULL WHERE id = 5;
        UPDATE posts SET owner_id = NULL WHERE id = 6;
        UPDATE posts SET owner_id = 99 WHERE id > 20;
        INSERT INTO votes VALUES (1, 1), (1, 99), (99, 1), (2, NULL)`),
    );
    const { code, stdout, stderr } = await runImport(target, dirty);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      'ledge: The password of user 7 is not a bcrypt hash. Correct or delete that user there.',
      'users 0, 9007199254740993: the id is not a number from 1 to 9007199254740991.',
      'users 17: another row has the same id.',
      'users 2, 3, 4, 5, 6, 7, 8: the email is invalid.',
      'users 9, 10, 11, 12, 13: created_at is not a time from 1970 until now.',
      'posts 6, 21, 22, 23, 24, 25, 26, 27, 28, 29, … (21 in all): the owner does not exist.',
      'posts 2, 3: the content is empty.',
      expect.stringMatching(/^posts 4: title and content are longer than 80000 bytes/),
      'posts 5: published is neither true nor false.',
      'posts 1: created_at is not a time from 1970 until now.',
      'votes (user_id, post_id) (99, 1): the user does not exist.',
      'votes (user_id, post_id) (1, 99), (2, null): the post does not exist.',
      'votes (user_id, post_id) (1, 1): the vote is a duplicate.',
      "Nothing was written. Correct or delete these rows in the course's database, and try again.",
    ]);
    expect(await rowsOf(target, 'SELECT count(*) FROM users')).toEqual([['0']]);

    await at(dirty, (backend) =>
      backend.execute(`DELETE FROM users WHERE id BETWEEN 2 AND 17 OR id = 0; DELETE FROM votes;
        DELETE FROM posts WHERE id < 7 OR owner_id = 99; UPDATE posts SET id = 9007199254740991 WHERE id = 7`),
    );
    const high = await runImport(target, dirty);
    expect(high.stderr).toContain('The highest id of posts, or their sequence, is so high');
    expect(high.stderr).toContain('users 9007199254740993: the id is not');
  });

  it('keeps line breaks unchanged, and reports emails that the API does not accept', async () => {
    const from = await databases.create();
    await at(from, (backend) =>
      backend.execute(`${COURSE} INSERT INTO users (email, password) VALUES ('日本@example.com', '${password}');
        INSERT INTO posts (title, content, owner_id) VALUES ('a', E'one\r\ntwo\u2028three\x1b[0m', 1)`),
    );
    const target = await createMigrated();
    const { code, stdout } = await runImport(target, from);
    expect(code).toBe(0);
    expect(stdout).toContain('The email of user 1 is one that new accounts can not have');
    expect(await rowsOf(target, 'SELECT content FROM posts')).toEqual([['one\r\ntwo\u2028three\x1b[0m']]);
  });

  it('says why a database can not be imported', async () => {
    const target = await createMigrated();
    const refusal = async (from: string) => {
      const { code, stderr } = await runImport(target, from);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refusal('')).toBe('ledge: COURSE_URL is not set.\n');
    expect(await refusal('postgresql+psycopg2://a:b@127.0.0.1:1/c')).toBe(
      "ledge: COURSE_URL: Postgres can't be reached: connect ECONNREFUSED 127.0.0.1:1\n",
    );
    const other = await databases.create();
    await at(other, (backend) => backend.execute('CREATE TABLE users (id int, name text)'));
    expect(await refusal(other)).toContain('That is not a database of the course: column');
    const duplicates = await databases.create();
    await at(duplicates, (backend) =>
      backend.execute(
        `${COURSE} INSERT INTO users (email, password) VALUES ('a@b.c', '${password}'), ('A@b.c', '${password}')`,
      ),
    );
    expect(await refusal(duplicates)).toContain('The users 1 and 2 have the same email');
    await at(duplicates, (backend) =>
      backend.execute(
        `INSERT INTO users (email, password) VALUES ('d@b.c', 'plain'), ('D@b.c', '${password}')`,
      ),
    );
    expect(await refusal(duplicates)).toMatch(
      /^ledge: The users 1 and 2, and 3 and 4 have .*each pair there\.\nThe password of user 3 is not/,
    );
    await at(duplicates, (backend) =>
      backend.execute(`UPDATE users SET email = id || '@b.c', password = 'plain'`),
    );
    expect(await refusal(duplicates)).toContain('The password of the users 1, 2, 3, 4 is not');
    expect(await rowsOf(target, 'SELECT count(*) FROM users')).toEqual([['0']]);
  });
});
