import { describe, expect, it } from 'vitest';
import { api, withSettings } from './support/api';
import { createFixture } from './support/fixture';
import { promote, signUp } from './support/people';
import { SharedCache } from './support/shared-cache';

const PUBLIC = ['id', 'username', 'bio', 'avatar_url', 'created_at', 'posts', 'followers', 'following'];
const PRIVATE = ['email', 'email_verified', 'role'];

/** Every read of people, and the one person whom it shows here. */
const READS = {
  'GET /users': (id: number) => `/users?ids=${id}`,
  'GET /users, searched': (_: number, username: string) => `/users?q=${username}`,
  'GET /users/{user}': (id: number) => `/users/${id}`,
  'GET /users/{user}, by name': (_: number, username: string) => `/users/${username.toUpperCase()}`,
  'GET /users/{user}/followers': (_: number, __: string, other: number) => `/users/${other}/followers`,
  'GET /users/{user}/following': (_: number, __: string, other: number) => `/users/${other}/following`,
  'GET /posts/{id}/votes': (_: number, __: string, ___: number, post: number) => `/posts/${post}/votes`,
};

async function setUp() {
  const [fixture, admin] = [await createFixture(), await signUp()];
  const { me, them, theirs } = fixture;
  await api(`PUT /users/${them.id}/follow`, { token: me.token });
  await api(`PUT /users/${me.id}/follow`, { token: them.token });
  await api(`PUT /votes/${theirs}`, { token: me.token });
  await promote(admin);
  return { ...fixture, admin };
}

describe('an email', () => {
  it.each(Object.entries(READS))('is shown to an admin, and to nobody else, by %s', async (_, pathOf) => {
    const { me, them, theirs, admin } = await setUp();
    const path = pathOf(me.id, me.username, them.id, theirs);
    const seenBy = async (token?: string) => {
      const { status, body } = await api(`GET ${path}`, { token });
      expect(status).toBe(200);
      return body.data ? body.data[0] : body;
    };

    expect(await seenBy(admin.token)).toMatchObject({ email: me.email, email_verified: false, role: 'user' });
    expect(Object.keys(await seenBy(admin.token))).toEqual([...PUBLIC, ...PRIVATE, 'viewer']);
    for (const token of [undefined, them.token, me.token])
      expect(Object.keys(await seenBy(token))).toEqual([...PUBLIC, 'viewer']);
  });

  it('is shown by the answers about accounts with keys in the same order', async () => {
    const { me, admin } = await setUp();
    const read = await api(`GET /users/${me.id}`, { token: admin.token });
    const own = await api('GET /users/me', { token: me.token });

    const changed = await api(`PATCH /users/${me.id}`, { token: admin.token, json: { role: 'user' } });

    expect(changed.text).toBe(read.text);
    for (const { body } of [own, await api('PATCH /users/me', { token: me.token, json: { bio: 'Me.' } })])
      expect(Object.keys(body)).toEqual([...PUBLIC, ...PRIVATE, 'unread_notifications', 'viewer']);
    const { body } = await api('GET /users/me/export', { token: me.token });
    expect(Object.keys(body.account)).toEqual([...PUBLIC, ...PRIVATE, 'notifications_read_at']);
  });

  it('is not shown any more to an admin who was one', async () => {
    const { me, admin } = await setUp();
    const other = await signUp();
    await promote(other);
    const etag = (await api(`GET /users/${me.id}`, { token: admin.token })).headers.get('etag') as string;

    await api(`PATCH /users/${admin.id}`, { token: other.token, json: { role: 'user' } });

    const headers = { 'If-None-Match': etag };
    const { status, body } = await api(`GET /users/${me.id}`, { token: admin.token, headers });
    expect([status, body.email]).toEqual([200, undefined]);
  });

  it.each(Object.entries(READS))('that an admin saw is in no shared cache: %s', async (_, pathOf) => {
    const { me, them, theirs, admin } = await setUp();
    const path = pathOf(me.id, me.username, them.id, theirs);
    const cache = new SharedCache(withSettings({ PUBLIC_CACHE_SECONDS: '2' }));
    const read = (token?: string) =>
      api(`GET ${path}`, { token, fetch: cache.fetch, checks: { roundTrips: false } });

    const seen = [await read(), await read(admin.token), await read(), await read(them.token), await read()];

    expect(seen.map(({ text }) => text.includes(me.email))).toEqual([false, true, false, false, false]);
    expect(seen[1]?.headers.get('cache-control')).toBe('no-store');
    for (const { text } of cache.stored) expect(text).not.toContain(me.email);
  });
});
