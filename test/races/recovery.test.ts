import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { countOutcomes } from '../support/count-outcomes';
import { codeMailedTo } from '../support/mail';
import { signIn, signUp } from '../support/people';
import { sql } from '../support/sql';

const NEW = 'a newer battery staple';

const reset = (email: string, code: string, new_password = NEW) =>
  api('POST /auth/password/reset', { json: { email, code, new_password } });

async function codeFor(email: string) {
  await api('POST /auth/password/forgot', { json: { email } });
  return codeMailedTo(email);
}

const times = <T>(count: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));

describe('parallel tries at a code', () => {
  it('counts exactly five of fifty wrong tries', async () => {
    const person = await signUp();
    const code = await codeFor(person.email);

    const answers = await times(50, () => reset(person.email, code === '77777777' ? '88888888' : '77777777'));

    expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['code_invalid']));
    const [row] = await sql`SELECT tries FROM codes WHERE user_id = ${person.id}`;
    expect(row?.tries).toBe(5);
    expect((await reset(person.email, code)).status).toBe(400);
  });

  it('changes the password once for twenty uses of the right code', async () => {
    const person = await signUp();
    const code = await codeFor(person.email);

    const answers = await times(20, (i) => reset(person.email, code, `battery staple number ${i}`));

    const successful = answers.flatMap(({ status }, i) => (status === 204 ? [i] : []));
    expect(successful).toHaveLength(1);
    expect(
      answers.filter(({ status }) => status !== 204).every(({ body }) => body.code === 'code_invalid'),
    ).toBe(true);
    await signIn(person, `battery staple number ${successful[0]}`);
  });

  it('verifies an email once for twenty uses of the right code', async () => {
    const person = await signUp();
    await api('POST /auth/email/verify/resend', { token: person.token });
    const code = await codeMailedTo(person.email);

    const answers = await times(20, () =>
      api('POST /auth/email/verify', { token: person.token, json: { code } }),
    );

    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  });
});

describe('a reset during logins', () => {
  it('leaves no session of an earlier login', async () => {
    for (let round = 0; round < 2; round += 1) {
      const person = await signUp();
      const code = await codeFor(person.email);
      const login = (i: number) =>
        api('POST /auth/login', {
          json: { username: person.email, password: person.password },
          headers: { 'CF-Connecting-IP': `203.0.113.${i}` },
        });

      const [done, ...logins] = await Promise.all([
        reset(person.email, code),
        ...Array.from({ length: 20 }, (_, i) => login(i)),
      ]);

      expect(done?.status).toBe(204);
      const [row] =
        await sql`SELECT count(*)::integer AS sessions FROM sessions WHERE user_id = ${person.id}`;
      expect(row?.sessions).toBe(0);
      for (const { status, body } of logins)
        if (status === 200)
          expect((await api('GET /users/me', { token: body.access_token })).body.code).toBe('token_revoked');
    }
  });

  it('cancels a change of the email that it had to wait for', async () => {
    const { id, email } = await signUp();
    const code = await codeFor(email);

    const [done] = await Promise.all([
      reset(email, code),
      // Locks and inserts like `PATCH /users/me`, and ends when another transaction waits for it.
      sql.transaction([
        sql`SELECT id FROM users WHERE id = ${id} FOR NO KEY UPDATE`,
        sql`INSERT INTO codes (user_id, purpose, email, salt, digest, expires_at)
          VALUES (${id}, 'email', 'thief@example.com', '', '', now() + interval '10 minutes')`,
        sql`DO $$ BEGIN
          FOR turn IN 1..1000 LOOP
            EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE NOT granted);
            PERFORM pg_sleep(0.01);
          END LOOP;
        END $$`,
      ]),
    ]);

    expect(done.status).toBe(204);
    expect(await sql`SELECT email FROM codes WHERE user_id = ${id}`).toEqual([]);
  });

  it('ends the sessions of logins during a change of the password', async () => {
    const person = await signUp();
    const json = { current_password: person.password, new_password: NEW };
    const attempts = Array.from({ length: 20 }, (_, i) =>
      api('POST /auth/login', {
        json: { username: person.email, password: person.password },
        headers: { 'CF-Connecting-IP': `203.0.113.${i}` },
      }),
    );

    const [changed] = await Promise.all([
      api('PUT /auth/password', { token: person.token, json }),
      ...attempts,
    ]);

    expect(changed.status).toBe(204);
    const rows = await sql`SELECT id FROM sessions WHERE user_id = ${person.id}`;
    expect(rows.map(({ id }) => id)).toEqual([person.session]);
  });
});

describe('parallel guesses of a password', () => {
  it('allows exactly ten of fifty', async () => {
    const person = await signUp();
    const started = Date.now();

    const answers = await times(50, () =>
      api('POST /auth/login', {
        json: { username: person.email, password: 'not it, not it' },
        headers: { 'CF-Connecting-IP': '203.0.113.200' },
      }),
    );

    const { invalid_credentials: passed = 0, too_many_tries: refused = 0 } = countOutcomes(answers);
    expect(passed + refused).toBe(50);
    expect(passed).toBeGreaterThanOrEqual(10);
    // On a slow machine, waits of 1 s, 2 s, 4 s and so on end during the test, and each allows one more try.
    const waitsOver = Math.floor(Math.log2(1 + (Date.now() - started) / 1000));
    expect(passed).toBeLessThanOrEqual(10 + waitsOver);
  });
});

describe('admins who delete each other at once', () => {
  it('leave one admin', async () => {
    const everybody = await sql`UPDATE users SET role = 'user' RETURNING id`;
    expect(everybody.length).toBeGreaterThan(0);
    const admins = await times(5, () => signUp());
    await sql`UPDATE users SET role = 'admin' WHERE id = ANY (${admins.map(({ id }) => id)}::bigint[])`;

    await times(5, (i) => {
      const [by, other] = [admins[i], admins[(i + 1) % 5]];
      return api(`DELETE /users/${other?.id}`, { token: by?.token });
    });

    const [row] = await sql`SELECT count(*)::integer AS admins FROM users WHERE role = 'admin'`;
    expect(row?.admins).toBeGreaterThanOrEqual(1);
  });
});
