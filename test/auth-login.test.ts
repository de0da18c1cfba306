import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { AttemptRule } from '../src/db/json';
import { readSettings } from '../src/env';
import { tooManyTries } from '../src/security/attempts';
import { api, isWorker } from './support/api';
import { countDerivations } from './support/count-derivations';
import { codeMailedTo } from './support/mail';
import { signUp, unusedName } from './support/people';
import { countRoundTrips } from './support/round-trips';
import { sql } from './support/sql';
import { endWaits, loginAttempt, prolongWaits, waitOf } from './support/waits';

const TRIES = 10;

let addresses = 0;
/** An address that no other test uses. */
function newAddress() {
  addresses += 1;
  return `198.18.${addresses >> 8}.${addresses & 255}`;
}

const login = (username: string, password: string, address: string) =>
  api('POST /auth/login', { json: { username, password }, headers: { 'CF-Connecting-IP': address } });

async function failAt(username: string, address: string, times = TRIES) {
  for (let i = 0; i < times; i += 1)
    expect((await login(username, 'not it, not it', address)).status).toBe(401);
}

describe('POST /auth/login', () => {
  it.each(['email', 'username'] as const)('accepts the %s in any case', async (name) => {
    const person = await signUp();

    expect((await login(person[name].toUpperCase(), person.password, newAddress())).status).toBe(200);
  });

  it.each([
    ['STRASSE', 'straße'],
    ['straße', 'STRASSE'],
    ['müller', 'mu\u0308LLER'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
  ])('signs in and counts by an imported email with %s, typed with %s', async (stored, typed) => {
    const [person, address] = [await signUp(), newAddress()];
    const domain = `${unusedName()}.example`;
    await sql`UPDATE users SET email = ${`${stored}@${domain}`} WHERE id = ${person.id}`;
    const name = `${typed}@${domain.toUpperCase()}`;

    expect((await login(name, person.password, address)).status).toBe(200);
    await failAt(`${stored}@${domain}`, address);
    await prolongWaits(await loginAttempt(name, address));
    expect((await login(name, person.password, address)).status).toBe(429);
    await endWaits(await loginAttempt(`${stored}@${domain}`, address));
    expect((await login(name, person.password, address)).status).toBe(200);
    await failAt(name, address, TRIES - 1);
  });

  it('has one counter for a name in any case, also by the case rules of Postgres', async () => {
    const { username } = await signUp('licinia');
    const address = newAddress();
    await failAt(username, address);
    await prolongWaits(await loginAttempt(username, address));

    for (const name of [username.toUpperCase(), username.replace('i', 'İ')]) {
      const { status } = await login(name, (await signUp()).password, address);
      expect([name, status === 200]).toEqual([name, false]);
    }
    expect((await login(username.toUpperCase(), 'not it, not it', address)).status).toBe(429);
  });

  it.runIf(isWorker)('accepts a User-Agent whose truncation would split a character', async () => {
    const { username, password } = await signUp();

    const { status } = await api('POST /auth/login', {
      json: { username, password },
      headers: { 'User-Agent': `${'a'.repeat(299)}\u{1F600}` },
    });

    expect(status).toBe(200);
  });

  it('answers and costs the same for an unknown name and a wrong password', async () => {
    const person = await signUp();
    const observe = async (username: string) => {
      const seen: unknown[] = [];
      const hashing = await countDerivations(async () => {
        const { answer, roundTrips } = await countRoundTrips(() =>
          login(username, 'not it, not it', newAddress()),
        );
        const headers = Object.fromEntries(answer.headers);
        const text = answer.text.replace(headers['x-request-id'] as string, '');
        delete headers['x-request-id'];
        seen.push(answer.status, text, headers, roundTrips);
      });
      return [...seen, hashing];
    };

    const [wrong, byEmail] = [await observe(person.username), await observe(person.email)];
    const unknown = await observe(unusedName());

    expect(wrong).toEqual(unknown);
    expect(byEmail).toEqual(await observe(`${unusedName()}@example.com`));
    expect(wrong[0]).toBe(401);
  });

  it('ends the session that the client had, if it is of the same person', async () => {
    const [person, other] = [await signUp(), await signUp()];
    const json = { username: person.email, password: person.password };

    await api('POST /auth/login', { json, token: other.token });
    await api('POST /auth/login', { json, token: person.token });

    expect((await api('GET /users/me', { token: other.token })).status).toBe(200);
    expect((await api('GET /users/me', { token: person.token })).body.code).toBe('token_revoked');
  });

  it('replaces a hash with outdated parameters', async () => {
    const person = await signUp();
    const salt = 'c2FsdHNhbHRzYWx0c2FsdA==';
    const key = await crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode(person.password),
      'PBKDF2',
      false,
      ['deriveBits'],
    );
    const bits = await crypto.subtle.deriveBits(
      { name: 'PBKDF2', hash: 'SHA-256', salt: new TextEncoder().encode(atob(salt)), iterations: 1000 },
      key,
      256,
    );
    const old = `pbkdf2-sha256$1000$1000$${salt}$${btoa(String.fromCharCode(...new Uint8Array(bits)))}`;
    await sql`UPDATE users SET password_hash = ${old} WHERE id = ${person.id}`;

    expect((await login(person.username, person.password, newAddress())).status).toBe(200);

    const [row] = await sql`SELECT password_hash FROM users WHERE id = ${person.id}`;
    expect(row?.password_hash).toMatch(/^pbkdf2-sha256\$600000\$100000\$/);
    expect((await login(person.username, person.password, newAddress())).status).toBe(200);
  });
});

describe('failed logins', () => {
  it.each([
    ['an account', async () => (await signUp()).email],
    ['an unknown address', async () => `${unusedName()}@example.com`],
  ])('delay the next tries at %s, each longer, without hashing', async (_, make) => {
    const [name, address] = [await make(), newAddress()];
    const attempt = await loginAttempt(name, address);
    await failAt(name, address);

    const waits = [await waitOf(attempt)];
    for (let i = 0; i < 12; i += 1) {
      await endWaits(attempt);
      await failAt(name, address, 1);
      waits.push(await waitOf(attempt));
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);

    const hashing = await countDerivations(async () => {
      const { status, body, headers } = await login(name, 'not it, not it', address);
      expect(status).toBe(429);
      expect(body.code).toBe('too_many_tries');
      const seconds = Number(headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(800);
      expect(seconds).toBeLessThanOrEqual(900);
      expect(headers.get('ratelimit-policy')).toBe('"password";q=10;w=86400');
      expect(headers.get('ratelimit')).toBe(`"password";r=0;t=${seconds}`);
    });
    expect(hashing.calls).toBe(0);
  });

  it.each([
    [1, '1 second'],
    [2, '2 seconds'],
    [900, '900 seconds'],
  ])('say how long to wait: %i', (seconds, words) => {
    const { message } = tooManyTries(readSettings(env), seconds);
    expect(message).toBe(`Too many wrong passwords. Try again in ${words}.`);
  });

  it('do not lock out the same person elsewhere', async () => {
    const person = await signUp();
    await failAt(person.email, newAddress());

    expect((await login(person.email, person.password, newAddress())).status).toBe(200);
  });

  it('do not affect an open session', async () => {
    const [person, address] = [await signUp(), newAddress()];
    await failAt(person.email, address);
    const headers = { 'CF-Connecting-IP': address };

    const json = { current_password: person.password, new_password: 'a newer battery staple' };
    expect((await api('PUT /auth/password', { token: person.token, json, headers })).status).toBe(204);
  });

  it('are reset by a recovery by mail, also for the address that had to wait', async () => {
    const [person, address] = [await signUp(), newAddress()];
    await failAt(person.email, address);
    await prolongWaits(await loginAttempt(person.email, address));
    const headers = { 'CF-Connecting-IP': address };
    await api('POST /auth/password/forgot', { json: { email: person.email }, headers });
    const json = {
      email: person.email,
      code: await codeMailedTo(person.email),
      new_password: 'a newer battery staple',
    };

    expect((await api('POST /auth/password/reset', { json, headers })).status).toBe(204);

    expect((await login(person.email, json.new_password, address)).status).toBe(200);
  });

  it('are reset by a successful login', async () => {
    const [person, address] = [await signUp(), newAddress()];
    await failAt(person.email, address, TRIES - 1);

    expect((await login(person.email, person.password, address)).status).toBe(200);
    await failAt(person.email, address);
  });

  it('of an address are not reset by a login to another account', async () => {
    const [own, address] = [await signUp(), newAddress()];
    for (let i = 0; i < 3; i += 1) await failAt(unusedName(), address, 1);
    const [, , { key }] = (await loginAttempt(own.email, address)).rules as [
      AttemptRule,
      AttemptRule,
      AttemptRule,
    ];

    expect((await login(own.email, own.password, address)).status).toBe(200);

    expect(await sql`SELECT count FROM attempts WHERE key = ${key}`).toEqual([{ count: 3 }]);
  });

  it('from many addresses delay logins to the account, except from where its owner has signed in', async () => {
    const [person, home] = [await signUp(), newAddress()];
    await login(person.email, person.password, home);
    // A hundred guesses from as many addresses: 99 are written by SQL, one is made.
    await failAt(person.email, newAddress(), 1);
    const attempt = await loginAttempt(person.email, home);
    const [, account] = attempt.rules as [AttemptRule, AttemptRule, AttemptRule];
    await sql`UPDATE attempts SET count = 99 WHERE key = ${account.key} AND count = 1`;
    await failAt(person.email, newAddress(), 1);
    await prolongWaits(attempt);

    expect((await login(person.email, person.password, newAddress())).status).toBe(429);
    expect((await login(person.email, person.password, home)).status).toBe(200);
  });
});
