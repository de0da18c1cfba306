import { describe, expect, it } from 'vitest';
import { SCHEMA } from '../src/db/functions';
import { api } from './support/api';
import { codeMailedTo, mailsTo, mailTo } from './support/mail';
import { type Person, promote, signUp, unusedName, write } from './support/people';
import { sql } from './support/sql';

const register = (json: Record<string, unknown>) => api('POST /users', { json });
const PASSWORD = 'correct horse battery staple';

describe('POST /users', () => {
  it('mails a code that verifies the email', async () => {
    const name = unusedName();
    const email = `${name}@example.com`;
    const { status, body: me } = await register({ email, username: name, password: PASSWORD });
    expect(status).toBe(201);
    expect(me.email_verified).toBe(false);
    const { body } = await api('POST /auth/login', { json: { username: name, password: PASSWORD } });
    const code = await codeMailedTo(email);

    const verified = await api('POST /auth/email/verify', { token: body.access_token, json: { code } });

    expect(verified.status).toBe(204);
    expect((await api('GET /users/me', { token: body.access_token })).body.email_verified).toBe(true);
  });

  it.each(['password', 'PASSWORD', '12345678', 'qwertyuiop', 'trustno1'])(
    'refuses the common password %s',
    async (password) => {
      const { status, body } = await register({ email: `${unusedName()}@example.com`, password });

      expect(status).toBe(422);
      expect(body.errors[0]).toMatchObject({ path: 'password', code: 'too_common' });
    },
  );

  it('accepts any characters in a password, also spaces at its ends', async () => {
    const [name, password] = [unusedName(), '  ünïcode 🐘 \t'];
    await register({ email: `${name}@example.com`, username: name, password });

    const login = (typed: string) =>
      api('POST /auth/login', { json: { username: name, password: typed } }).then(({ status }) => status);
    expect(await login(password)).toBe(200);
    expect(await login(password.trim())).toBe(401);
  });
});

const edit = (person: Person, json: Record<string, unknown>, headers: Record<string, string> = {}) =>
  api('PATCH /users/me', { token: person.token, json, headers });

describe('PATCH /users/me', () => {
  it('changes the keys that are sent and no other', async () => {
    const person = await signUp();
    await edit(person, { bio: 'Notes.', avatar_url: 'https://example.com/a.png' });
    const username = unusedName();

    const { status, body } = await edit(person, { username, avatar_url: null, role: 'admin', id: 1 });

    expect(status).toBe(200);
    expect(body).toMatchObject({ id: person.id, username, bio: 'Notes.', avatar_url: null, role: 'user' });
  });

  it('answers 409 for a username that is taken', async () => {
    const [person, other] = [await signUp(), await signUp()];

    const { status, body } = await edit(person, { username: other.username.toUpperCase() });

    expect([status, body.code]).toEqual([409, 'username_taken']);
  });

  it('checks If-Match, which a new follower does not affect', async () => {
    const person = await signUp();
    const { headers } = await api('GET /users/me', { token: person.token });
    const etag = headers.get('etag') as string;
    await api(`PUT /users/${person.id}/follow`, { token: (await signUp()).token });

    const first = await edit(person, { bio: 'One' }, { 'If-Match': etag });
    const second = await edit(person, { bio: 'Two' }, { 'If-Match': etag });

    expect(first.status).toBe(200);
    expect([second.status, second.body.code]).toEqual([412, 'precondition_failed']);
    expect(
      (await edit(person, { bio: 'Two' }, { 'If-Match': first.headers.get('etag') as string })).status,
    ).toBe(200);
    expect((await edit(person, { bio: 'Three' }, { 'If-Match': '*' })).status).toBe(200);
  });

  it('keeps the old email until the new one is verified', async () => {
    const person = await signUp();
    await sql`UPDATE users SET email_verified = true WHERE id = ${person.id}`;
    const email = `${unusedName()}@example.com`;

    const { status, body } = await edit(person, { email, current_password: person.password });

    expect(status).toBe(200);
    expect(body.email).toBe(person.email);
    expect((await mailTo(person.email)).text).toContain(email);
    const code = await codeMailedTo(email);
    expect((await api('POST /auth/email/verify', { token: person.token, json: { code } })).status).toBe(204);
    const me = await api('GET /users/me', { token: person.token });
    expect(me.body).toMatchObject({ email, email_verified: true });
    expect((await mailTo(person.email, 2)).subject).toBe('Your email address was changed');
  });

  it('invalidates a reset code that was mailed to the old email', async () => {
    const person = await signUp();
    await api('POST /auth/password/forgot', { json: { email: person.email } });
    const reset = await codeMailedTo(person.email);
    const email = `${unusedName()}@example.com`;
    await edit(person, { email, current_password: person.password });
    const code = await codeMailedTo(email);
    await api('POST /auth/email/verify', { token: person.token, json: { code } });

    const json = { email, code: reset, new_password: 'a newer battery staple' };
    expect((await api('POST /auth/password/reset', { json })).body.code).toBe('code_invalid');
  });

  it('asks for the password to change the email', async () => {
    const person = await signUp();
    const email = `${unusedName()}@example.com`;

    const without = await edit(person, { email });
    expect(without.status).toBe(422);
    expect(without.body.errors[0]).toMatchObject({ path: 'current_password', code: 'required' });
    const wrong = await edit(person, { email, current_password: 'not it, not it' });
    expect([wrong.status, wrong.body.code]).toEqual([403, 'wrong_password']);
    expect(mailsTo(email)).toEqual([]);
  });

  it('answers 409 for an email that is taken, and mails nobody', async () => {
    const [person, other] = [await signUp(), await signUp()];

    const { status, body } = await edit(person, {
      email: other.email.toUpperCase(),
      current_password: person.password,
    });

    expect([status, body.code]).toEqual([409, 'email_taken']);
    expect(mailsTo(other.email)).toEqual([]);
  });

  it('sends at most five mails to one address', async () => {
    const person = await signUp();
    const email = `${unusedName()}@example.com`;
    const ask = () => edit(person, { email, current_password: person.password });
    for (let i = 0; i < 5; i += 1) expect((await ask()).status).toBe(200);

    const sixth = await ask();

    expect([sixth.status, sixth.body.code]).toEqual([429, 'rate_limited']);
    await mailTo(email, 5);
  });
});

describe('POST /auth/email/verify', () => {
  const verify = (person: Person, code: string) =>
    api('POST /auth/email/verify', { token: person.token, json: { code } });
  const resend = (person: Person) => api('POST /auth/email/verify/resend', { token: person.token });

  it('refuses the right code after five wrong ones', async () => {
    const person = await signUp();
    await resend(person);
    const code = await codeMailedTo(person.email);
    for (let i = 0; i < 5; i += 1) expect((await verify(person, 'WRONG')).body.code).toBe('code_invalid');

    expect((await verify(person, code)).body.code).toBe('code_invalid');
  });

  it('answers code_expired after ten minutes, and accepts a code that is sent again', async () => {
    const person = await signUp();
    await resend(person);
    await sql`UPDATE codes SET expires_at = now() WHERE user_id = ${person.id}`;
    expect((await verify(person, await codeMailedTo(person.email))).body.code).toBe('code_expired');

    await resend(person);

    expect((await verify(person, await codeMailedTo(person.email, 2))).status).toBe(204);
    expect((await verify(person, await codeMailedTo(person.email, 2))).body.code).toBe('code_invalid');
  });

  it('sends nothing to a verified email, and answers the same', async () => {
    const [verified, fresh] = [await signUp(), await signUp()];
    await sql`UPDATE users SET email_verified = true WHERE id = ${verified.id}`;

    const [a, b] = [await resend(verified), await resend(fresh)];

    expect([a.status, a.body]).toEqual([b.status, b.body]);
    await mailTo(fresh.email);
    expect(mailsTo(verified.email)).toEqual([]);
  });

  it('answers 409 when somebody else has registered the email meanwhile', async () => {
    const person = await signUp();
    const email = `${unusedName()}@example.com`;
    await edit(person, { email, current_password: person.password });
    const code = await codeMailedTo(email);
    await register({ email, password: PASSWORD });

    const { status, body } = await verify(person, code);

    expect([status, body.code]).toEqual([409, 'email_taken']);
  });
});

describe('DELETE /users/me', () => {
  it('deletes everything of the account, and counters stay exact', async () => {
    const [person, other] = [await signUp(), await signUp()];
    const [mine, theirs] = [await write(person), await write(other)];
    await api(`PUT /votes/${theirs.id}`, { token: person.token });
    await api(`PUT /votes/${mine.id}`, { token: other.token });

    const json = { current_password: person.password };
    expect((await api('DELETE /users/me', { token: person.token, json })).status).toBe(204);

    expect((await api('GET /users/me', { token: person.token })).body.code).toBe('token_revoked');
    expect((await api(`GET /users/${person.id}`)).status).toBe(404);
    expect((await api(`GET /posts/${mine.id}`)).status).toBe(404);
    expect((await api(`GET /posts/${theirs.id}`)).body.votes).toBe(0);
    const login = { username: person.email, password: person.password };
    expect((await api('POST /auth/login', { json: login })).status).toBe(401);
  });

  it('answers 403 for a wrong password', async () => {
    const person = await signUp();

    const json = { current_password: 'not it, not it' };
    const { status, body } = await api('DELETE /users/me', { token: person.token, json });

    expect([status, body.code]).toEqual([403, 'wrong_password']);
  });
});

describe('GET /users/me/export', () => {
  it('contains all data of the caller and no secrets', async () => {
    const [person, other] = [await signUp(), await signUp()];
    const theirs = await write(other);
    const draft = await write(person, { published: false, content: 'Not yet.' });
    const post = await write(person, { content: 'First words.' });
    await api(`PATCH /posts/${post.id}`, { token: person.token, json: { content: 'Other words.' } });
    await api(`PUT /votes/${theirs.id}`, { token: person.token });
    await api(`PUT /posts/${theirs.id}/bookmark`, { token: person.token });
    await sql`INSERT INTO follows (follower_id, followee_id) VALUES (${person.id}, ${other.id}), (${other.id}, ${person.id})`;

    const { status, body, headers, text } = await api('GET /users/me/export', { token: person.token });

    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(body.account).toMatchObject({ id: person.id, email: person.email, following: 1 });
    expect(body.sessions).toHaveLength(1);
    expect(body.posts.map(({ id, content }: Record<string, unknown>) => [id, content])).toEqual([
      [draft.id, 'Not yet.'],
      [post.id, 'Other words.'],
    ]);
    expect(body.post_versions).toMatchObject([{ post_id: post.id, content: 'First words.' }]);
    expect(body.votes).toMatchObject([{ post_id: theirs.id }]);
    expect(body.bookmarks).toMatchObject([{ post_id: theirs.id }]);
    expect(body.account.notifications_read_at).toMatch(/Z$/);
    expect(body.following).toMatchObject([{ user_id: other.id }]);
    expect(body.followers).toMatchObject([{ user_id: other.id }]);
    expect(text).not.toMatch(/digest|hash|salt/);
  });

  it.each([
    ['many', 2_100, 'Note.'],
    ['long', 60, 'Words. '.repeat(6_000)],
  ])('contains more posts and versions than fit into one round trip: %s', async (_, count, content) => {
    const person = await signUp();
    await sql`
      WITH written AS (
        INSERT INTO posts (owner_id, content, published_at)
          SELECT ${person.id}, ${content}, now() FROM generate_series(1, ${count}::integer) RETURNING id
      )
      INSERT INTO post_versions (post_id, version, content, tags, created_at)
        SELECT id, version, ${content}, '{}', now() FROM written, generate_series(1, 2) AS version`;
    const ids = (
      await sql`SELECT id::integer AS id FROM posts WHERE owner_id = ${person.id} ORDER BY id`
    ).map((row) => (row as { id: number }).id);

    const { body } = await api('GET /users/me/export', {
      token: person.token,
      checks: { roundTrips: false },
    });

    expect(body.posts.map(({ id }: { id: number }) => id)).toEqual(ids);
    expect(body.post_versions.map(({ post_id }: { post_id: number }) => post_id)).toEqual(
      ids.flatMap((id) => [id, id]),
    );
    await sql`DELETE FROM posts WHERE owner_id = ${person.id}`;
  });

  it('contains more of what is short than fits into one round trip', async () => {
    const person = await signUp();
    await sql`INSERT INTO sessions (id, user_id, token_digest, created_at, expires_at)
      SELECT gen_random_uuid(), ${person.id}, '\\x00', now() - (n / 3) * interval '1 minute', now() + interval '1 day'
        FROM generate_series(1, 500) AS n`;
    await sql`INSERT INTO idempotency_keys (user_id, key, digest, post_id)
      SELECT ${person.id}, n, '\\x00', 1 FROM generate_series(1, 2500) AS n`;
    await sql`INSERT INTO audit_entries (action, admin_id, user_id)
      SELECT 'post_deleted', ${person.id}, 1 FROM generate_series(1, 500)`;

    const { body } = await api('GET /users/me/export', {
      token: person.token,
      checks: { roundTrips: false },
    });

    expect(new Set(body.sessions.map(({ id }: { id: string }) => id)).size).toBe(501);
    expect(new Set(body.idempotency_keys.map(({ key }: { key: string }) => key)).size).toBe(2_500);
    expect(body.moderation).toHaveLength(500);
    await sql`DELETE FROM audit_entries WHERE admin_id = ${person.id}`;
  });

  it("stays below Neon's limit with its first answer, when all sections are full of quotation marks", async () => {
    const person = await signUp();
    await sql`
      WITH written AS (
        INSERT INTO posts (owner_id, content, published_at)
          SELECT ${person.id}, repeat('"', 300), now() FROM generate_series(1, 1100) RETURNING id
      )
      INSERT INTO post_versions (post_id, version, content, tags, created_at)
        SELECT id, 1, repeat('"', 300), '{}', now() FROM written`;
    await sql`INSERT INTO reports (reporter_id, post_id, user_id, reason, comment)
      SELECT ${person.id}, 900000000000 + n, 1, 'spam', repeat('"', 1000) FROM generate_series(1, 1100) AS n`;
    await sql`INSERT INTO audit_entries (action, admin_id, user_id, reason)
      SELECT 'post_deleted', ${person.id}, 1, repeat('"', 1000) FROM generate_series(1, 1100)`;
    await sql`INSERT INTO sessions (id, user_id, token_digest, user_agent, expires_at)
      SELECT gen_random_uuid(), ${person.id}, '\\x00', repeat('"', 500), now() + interval '1 day' FROM generate_series(1, 1100)`;
    await sql`INSERT INTO idempotency_keys (user_id, key, digest, post_id)
      SELECT ${person.id}, n || repeat('"', 250), '\\x00', 1 FROM generate_series(1, 5100) AS n`;
    const call = `${SCHEMA}.export_account(session => '${person.session}', caller => ${person.id})`;
    const [row] = await sql.query(`SELECT octet_length(to_json(${call}::text)::text) AS bytes`);

    // Votes, bookmarks, follows either way, blocks and mutes have 5,000 rows of some 60 bytes at most.
    expect(row?.bytes).toBeGreaterThan(5_000_000);
    expect(row?.bytes).toBeLessThan(10 * 2 ** 20 - 6 * 5_000 * 70);
    await sql`DELETE FROM audit_entries WHERE admin_id = ${person.id}`;
    await sql`DELETE FROM users WHERE id = ${person.id}`;
  });
});

describe('PATCH /users/{user}', () => {
  it('lets an admin promote a user', async () => {
    const [admin, person] = [await signUp(), await signUp()];
    await promote(admin);

    const { status, body } = await api(`PATCH /users/${person.username}`, {
      token: admin.token,
      json: { role: 'admin' },
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ id: person.id, role: 'admin', email: person.email });
    expect((await api('GET /users/me', { token: person.token })).body.role).toBe('admin');
  });

  it('answers 403 to others, and 404 for an unknown user', async () => {
    const [person, other] = [await signUp(), await signUp()];
    const call = (target: string | number) =>
      api(`PATCH /users/${target}`, { token: person.token, json: { role: 'admin' } });

    expect((await call(other.id)).body.code).toBe('admin_only');
    expect((await call(person.id)).body.code).toBe('admin_only');
    expect((await call(unusedName())).body.code).toBe('user_not_found');
    expect((await api('GET /users/me', { token: person.token })).body.role).toBe('user');
  });

  it('does not demote or delete the last admin', async () => {
    await sql`UPDATE users SET role = 'user' WHERE role = 'admin'`;
    const admin = await signUp();
    await promote(admin);
    const { token } = admin;

    const demoted = await api(`PATCH /users/${admin.id}`, { token, json: { role: 'user' } });
    expect([demoted.status, demoted.body.code]).toEqual([409, 'last_admin']);
    expect((await api(`DELETE /users/${admin.id}`, { token })).body.code).toBe('use_own_account');
    const json = { current_password: admin.password };
    expect((await api('DELETE /users/me', { token, json })).body.code).toBe('last_admin');
    expect((await api(`PATCH /users/${admin.id}`, { token, json: { role: 'admin' } })).status).toBe(200);
  });
});

describe('DELETE /users/{user}', () => {
  it('does not delete the own account, for which a password is needed', async () => {
    const [admin, other] = [await signUp(), await signUp()];
    for (const each of [admin, other]) await promote(each);

    for (const self of [admin.id, admin.username, admin.username.toUpperCase()]) {
      const { status, body } = await api(`DELETE /users/${self}`, { token: admin.token });
      expect([status, body.code]).toEqual([403, 'use_own_account']);
    }
    expect((await api('GET /users/me', { token: admin.token })).status).toBe(200);
    expect((await api(`DELETE /users/${other.id}`, { token: admin.token })).status).toBe(204);
    const json = { current_password: admin.password };
    await promote(await signUp());
    expect((await api('DELETE /users/me', { token: admin.token, json })).status).toBe(204);
  });

  it('lets an admin delete an account', async () => {
    const [admin, person] = [await signUp(), await signUp()];
    await promote(admin);

    expect((await api(`DELETE /users/${person.id}`, { token: admin.token })).status).toBe(204);

    expect((await api(`GET /users/${person.id}`)).status).toBe(404);
    expect((await api('GET /users/me', { token: person.token })).body.code).toBe('token_revoked');
    expect((await api(`DELETE /users/${person.id}`, { token: admin.token })).status).toBe(404);
  });
});
