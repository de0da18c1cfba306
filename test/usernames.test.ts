import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import app from '../src/index';
import { api, withSettings } from './support/api';
import { type Person, promote, signUp, unusedName } from './support/people';
import { sql } from './support/sql';

const NO_REST = withSettings({ USERNAME_REST_DAYS: '0' });
type Fetch = ReturnType<typeof withSettings>;

const register = (username: string, fetch?: Fetch) => {
  const json = { email: `${unusedName()}@example.com`, username, password: 'correct horse battery staple' };
  return api('POST /users', { json, ...(fetch && { fetch }) });
};
const rename = ({ token }: Person, username: string, fetch?: Fetch) =>
  api('PATCH /users/me', { token, json: { username }, ...(fetch && { fetch }) });
const remove = ({ token, password }: Person, fetch?: Fetch) =>
  api('DELETE /users/me', { token, json: { current_password: password }, ...(fetch && { fetch }) });
const restOf = async (username: string) => {
  const [rest] = await sql`
    SELECT former_owner::integer AS owner, round(extract(epoch FROM expires_at - now()) / 86400)::integer AS days
      FROM resting_usernames WHERE digest = username_digest(${username})`;
  return rest;
};

/** Nobody gets the name, by registering or by a change, in whatever case. */
async function expectResting(username: string) {
  const other = await signUp();
  for (const spelling of [username, username.toUpperCase()]) {
    for (const { status, body } of [await register(spelling), await rename(other, spelling)])
      expect([status, body.code]).toEqual([409, 'username_taken']);
  }
}

describe('a username that was given up', () => {
  it('rests for its former owner, who can take it back', async () => {
    const person = await signUp();
    const [before, after] = [person.username, unusedName()];

    expect((await rename(person, after)).status).toBe(200);

    expect(await restOf(before)).toEqual({ owner: person.id, days: 30 });
    await expectResting(before);
    expect((await api(`GET /users/${before}`)).status).toBe(404);
    expect((await rename(person, before.toUpperCase())).status).toBe(200);
    expect(await restOf(before)).toBeUndefined();
    await expectResting(after);
  });

  it('rests with the nine before it: nobody keeps more names from others', async () => {
    const person = await signUp();
    const names = [person.username, ...Array.from({ length: 12 }, () => unusedName())];

    for (const name of names.slice(1)) expect((await rename(person, name)).status).toBe(200);

    const rests = await Promise.all(names.map(restOf));
    expect(rests.map(Boolean)).toEqual(names.map((_, i) => i > 1 && i < 12));
  });

  it('rests with all earlier ones, while its owner goes on and comes back', async () => {
    const person = await signUp();
    const [first, second, third] = [person.username, unusedName(), unusedName()];

    for (const name of [second, third, first, second, first])
      expect((await rename(person, name)).status).toBe(200);

    for (const name of [second, third]) await expectResting(name);
    expect((await api(`GET /users/${first}`)).body.id).toBe(person.id);
    const { body } = await api('GET /users/me/export', { token: person.token });
    expect(body.resting_usernames).toHaveLength(2);
  });

  it.each([
    ['its owner', (person: Person) => remove(person)],
    [
      'an admin',
      async ({ username }: Person) => {
        const admin = await signUp();
        await promote(admin);
        return api(`DELETE /users/${username}`, { token: admin.token });
      },
    ],
  ])('rests for nobody when the account was deleted by %s, and only a digest is kept', async (_, by) => {
    const person = await signUp();
    const names = [person.username, unusedName()] as const;
    await rename(person, names[1]);

    expect((await by({ ...person, username: names[1] })).status).toBe(204);

    for (const name of names) {
      await expectResting(name);
      expect(await restOf(name)).toEqual({ owner: null, days: 30 });
    }
    const [kept] = await sql`SELECT json_agg(resting_usernames)::text AS rows FROM resting_usernames`;
    for (const name of names) expect(kept?.rows).not.toContain(name);
    expect(kept?.rows).not.toContain(person.email);
  });

  it('rests for as many days as the setting says, and is free and deleted after them', async () => {
    const person = await signUp();
    const { username } = person;
    await rename(person, unusedName(), withSettings({ USERNAME_REST_DAYS: '7' }));
    expect(await restOf(username)).toMatchObject({ days: 7 });

    await sql`UPDATE resting_usernames SET expires_at = now() WHERE former_owner = ${person.id}`;
    expect((await register(username)).status).toBe(201);

    const other = await signUp();
    await rename(other, unusedName());
    await sql`UPDATE resting_usernames SET expires_at = now() WHERE former_owner = ${other.id}`;
    await app.scheduled(null, env);
    expect(await restOf(other.username)).toBeUndefined();
  });

  it('does not rest when the setting is 0, nor goes on resting then', async () => {
    const [person, resting] = [await signUp(), await signUp()];
    await rename(person, unusedName(), NO_REST);
    await rename(resting, unusedName());
    expect(await restOf(person.username)).toBeUndefined();

    expect((await register(person.username)).status).toBe(201);
    expect((await register(resting.username, NO_REST)).status).toBe(201);
    expect(await restOf(resting.username)).toBeUndefined();

    const third = await signUp();
    expect((await remove(third, NO_REST)).status).toBe(204);
    expect((await register(third.username)).status).toBe(201);
  });

  it('is not one that only changes its case, or stays', async () => {
    const person = await signUp();

    for (const name of [person.username.toUpperCase(), person.username, person.username])
      expect((await rename(person, name)).status).toBe(200);

    expect(await restOf(person.username)).toBeUndefined();
  });

  it('is not lost by a change that is refused', async () => {
    const [person, other] = [await signUp(), await signUp()];

    expect((await rename(person, other.username)).body.code).toBe('username_taken');

    expect(await restOf(person.username)).toBeUndefined();
    expect((await rename(person, person.username)).status).toBe(200);
  });
});

describe('the words of paths', () => {
  const words = new Set(
    app.routes
      .filter(({ method }) => method !== 'ALL')
      .flatMap(({ path }) => path.split('/'))
      .filter((segment) => /^[A-Za-z]/.test(segment))
      .flatMap((segment) => [segment, segment.split('.', 1)[0] as string]),
  );

  it('are many', () => {
    expect(words.size).toBeGreaterThan(25);
    for (const word of ['followers', 'refresh', 'export', 'timeline', 'openapi'])
      expect(words).toContain(word);
  });

  it.each([...words])("can be nobody's username: %s", async (word) => {
    const { token } = await signUp();
    for (const username of [word, word.toUpperCase()]) {
      const json = {
        email: `${unusedName()}@example.com`,
        username,
        password: 'correct horse battery staple',
      };
      expect((await api('POST /users', { json })).status).toBe(422);
      expect((await api('PATCH /users/me', { token, json: { username } })).status).toBe(422);
    }
  });
});
