// Our own client, as it is published.
import assert from 'node:assert/strict';
import { attempt, idempotencyKey, isProblem, ledge, type Post, unwrap } from 'ledge-client';

const { LEDGE_ADDRESS: address = '' } = process.env;
const { api, pages, signIn, signOut, refresh } = ledge(address);

await signIn('mira', 'correct horse battery staple');
const header = { 'Idempotency-Key': idempotencyKey() };
const json = { content: 'A note by ledge-client.' };
const post: Post = await unwrap(api.posts.$post({ json, header }));
const same = await unwrap(api.posts.$post({ json, header }));
assert.equal(same.id, post.id);

assert.equal(await refresh(), true);

const ids = new Set<number>();
for await (const { id } of pages(api.posts.$get, { query: { author: 'mira', limit: 3 } })) ids.add(id);
const { page } = await unwrap(api.posts.$get({ query: { author: 'mira', total: true } }));
assert.equal(ids.size, page.total);
assert(ids.has(post.id));

const outcome = await attempt(api.votes[':post_id'].$put({ param: { post_id: 999_999_999 } }));
assert(!outcome.ok);
const code: 'post_not_found' extends typeof outcome.problem.code ? string : never = outcome.problem.code;
assert.equal(code, 'post_not_found');

await unwrap(api.posts[':id'].$delete({ param: { id: post.id } }));
await signOut();
const refused = await unwrap(api.users.me.$get()).catch((error: unknown) => error);
assert(isProblem(refused, 'token_missing'));
console.log('ledge-client works.');
