// Functions by orval, which call fetch.
import assert from 'node:assert/strict';
import * as ledge from '../generated/orval/ledge';

const { LEDGE_ADDRESS: address = '' } = process.env;
// The address is fixed when the functions are generated; the server of this run has another.
const send = globalThis.fetch;
globalThis.fetch = (input, init) => send(String(input).replace('http://ledge.example', address), init);

const signedIn = await ledge.login({ username: 'mira', password: 'correct horse battery staple' });
assert(signedIn.status === 200);
const options = { headers: { Authorization: `Bearer ${signedIn.data.access_token}` } };

const note: ledge.NewPost = { content: 'A note by orval.' };
const created = await ledge.createPost(note, options);
assert(created.status === 201);
const { id } = created.data;

const list = await ledge.listPosts({ author: 'mira', limit: 2 }, options);
assert(list.status === 200);
const page: ledge.PostPage = list.data;
assert.equal(page.data[0]?.id, id);

const missing = await ledge.readPost(999_999_999);
assert(missing.status === 404);
assert.equal(missing.data.code, 'post_not_found');

const removed = await ledge.deletePost(id, {}, options);
assert.equal(removed.status, 204);
console.log('orval works.');
