import { hash } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { signUp } from './support/people';
import { sql } from './support/sql';

/** A person with a hash of passlib, like those that `ledge import` writes. */
async function importPerson(password: string, rounds = 12) {
  const person = await signUp('course');
  const stored = (await hash(password, rounds)).replace(/^\$2a\$/, '$2b$');
  await sql`UPDATE users SET password_hash = ${stored} WHERE id = ${person.id}`;
  return person;
}

const storedHash = async (id: number) =>
  (await sql`SELECT password_hash FROM users WHERE id = ${id}`)[0]?.password_hash;

describe('POST /auth/login with a password from the course', () => {
  it('signs in with the old password, and replaces its hash', async () => {
    const { id, username } = await importPerson('password123');
    const form = { username, password: 'password123' };
    expect((await api('POST /auth/login', { form })).status).toBe(200);
    expect(await storedHash(id)).toMatch(/^pbkdf2-sha256\$600000\$/);
    expect((await api('POST /auth/login', { form })).status).toBe(200);
  });

  it('signs in several at once, of whom the first replaces the hash', async () => {
    const { username } = await importPerson('password123', 4);
    const form = { username, password: 'password123' };

    const answers = await Promise.all([1, 2, 3, 4].map(() => api('POST /auth/login', { form })));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it.each(['pa\u0308sswo\u0308rd long', 'no\u00a0break space'])(
    'signs in with %j as it was typed there, and then in any form',
    async (password) => {
      const { username } = await importPerson(password, 4);

      for (const form of ['NFD', 'NFC', 'NFD'] as const) {
        const json = { username, password: password.normalize(form) };
        expect((await api('POST /auth/login', { json })).status).toBe(200);
      }
    },
  );

  it('answers 401 for a wrong password, and keeps the hash', async () => {
    const { id, username } = await importPerson('password123', 4);
    const { status, body } = await api('POST /auth/login', { form: { username, password: 'password124' } });
    expect(status).toBe(401);
    expect(body.code).toBe('invalid_credentials');
    expect(await storedHash(id)).toMatch(/^\$2b\$04\$/);
  });
});
