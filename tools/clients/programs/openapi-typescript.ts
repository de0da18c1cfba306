// Types by openapi-typescript with its defaults, requests by openapi-fetch.
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/openapi-typescript.ts';

const { LEDGE_ADDRESS: baseUrl = '' } = process.env;
const open = createClient<paths>({ baseUrl });

const signedIn = await open.POST('/auth/login', {
  body: { username: 'mira', password: 'correct horse battery staple' },
});
assert(signedIn.data);
const headers = { Authorization: `Bearer ${signedIn.data.access_token}` };
const api = createClient<paths>({ baseUrl, headers });

// Keys with a default may be left out.
const note: components['schemas']['NewPost'] = { content: 'A note by openapi-typescript.' };
const created = await api.POST('/posts', { body: note });
assert(created.data);
const { id } = created.data;
assert.equal(created.data.published, true);

const reply: components['schemas']['NewReply'] = { content: 'A reply.' };
const replied = await api.POST('/posts/{id}/replies', { params: { path: { id } }, body: reply });
assert.equal(replied.data?.parent_id, id);

const whole: components['schemas']['PostReplacement'] = { content: 'Replaced.' };
const replaced = await api.PUT('/posts/{id}', { params: { path: { id } }, body: whole });
assert.equal(replaced.data?.content, 'Replaced.');

const list = await api.GET('/posts', { params: { query: { author: 'mira', limit: 2 } } });
const page: components['schemas']['PostPage'] | undefined = list.data;
assert.equal(page?.data[0]?.id, id);
assert(page?.page.next_cursor);

const missing = await api.GET('/posts/{id}', { params: { path: { id: 999_999_999 } } });
assert.equal(missing.response.status, 404);
assert(missing.error);
assert.equal(missing.error.code, 'post_not_found');

const removed = await api.DELETE('/posts/{id}', { params: { path: { id } } });
assert.equal(removed.response.status, 204);
console.log('openapi-typescript works.');
