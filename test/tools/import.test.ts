import { hash } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBcrypt, verifyBcrypt } from '../../src/security/bcrypt';
import type { Backend } from '../../tools/neon/backend.ts';
import { migrateUp } from '../../tools/postgres/migrations.ts';
import { type Databases, quickest } from './databases.ts';
import { ledge } from './run-ledge.ts';

/** As the course's models and migrations make it. */
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
const ready = async () => {
  const url = await databases.create();
  await at(url, (backend) => migrateUp(backend));
  return url;
};
const bring = (target: string, from: string, ...more: string[]) =>
  ledge(['import', '--from', 'COURSE_URL', ...more], { url: target, env: { COURSE_URL: from } });

beforeAll(async () => {
  databases = await quickest();
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
  it('keeps ids, counts exactly, and goes on after the highest id', async () => {
    const target = await ready();
    const outcome = await bring(target, source, '--json');
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
    const next = `INSERT INTO posts (owner_id, content) VALUES (3, 'new') RETURNING id`;
    expect(await rowsOf(target, next)).toEqual([['91']]);
  });

  it('gives no id of a deleted post or user again', async () => {
    const gone = await databases.create();
    await at(gone, (backend) =>
      backend.execute(`${COURSE}
        INSERT INTO users (email, password) SELECT n || '@example.com', '${password}' FROM generate_series(1, 9) n;
        INSERT INTO posts (title, content, owner_id) SELECT 'a', 'b', 1 FROM generate_series(1, 7);
        DELETE FROM users WHERE id > 4; DELETE FROM posts`),
    );
    const target = await ready();
    expect(await bring(target, gone)).toMatchObject({ code: 0, stderr: '' });
    const person = `INSERT INTO users (email, username, password_hash) VALUES ('a@b.c', 'new', '') RETURNING id`;
    expect(await rowsOf(target, person)).toEqual([['10']]);
    const post = `INSERT INTO posts (owner_id, content) VALUES (1, 'new') RETURNING id`;
    expect(await rowsOf(target, post)).toEqual([['8']]);
  });

  it('names people whose hash is more work than the Worker does', async () => {
    const from = await databases.create();
    const costly = password.replace('$12$', '$14$');
    await at(from, (backend) =>
      backend.execute(`${COURSE} INSERT INTO users (email, password) VALUES
        ('a@b.c', '${password}'), ('b@b.c', '${costly}'), ('c@b.c', '${password.replace('$12$', '$13$')}'), ('d@b.c', '${costly}')`),
    );
    const target = await ready();
    for (const more of [['--dry-run'], []]) {
      const { code, stdout } = await bring(target, from, ...more);
      expect(code).toBe(0);
      expect(stdout).toContain('The bcrypt cost of the users 2, 4 is over 13');
    }
    await expect(verifyBcrypt('password123', costly)).rejects.toThrow('not allowed');
  });

  it('brings hashes that the Worker verifies', async () => {
    const target = await ready();
    expect((await bring(target, source)).stdout).toMatch(
      /users +4[\s\S]*1 posts are longer[\s\S]*All of it came over/,
    );
    const [[stored] = []] = await rowsOf(target, 'SELECT password_hash FROM users WHERE id = 12');
    expect(stored).toBe(password);
    expect(isBcrypt(stored ?? '')).toBe(true);
    expect(await verifyBcrypt('password123', stored ?? '')).toBe(true);
    expect(await verifyBcrypt('password124', stored ?? '')).toBe(false);
    await expect(verifyBcrypt('password123', password.replace('$12$', '$31$'))).rejects.toThrow(
      'not allowed',
    );
    expect(isBcrypt('pbkdf2-sha256$600000$100000$c2FsdA==$aGFzaA==')).toBe(false);
  });

  it('writes nothing on a dry run, nor into a database with people in it', async () => {
    const target = await ready();
    expect((await bring(target, source, '--dry-run')).stdout).toContain('Nothing was written.');
    expect(await rowsOf(target, 'SELECT count(*) FROM users')).toEqual([['0']]);
    expect(await rowsOf(target, 'SELECT is_called FROM users_id_seq')).toEqual([['f']]);
    expect((await bring(target, source)).code).toBe(0);
    expect(await bring(target, source)).toMatchObject({
      code: 1,
      stderr: 'ledge: There are people in it already: ids are kept, so it has to be empty.\n',
    });
  });

  it('finds on a dry run what would be found later', async () => {
    const unready = await databases.create();
    expect(await bring(unready, source, '--dry-run')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Run: npm run ledge -- migrations up'),
    });
    const full = await ready();
    await bring(full, source);
    expect(await bring(full, source, '--dry-run')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There are people in it already'),
    });
  });

  it('names the rows that the API could not hold, and nothing that is in them', async () => {
    const target = await ready();
    const dirty = await databases.create();
    // One that has lost its keys, or never had any.
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
    const { code, stdout, stderr } = await bring(target, dirty);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      'ledge: The password of user 7 is not a bcrypt hash. Mend or delete that user there.',
      'users 0, 9007199254740993: the id is not a number from 1 to 9007199254740991.',
      'users 17: another has the same id.',
      'users 2, 3, 4, 5, 6, 7, 8: the email is not one.',
      'users 9, 10, 11, 12, 13: created_at is not a time from 1970 until now.',
      'posts 6, 21, 22, 23, 24, 25, 26, 27, 28, 29, … (21 in all): the owner is nobody.',
      'posts 2, 3: the content is empty.',
      expect.stringMatching(/^posts 4: title and content are longer than 80000 bytes/),
      'posts 5: published is neither true nor false.',
      'posts 1: created_at is not a time from 1970 until now.',
      'votes (user_id, post_id) (99, 1): the user is nobody.',
      'votes (user_id, post_id) (1, 99), (2, null): there is no such post.',
      'votes (user_id, post_id) (1, 1): it was given twice.',
      "Nothing was written. Mend or delete these rows in the course's database, and try again.",
    ]);
    expect(await rowsOf(target, 'SELECT count(*) FROM users')).toEqual([['0']]);

    await at(dirty, (backend) =>
      backend.execute(`DELETE FROM users WHERE id BETWEEN 2 AND 17 OR id = 0; DELETE FROM votes;
        DELETE FROM posts WHERE id < 7 OR owner_id = 99; UPDATE posts SET id = 9007199254740991 WHERE id = 7`),
    );
    const high = await bring(target, dirty);
    expect(high.stderr).toContain('The highest id of posts, or their sequence, is so high');
    expect(high.stderr).toContain('users 9007199254740993: the id is not');
  });

  it('keeps line breaks as they are, and says whose email the API does not take', async () => {
    const from = await databases.create();
    await at(from, (backend) =>
      backend.execute(`${COURSE} INSERT INTO users (email, password) VALUES ('日本@example.com', '${password}');
        INSERT INTO posts (title, content, owner_id) VALUES ('a', E'one\r\ntwo\u2028three\x1b[0m', 1)`),
    );
    const target = await ready();
    const { code, stdout } = await bring(target, from);
    expect(code).toBe(0);
    expect(stdout).toContain('The email of user 1 is one that new people may not have');
    expect(await rowsOf(target, 'SELECT content FROM posts')).toEqual([['one\r\ntwo\u2028three\x1b[0m']]);
  });

  it('says what keeps a database from coming over', async () => {
    const target = await ready();
    const refusal = async (from: string) => {
      const { code, stderr } = await bring(target, from);
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
    const twins = await databases.create();
    await at(twins, (backend) =>
      backend.execute(
        `${COURSE} INSERT INTO users (email, password) VALUES ('a@b.c', '${password}'), ('A@b.c', '${password}')`,
      ),
    );
    expect(await refusal(twins)).toContain('The users 1 and 2 have the same email');
    await at(twins, (backend) =>
      backend.execute(
        `INSERT INTO users (email, password) VALUES ('d@b.c', 'plain'), ('D@b.c', '${password}')`,
      ),
    );
    expect(await refusal(twins)).toMatch(
      /^ledge: The users 1 and 2, and 3 and 4 have .*each pair there\.\nThe password of user 3 is not/,
    );
    await at(twins, (backend) =>
      backend.execute(`UPDATE users SET email = id || '@b.c', password = 'plain'`),
    );
    expect(await refusal(twins)).toContain('The password of the users 1, 2, 3, 4 is not');
    expect(await rowsOf(target, 'SELECT count(*) FROM users')).toEqual([['0']]);
  });
});
