// The caller's own password, asked for again: wrong ones are counted, right ones are not, whatever comes of the call.
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/env';
import { confirmationRules } from '../src/security/attempts';
import { type Answer, api } from './support/api';
import { type Person, promote, signUp, unusedName } from './support/people';
import { sql } from './support/sql';
import { prolongWaits } from './support/waits';

const TRIES = 10;
const WRONG = 'not it, not it';

const changeEmail = (
  { token }: Person,
  current_password: string,
  change: Record<string, string> = {},
  headers: Record<string, string> = {},
) =>
  api('PATCH /users/me', {
    token,
    json: { email: `${unusedName()}@example.com`, current_password, ...change },
    headers,
  });

const changePassword = ({ token }: Person, current_password: string) =>
  api('PUT /auth/password', {
    token,
    json: { current_password, new_password: 'correct horse battery staple' },
  });

const deleteAccount = ({ token }: Person, current_password: string) =>
  api('DELETE /users/me', { token, json: { current_password } });

/** What a call with the right password may be answered. */
const OUTCOMES: Record<string, (person: Person, other: Person) => Promise<Answer>> = {
  'a new email: 200': (person) => changeEmail(person, person.password),
  'an email that is taken: 409': (person, { email }) => changeEmail(person, person.password, { email }),
  'a new email and a username that is taken: 409': (person, { username }) =>
    changeEmail(person, person.password, { username }),
  'a new email for an account that has changed: 412': (person) =>
    changeEmail(person, person.password, {}, { 'If-Match': '"99-0-0-0"' }),
  'an email that has got too many mails: 429': (person) =>
    changeEmail(person, person.password, { email: `mails-of-${person.username}@example.com` }),
  'a new password: 204': (person) => changePassword(person, person.password),
};

describe('the own password', () => {
  it.each(Object.entries(OUTCOMES))('is not counted when it is right: %s', async (name, call) => {
    const [person, other] = [await signUp(), await signUp()];
    const status = Number(name.slice(-3));

    for (let i = 0; i <= TRIES; i += 1) {
      const answer = await call(person, other);
      expect(answer.body?.code).not.toBe('too_many_tries');
      if (status !== 429) expect(answer.status).toBe(status);
    }

    expect((await call(person, other)).status).toBe(status);
    expect((await changePassword(person, WRONG)).status).toBe(403);
  });

  it('is not counted when it is right: the last admin can not be deleted: 409', async () => {
    await sql`UPDATE users SET role = 'user' WHERE role = 'admin'`;
    const admin = await signUp();
    await promote(admin);

    for (let i = 0; i <= TRIES; i += 1)
      expect((await deleteAccount(admin, admin.password)).body.code).toBe('last_admin');
    await sql`UPDATE users SET role = 'user' WHERE id = ${admin.id}`;
  });

  it('forgets the wrong ones before it, by whichever call', async () => {
    const person = await signUp();
    const wrong = async (call: (person: Person, password: string) => Promise<Answer>) => {
      for (let i = 1; i < TRIES; i += 1) expect((await call(person, WRONG)).body.code).toBe('wrong_password');
    };

    await wrong(changeEmail);
    expect((await changeEmail(person, person.password)).status).toBe(200);
    await wrong(changePassword);
    expect((await changeEmail(person, person.password)).status).toBe(200);
    await wrong(deleteAccount);
    expect((await changePassword(person, person.password)).status).toBe(204);
    await wrong(changeEmail);
  });

  it('is counted when it is wrong, whichever call it is sent to', async () => {
    const person = await signUp();
    const calls = [changeEmail, changePassword, deleteAccount];

    for (let i = 0; i < TRIES; i += 1)
      expect((await calls[i % 3]?.(person, WRONG))?.body.code).toBe('wrong_password');
    await prolongWaits(confirmationRules(readSettings(env), person.session));

    for (const call of calls) expect((await call(person, person.password)).body.code).toBe('too_many_tries');
  });
});
