import { compare, getRounds, hash } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { hashPassword } from '../src/security/password';
import { api, withSettings } from './support/api';
import { countDerivations } from './support/count-derivations';
import { PASSWORD, signUp, unusedName } from './support/people';
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

describe('POST /auth/login while imported hashes are left', () => {
  const SALT = btoa('s'.repeat(16));
  /** A hash as an earlier release may have made it, of no password that anybody knows. */
  const weaker = (iterations: number) =>
    `pbkdf2-sha256$${iterations}$${Math.min(iterations, 100_000)}$${SALT}$${btoa('d'.repeat(32))}`;

  async function personWith(stored: string) {
    const person = await signUp('course');
    await sql`UPDATE users SET password_hash = ${stored} WHERE id = ${person.id}`;
    return person.username;
  }

  /** Replaces all hashes of bcrypt, also those of other tests. */
  const removeImported = async () =>
    sql`UPDATE users SET password_hash = ${await hashPassword(PASSWORD)} WHERE password_hash LIKE '$2%'`;

  /** The status of a try, and its work: iterations of PBKDF2, and rounds of bcrypt, of which each step of the cost is twice as many. */
  async function observe(username: string, password = 'not it, not it') {
    let rounds = 0;
    let status = 0;
    const fetch = withSettings({
      HASHING: {
        at_once: 1,
        compareBcrypt: async (given: string, stored: string) => {
          rounds += 2 ** getRounds(stored);
          return getRounds(stored) < 10 && compare(given, stored);
        },
      },
    });
    const { iterations } = await countDerivations(async () => {
      ({ status } = await api('POST /auth/login', { json: { username, password }, fetch }));
    });
    return { status, iterations, rounds };
  }

  it('costs the same whosever name it is, and whatever their hash costs', async () => {
    await removeImported();
    const own = await signUp();
    const imported = await importPerson('password123', 5);
    const names = [
      unusedName(),
      own.username,
      own.email,
      imported.username,
      (await importPerson('password123', 7)).username,
      (await importPerson('password123', 4)).username,
      await personWith(weaker(1_000)),
      await personWith(weaker(250_000)),
    ];

    for (const name of names)
      expect([name, await observe(name)]).toEqual([
        name,
        { status: 401, iterations: 600_000, rounds: 2 ** 7 },
      ]);
    const right = { status: 200, iterations: 600_000, rounds: 2 ** 7 };
    expect(await observe(own.username, PASSWORD)).toEqual(right);
    expect(await observe(imported.username, 'password123')).toEqual(right);
    expect(await observe(imported.username, 'password123')).toEqual(right);
  });

  it('costs no bcrypt once the last one has signed in, nor before the first is imported', async () => {
    await removeImported();
    const { username } = await importPerson('password123', 4);
    expect((await observe(unusedName())).rounds).toBe(2 ** 4);

    await observe(username, 'password123');

    for (const name of [username, unusedName()])
      expect(await observe(name)).toEqual({ status: 401, iterations: 600_000, rounds: 0 });
  });

  it('answers 401 for a hash that is too expensive to compute, at the cost of the most expensive one that is allowed', async () => {
    await removeImported();
    const names = [
      unusedName(),
      await personWith(`$2b$14$${'a'.repeat(53)}`),
      await personWith(`$2y$31$${'a'.repeat(53)}`),
    ];

    for (const name of names)
      expect([name, await observe(name)]).toEqual([
        name,
        { status: 401, iterations: 600_000, rounds: 2 ** 13 },
      ]);
    await removeImported();
  });
});
