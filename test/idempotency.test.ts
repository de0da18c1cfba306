import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, signUp, write } from './support/people';
import { sql } from './support/sql';

const post = (person: Person, key: string, json: object, path = '/posts') =>
  api(`POST ${path}`, { token: person.token, json, headers: { 'Idempotency-Key': key } });

describe('Idempotency-Key', () => {
  it('repeats the answer for the same request', async () => {
    const ada = await signUp();
    const body = { content: 'Once.', tags: ['a'], title: 'T' };

    const first = await post(ada, 'key 1', body);
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    await api(`PATCH /posts/${first.body.id}`, { token: ada.token, json: { content: 'Edited.' } });
    const again = await post(ada, 'key 1', { ...body, unknown: 1 }, '/posts/');
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.text).toBe(first.text);
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name));

    expect((await api(`GET /users/${ada.id}`)).body.posts).toBe(1);
  });

  it('belongs to one person and one request', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const first = await post(ada, 'k', { content: 'Mine.' });

    const others = await post(bob, 'k', { content: 'Mine.' });
    expect(others.status).toBe(201);
    expect(others.body.id).not.toBe(first.body.id);
    for (const reused of [
      await post(ada, 'k', { content: 'Other.' }),
      await post(ada, 'k', { content: 'Mine.' }, `/posts/${first.body.id}/replies`),
      await post(ada, 'k', { content: 'Mine.', parent_id: 9007199254740991 }),
    ]) {
      expect(reused.status).toBe(422);
      expect(reused.body.code).toBe('idempotency_key_reused');
    }
    for (const key of ['', 'é', 'x'.repeat(256)])
      expect((await post(ada, key, { content: 'x' })).status).toBe(422);
  });

  it('is not stored for a failed request, and works after the parent is deleted', async () => {
    const ada = await signUp();
    const parent = await write(ada, { published: false });

    expect((await post(ada, 'r', { content: 'Hm.' }, `/posts/${parent.id}/replies`)).status).toBe(404);
    await api(`PATCH /posts/${parent.id}`, { token: ada.token, json: { published: true } });
    const reply = await post(ada, 'r', { content: 'Hm.' }, `/posts/${parent.id}/replies`);
    expect(reply.status).toBe(201);
    expect(reply.headers.get('idempotency-replayed')).toBeNull();
    await api(`DELETE /posts/${parent.id}`, { token: ada.token });
    const again = await post(ada, 'r', { content: 'Hm.' }, `/posts/${parent.id}/replies`);
    expect(again.status).toBe(201);
    expect(again.text).toBe(reply.text);
  });

  it('does not repeat the text of a deleted post', async () => {
    const ada = await signUp();
    const first = await post(ada, 'gone', { content: 'Secret.' });
    await api(`DELETE /posts/${first.body.id}`, { token: ada.token });

    const again = await post(ada, 'gone', { content: 'Secret.' });
    expect(again.status).toBe(404);
    expect(again.body.code).toBe('post_not_found');
  });

  // The cron trigger that removes such keys never runs in this file.
  it('can be used for another request after 24 hours, not before', async () => {
    const ada = await signUp();
    const age = (duration: string) => sql`
      UPDATE idempotency_keys SET created_at = now() - ${duration}::interval WHERE user_id = ${ada.id}`;
    const [old, fresh] = [{ content: 'Yesterday.' }, { content: 'Today.' }];
    const first = await post(ada, 'day', old);

    await age('23 hours 59 minutes');
    expect((await post(ada, 'day', fresh)).body.code).toBe('idempotency_key_reused');
    expect((await post(ada, 'day', old)).text).toBe(first.text);

    await age('24 hours');
    const second = await post(ada, 'day', fresh);
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(second.body).toMatchObject({ content: 'Today.' });
    expect(second.body.id).not.toBe(first.body.id);
    const again = await post(ada, 'day', fresh);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.text).toBe(second.text);
    expect((await post(ada, 'day', old)).body.code).toBe('idempotency_key_reused');
    await age('24 hours');
    expect((await post(ada, 'day', fresh)).body.id).not.toBe(second.body.id);
    expect((await api(`GET /users/${ada.id}`)).body.posts).toBe(3);
  });

  it('has no stored answer after 24 hours for a reply whose parent was deleted', async () => {
    const ada = await signUp();
    const parent = await write(ada);
    const reply = () => post(ada, 'late', { content: 'Hm.' }, `/posts/${parent.id}/replies`);
    await reply();
    await api(`DELETE /posts/${parent.id}`, { token: ada.token });
    await sql`UPDATE idempotency_keys SET created_at = now() - interval '24 hours' WHERE user_id = ${ada.id}`;

    const late = await reply();

    expect([late.status, late.body.code]).toEqual([404, 'parent_not_found']);
  });
});
