import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { PASSWORD, signUp, signUpMany, unusedName, write } from './support/people';
import { sql } from './support/sql';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function registration(changes: Record<string, unknown> = {}) {
  const username = unusedName();
  return { email: `${username}@example.com`, username, password: PASSWORD, ...changes };
}

const register = (changes: Record<string, unknown> = {}) =>
  api('POST /users', { json: registration(changes) });

describe('POST /users', () => {
  it('creates an account that can sign in, and answers it as its owner sees it', async () => {
    const json = registration({ bio: 'Notes.', avatar_url: 'https://example.com/ada.png' });

    const { status, body, headers } = await api('POST /users', { json });

    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/users/${body.id}`);
    const { password, ...fields } = json;
    expect(body).toEqual({
      ...fields,
      id: expect.any(Number),
      created_at: expect.stringMatching(TIMESTAMP),
      email_verified: false,
      role: 'user',
      posts: 0,
      followers: 0,
      following: 0,
      unread_notifications: 0,
      viewer: { following: false, followed_by: false },
    });
    const login = await api('POST /auth/login', { json: { username: json.email, password } });
    expect(login.status).toBe(200);
    expect((await api('GET /users/me', { token: login.body.access_token })).body).toEqual(body);
  });

  it('stores the password as a hash and nowhere else', async () => {
    const { body } = await register({ password: 'a password to look for' });

    const [row] = await sql`SELECT row_to_json(users)::text AS stored FROM users WHERE id = ${body.id}`;

    expect(row?.stored).toContain('pbkdf2-sha256$600000$100000$');
    expect(row?.stored).not.toContain('a password to look for');
  });

  it('generates a valid username', async () => {
    const [one, two] = [await register({ username: undefined }), await register({ username: undefined })];

    for (const { body } of [one, two]) expect(body.username).toMatch(/^[A-Za-z][A-Za-z0-9_]{2,29}$/);
    expect(one.body.username).not.toBe(two.body.username);
  });

  it('refuses an email that is taken, in any case and with spaces around it', async () => {
    const { email } = await signUp();

    for (const same of [email, email.toUpperCase(), `  ${email} `]) {
      const { status, body } = await register({ email: same });

      expect([status, body.code]).toEqual([409, 'email_taken']);
      expect(body.detail).not.toContain(email);
    }
  });

  it('refuses a username that is taken, in any case', async () => {
    const { username } = await signUp();

    for (const same of [username, username.toUpperCase(), ` ${username} `]) {
      const { status, body } = await register({ username: same });

      expect([status, body.code]).toEqual([409, 'username_taken']);
    }
  });

  it.each(['me', 'ME', 'posts', 'admin', 'Timeline', 'null', 'search'])(
    'refuses the reserved username %s',
    async (username) => {
      const { status, body } = await register({ username });

      expect(status).toBe(422);
      expect(body.errors).toContainEqual({
        path: 'username',
        code: 'reserved',
        message: 'username is reserved.',
      });
    },
  );

  it.each(['ab', 'a'.repeat(31), '1ada', '_ada', 'ada lovelace', 'ada-l', 'àda', 'ada.l', '123'])(
    'refuses the username %j',
    async (username) => {
      if (username.trim() === 'ada') return;
      const { status, body } = await register({ username });

      expect(status).toBe(422);
      expect(body.errors[0].path).toBe('username');
    },
  );

  it.each(['abc', 'A_9'])('accepts a username of three to thirty characters: %s…', async (start) => {
    const longest = `${start}_${crypto.randomUUID().replaceAll('-', '')}`.slice(0, 30);

    const { status, body } = await register({ username: longest });

    expect([status, body.username]).toEqual([201, longest]);
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada lovelace@example.com',
    'ada@@example.com',
    'ada@example.com, bob@example.com',
    'ada@example.com\nBcc: bob@example.com',
    `${'a'.repeat(250)}@example.com`,
    null,
    1,
    ['ada@example.com'],
  ])('refuses the email %j', async (email) => {
    const { status, body } = await register({ email });

    expect(status).toBe(422);
    expect(body.errors[0].path).toBe('email');
  });

  const PASSWORDS: [string, number][] = [
    ['seven77', 422],
    ['eight888 but uncommon', 201],
    ['🔑🔒🗝🔐🔓🛡⚔🪪', 201],
    ['🔑'.repeat(7), 422],
    ['        x', 201],
    ['長い合言葉は安全です', 201],
    [`${'🔑'.repeat(126)}ab`, 201],
    [`${'x'.repeat(127)}yz`, 422],
    ['', 422],
  ];
  it.each(PASSWORDS)('counts a password in code points: %j', async (password, expected) => {
    const json = registration({ password });
    const { status } = await api('POST /users', { json });

    expect(status).toBe(expected);
    if (expected !== 201) return;
    const signIn = (secret: string) =>
      api('POST /auth/login', { json: { username: json.username, password: secret } });
    expect((await signIn(password)).status).toBe(200);
    expect((await signIn(`${password}x`)).status).toBe(401);
  });

  it('trims a bio, and counts it in code points', async () => {
    const exact = '🦉'.repeat(500);

    expect((await register({ bio: ` ${exact}\n` })).body.bio).toBe(exact);
    expect((await register({ bio: `${exact}x` })).body.errors).toMatchObject([
      { path: 'bio', code: 'too_long' },
    ]);
    expect((await register({ bio: null })).body.bio).toBeNull();
  });

  it.each([
    'http://example.com/a.png',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    'ada.png',
    'https://',
    'https://example.com/\x01.png',
  ])('refuses the avatar %j', async (avatar_url) => {
    const { status, body } = await register({ avatar_url });

    expect([status, body.errors[0].path]).toEqual([422, 'avatar_url']);
  });

  it('normalises the URL of an avatar', async () => {
    const { status, body } = await register({ avatar_url: 'https://Example.com/a"ü\\b.png' });

    expect([status, body.avatar_url]).toEqual([201, 'https://example.com/a%22%C3%BC/b.png']);
  });

  it('reports all invalid fields at once', async () => {
    const { status, body } = await api('POST /users', { json: { email: 'x', username: '1', bio: 1 } });

    expect(status).toBe(422);
    const paths = body.errors.map(({ path }: { path: string }) => path);
    expect(new Set(paths)).toEqual(new Set(['email', 'password', 'username', 'bio']));
    for (const { code, message } of body.errors) expect([code, message]).not.toContain('');
  });
});

describe('GET /users/me', () => {
  it("answers the caller's account", async () => {
    const { id, email, username, token } = await signUp();

    const { status, body } = await api('GET /users/me', { token });

    expect(status).toBe(200);
    expect(body).toMatchObject({ id, email, username, role: 'user', email_verified: false });
  });
});

describe('GET /users/{user}', () => {
  it('finds a person by id and by username in any case, and shows no email', async () => {
    const { id, username, email } = await signUp();

    for (const person of [id, username, username.toUpperCase()]) {
      const { status, body, text } = await api(`GET /users/${person}`);

      expect(status).toBe(200);
      expect(body).toMatchObject({ id, username, bio: null, avatar_url: null, posts: 0, viewer: null });
      expect(text).not.toContain(email);
      for (const key of ['email', 'email_verified', 'role', 'password_hash'])
        expect(body).not.toHaveProperty(key);
    }
  });

  it('counts published posts only', async () => {
    const person = await signUp();
    await write(person);
    await write(person, { title: 'Titled' });
    await write(person, { published: false });

    expect((await api(`GET /users/${person.id}`)).body.posts).toBe(2);
  });

  it('says whether the caller and the user follow each other', async () => {
    const [reader, writer] = [await signUp(), await signUp()];

    const { body } = await api(`GET /users/${writer.username}`, { token: reader.token });

    expect(body.viewer).toEqual({ following: false, followed_by: false });
  });

  it('answers 404 for an unknown user', async () => {
    for (const person of ['9007199254740991', unusedName()]) {
      const { status, body } = await api(`GET /users/${person}`);

      expect([status, body.code]).toEqual([404, 'user_not_found']);
    }
  });
});

describe('GET /users', () => {
  it('lists people, newest first, without an email', async () => {
    const [older, newer] = [await signUp(), await signUp()];

    const { status, body, text } = await api('GET /users?limit=100');

    expect(status).toBe(200);
    const ids = body.data.map(({ id }: { id: number }) => id);
    expect(ids.indexOf(newer.id)).toBeGreaterThanOrEqual(0);
    expect(ids.indexOf(newer.id)).toBeLessThan(ids.indexOf(older.id));
    // No email of any person, though bios may contain @.
    expect(text).not.toContain('@example.com');
  });

  it('has pages that join into the whole list', async () => {
    await signUpMany(5);
    const { body: whole } = await api('GET /users?limit=100&order=asc&total=true');
    const seen: number[] = [];
    let path = '/users?limit=2&order=asc';
    while (seen.length < Math.min(100, whole.page.total)) {
      const { body } = await api(`GET ${path}`);
      seen.push(...body.data.map(({ id }: { id: number }) => id));
      if (body.page.next_cursor === null) break;
      path = `/users?limit=2&order=asc&cursor=${body.page.next_cursor}`;
    }

    expect(seen.slice(0, 100)).toEqual(whole.data.map(({ id }: { id: number }) => id));
  });
});
