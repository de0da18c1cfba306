import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/env';
import { confirmationRules } from '../src/security/attempts';
import { api } from './support/api';
import { countDerivations } from './support/count-derivations';
import { codeMailedTo, mailsTo, mailTo } from './support/mail';
import { type Person, signIn, signUp, signUpMany, unusedName } from './support/people';
import { countRoundTrips } from './support/round-trips';
import { sql } from './support/sql';
import { prolongWaits } from './support/waits';

const NEW = 'a newer battery staple';

const forgot = (email: string) => api('POST /auth/password/forgot', { json: { email } });
const reset = (email: string, code: string, new_password = NEW) =>
  api('POST /auth/password/reset', { json: { email, code, new_password } });
const login = (username: string, password: string) =>
  api('POST /auth/login', { json: { username, password } });
const resend = (token: string) => api('POST /auth/email/verify/resend', { token });
const verify = (token: string, code: string) => api('POST /auth/email/verify', { token, json: { code } });

/** Starts a change of the email; resolves to the new one and its code. */
async function changeEmail({ token, password }: Person): Promise<[email: string, code: string]> {
  const email = `${unusedName('thief')}@example.com`;
  await api('PATCH /users/me', { token, json: { email, current_password: password } });
  return [email, await codeMailedTo(email)];
}

async function codeFor({ email }: Person): Promise<string> {
  const before = mailsTo(email).length;
  await forgot(email);
  return codeMailedTo(email, before + 1);
}

/** A wrong code of the same form. */
const wrong = (code: string) => code.replace(/./g, (c) => (c === '7' ? '8' : '7'));

describe('POST /auth/password/forgot', () => {
  it('mails a code, in the body only', async () => {
    const person = await signUp();

    const { status, body } = await forgot(person.email.toUpperCase());

    expect(status).toBe(202);
    expect(body).toEqual({ message: expect.any(String) });
    const mail = await mailTo(person.email);
    const code = await codeMailedTo(person.email);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(mail.subject).not.toContain(code);
    expect(mail.html).toContain(code);
    expect(mail.text + mail.html).not.toMatch(/https?:/);
  });

  it('answers and costs the same for an unknown address', async () => {
    const person = await signUp();
    const observe = async (email: string) => {
      let seen: unknown;
      const hashing = await countDerivations(async () => {
        const { answer, roundTrips } = await countRoundTrips(() => forgot(email));
        const headers = Object.fromEntries(answer.headers);
        delete headers['x-request-id'];
        seen = { status: answer.status, text: answer.text, headers, roundTrips };
      });
      return { seen, hashing };
    };

    const known = await observe(person.email);
    const unknown = await observe(`${unusedName()}@example.com`);

    expect(known).toEqual(unknown);
    expect(known.hashing.calls).toBe(0);
  });

  it('mails at most five times in half an hour, and the newest code stays valid', async () => {
    const person = await signUp();
    for (let i = 0; i < 7; i += 1) expect((await forgot(person.email)).status).toBe(202);
    const code = await codeMailedTo(person.email, 5);

    expect((await reset(person.email, code)).status).toBe(204);
    await mailTo(person.email, 6);
    expect(mailsTo(person.email).map(({ subject }) => subject)).toEqual([
      ...Array(5).fill('Reset your password'),
      'Your password was changed',
    ]);
  });

  it('does not use up the mails that verify an address, registered or not', async () => {
    const [person, name] = [await signUp(), unusedName()];
    const email = `${name}@example.com`;
    for (let i = 0; i < 6; i += 1) for (const address of [person.email, email]) await forgot(address);

    await resend(person.token);
    const code = await codeMailedTo(person.email, 6);
    expect((await verify(person.token, code)).status).toBe(204);
    await api('POST /users', { json: { email, username: name, password: person.password } });
    const { body } = await login(email, person.password);
    expect((await verify(body.access_token, await codeMailedTo(email))).status).toBe(204);
  });

  it('mails a code even when the other mails are used up', async () => {
    const [person, stranger] = await signUpMany(2);
    const { email, password, token } = person as Person;
    for (let i = 0; i < 5; i += 1) expect((await resend(token)).status).toBe(202);
    const refused = await resend(token);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(1700);
    expect(seconds).toBeLessThanOrEqual(1800);
    expect(refused.headers.get('ratelimit-policy')).toBe('"mails";q=5;w=1800');
    await mailTo(email, 5);
    expect(mailsTo(email)).toHaveLength(5);

    await forgot(email);
    expect((await reset(email, await codeMailedTo(email, 6))).status).toBe(204);

    const other = `${unusedName()}@example.com`;
    const change = { token: stranger?.token, json: { email: other, current_password: password } };
    for (let i = 0; i < 5; i += 1) expect((await api('PATCH /users/me', change)).status).toBe(200);
    // Sending the code of a change again counts as a mail of the change.
    expect((await resend(stranger?.token as string)).status).toBe(429);
    const sixth = await api('PATCH /users/me', change);
    expect([sixth.status, sixth.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(1700);
    await api('POST /users', { json: { email: other, password } });
    expect((await mailTo(other, 6)).text).toContain('user_');
  });

  it('answers 422 for an invalid address', async () => {
    expect((await forgot('ada')).status).toBe(422);
  });
});

describe('POST /auth/password/reset', () => {
  it('changes the password, ends every session and mails a notice', async () => {
    const person = await signUp();
    const other = await signIn(person);
    const code = await codeFor(person);

    expect((await reset(person.email, code)).status).toBe(204);

    for (const { token } of [person, other])
      expect((await api('GET /users/me', { token })).body.code).toBe('token_revoked');
    expect((await api('POST /auth/refresh', { json: other })).status).toBe(401);
    expect((await login(person.email, person.password)).status).toBe(401);
    expect((await login(person.email, NEW)).status).toBe(200);
    expect((await mailTo(person.email, 2)).subject).toBe('Your password was changed');
  });

  it('accepts the code as people type it', async () => {
    const person = await signUp();
    const code = await codeFor(person);
    const typed = ` ${code.slice(0, 4)}-${code.slice(4)} `
      .toLowerCase()
      .replaceAll('0', 'o')
      .replaceAll('1', 'l');

    expect((await reset(person.email, typed)).status).toBe(204);
  });

  it('verifies the email that the code was mailed to', async () => {
    const person = await signUp();
    await reset(person.email, await codeFor(person));

    const { body } = await login(person.email, NEW);
    const me = await api('GET /users/me', { token: body.access_token });
    expect(me.body.email_verified).toBe(true);
  });

  it('accepts a code only once', async () => {
    const person = await signUp();
    const code = await codeFor(person);
    await reset(person.email, code);

    const again = await reset(person.email, code, 'yet another staple');

    expect(again.status).toBe(400);
    expect(again.body.code).toBe('code_invalid');
    expect((await login(person.email, NEW)).status).toBe(200);
  });

  it('accepts only the newest code', async () => {
    const person = await signUp();
    const [first, second] = [await codeFor(person), await codeFor(person)];

    expect((await reset(person.email, first)).body.code).toBe('code_invalid');
    expect((await reset(person.email, second)).status).toBe(204);
  });

  it('refuses the right code after five wrong ones', async () => {
    const person = await signUp();
    const code = await codeFor(person);
    for (let i = 0; i < 5; i += 1)
      expect((await reset(person.email, wrong(code))).body.code).toBe('code_invalid');

    expect((await reset(person.email, code)).body.code).toBe('code_invalid');
    expect((await login(person.email, person.password)).status).toBe(200);
  });

  it('answers code_expired after ten minutes, but only for the right code', async () => {
    const person = await signUp();
    const code = await codeFor(person);
    await sql`UPDATE codes SET expires_at = expires_at - interval '10 minutes' WHERE user_id = ${person.id}`;

    expect((await reset(person.email, wrong(code))).body.code).toBe('code_invalid');
    expect((await reset(person.email, code)).body.code).toBe('code_expired');
    expect((await login(person.email, person.password)).status).toBe(200);
  });

  it('stores a code for ten minutes', async () => {
    const person = await signUp();
    await codeFor(person);

    const [row] = await sql`SELECT extract(epoch FROM expires_at - created_at)::integer AS seconds,
      length(salt) AS salt, length(digest) AS digest FROM codes WHERE user_id = ${person.id}`;
    expect(row).toEqual({ seconds: 600, salt: 16, digest: 32 });
  });

  it('answers and costs the same for an unknown address and a wrong code', async () => {
    const person = await signUp();
    const code = await codeFor(person);
    const observe = async (email: string) => {
      const seen: unknown[] = [];
      const hashing = await countDerivations(async () => {
        const { answer, roundTrips } = await countRoundTrips(() => reset(email, wrong(code)));
        const { request_id, ...body } = answer.body;
        seen.push(answer.status, body, roundTrips);
      });
      return [...seen, hashing.calls];
    };

    expect(await observe(person.email)).toEqual(await observe(`${unusedName()}@example.com`));
  });

  it('refuses a common password without using up the code', async () => {
    const person = await signUp();
    const code = await codeFor(person);

    expect((await reset(person.email, code, 'Password1')).status).toBe(422);
    expect((await reset(person.email, code)).status).toBe(204);
  });

  it('cancels a change of the email that was not verified', async () => {
    const person = await signUp();
    const [email, pending] = await changeEmail(person);
    await reset(person.email, await codeFor(person));

    const { token } = await signIn(person, NEW);
    expect((await verify(token, pending)).body.code).toBe('code_invalid');
    await resend(token);
    const me = await api('GET /users/me', { token });
    expect(me.body).toMatchObject({ email: person.email, email_verified: true });
    expect(mailsTo(email)).toHaveLength(1);
  });

  it('refuses a code of another person or purpose', async () => {
    const [person, other] = [await signUp(), await signUp()];
    await codeFor(person);
    const foreign = await codeFor(other);
    await api('POST /auth/email/verify/resend', { token: person.token });
    const verification = await codeMailedTo(person.email, 2);

    expect((await reset(person.email, foreign)).body.code).toBe('code_invalid');
    expect((await reset(person.email, verification)).body.code).toBe('code_invalid');
  });
});

describe('PUT /auth/password', () => {
  const change = (token: string, current_password: string, new_password = NEW) =>
    api('PUT /auth/password', { token, json: { current_password, new_password } });

  it('mails nothing to an address that is not verified: it may be a stranger’s', async () => {
    const person = await signUp();
    for (const [from, to] of [
      [person.password, NEW],
      [NEW, person.password],
    ] as const)
      expect((await change(person.token, from, to)).status).toBe(204);
    const email = `${unusedName()}@example.com`;
    await api('PATCH /users/me', { token: person.token, json: { email, current_password: person.password } });
    await mailTo(email);

    expect(mailsTo(person.email)).toEqual([]);
  });

  it('changes the password, ends the other sessions and mails a notice', async () => {
    const person = await signUp();
    await sql`UPDATE users SET email_verified = true WHERE id = ${person.id}`;
    const other = await signIn(person);

    expect((await change(person.token, person.password)).status).toBe(204);

    expect((await api('GET /users/me', { token: person.token })).status).toBe(200);
    expect((await api('GET /users/me', { token: other.token })).body.code).toBe('token_revoked');
    expect((await login(person.username, person.password)).status).toBe(401);
    expect((await login(person.username, NEW)).status).toBe(200);
    expect((await mailTo(person.email)).subject).toBe('Your password was changed');
  });

  it('invalidates a reset code that was mailed before', async () => {
    const person = await signUp();
    const code = await codeFor(person);
    await change(person.token, person.password);

    expect((await reset(person.email, code, 'yet another staple')).body.code).toBe('code_invalid');
  });

  it('cancels a change of the email that was not verified', async () => {
    const person = await signUp();
    const [email, pending] = await changeEmail(person);
    await change(person.token, person.password);

    expect((await verify(person.token, pending)).body.code).toBe('code_invalid');
    await resend(person.token);
    await verify(person.token, await codeMailedTo(person.email));
    const me = await api('GET /users/me', { token: person.token });
    expect(me.body).toMatchObject({ email: person.email, email_verified: true });
    expect(mailsTo(email)).toHaveLength(1);
  });

  it("keeps the code that verifies the account's email", async () => {
    const person = await signUp();
    await resend(person.token);
    const code = await codeMailedTo(person.email);
    await change(person.token, person.password);

    expect((await verify(person.token, code)).status).toBe(204);
  });

  it('answers 403 for a wrong password, and 429 after ten', async () => {
    const person = await signUp();
    const refused = await change(person.token, 'not it, not it');
    expect(refused.status).toBe(403);
    expect(refused.body.code).toBe('wrong_password');

    for (let i = 1; i < 10; i += 1) expect((await change(person.token, 'not it, not it')).status).toBe(403);
    await prolongWaits(confirmationRules(readSettings(env), person.session));

    const waiting = await change(person.token, person.password);
    expect(waiting.status).toBe(429);
    expect(waiting.body.code).toBe('too_many_tries');
  });

  it('answers 422 for a new password that is too short, too long or common', async () => {
    const person = await signUp();

    for (const [password, code] of [
      ['1234567', 'too_short'],
      ['x'.repeat(129), 'too_long'],
      ['iloveyou', 'too_common'],
      ['ILoveYou', 'too_common'],
    ] as const) {
      const { status, body } = await change(person.token, person.password, password);
      expect(status).toBe(422);
      expect(body.errors).toEqual([{ path: 'new_password', code, message: expect.any(String) }]);
    }
  });
});
