// A client by @hey-api/openapi-ts, with its own requests.
import assert from 'node:assert/strict';
import { client } from '../generated/hey-api/client.gen';
import * as ledge from '../generated/hey-api/sdk.gen';
import type { NewPost, PostPage } from '../generated/hey-api/types.gen';

const { LEDGE_ADDRESS: baseUrl = '' } = process.env;
client.setConfig({ baseUrl });

const signedIn = await ledge.login({
  body: { username: 'mira', password: 'correct horse battery staple' },
});
assert(signedIn.data);
client.setConfig({ baseUrl, auth: signedIn.data.access_token });

const note: NewPost = { content: 'A note by hey-api.' };
const created = await ledge.createPost({ body: note });
assert(created.data);
const { id } = created.data;

const list = await ledge.listPosts({ query: { author: 'mira', limit: 2 } });
const page: PostPage | undefined = list.data;
assert.equal(page?.data[0]?.id, id);

const voted = await ledge.vote({ body: { post_id: id, dir: 1 } });
assert.equal(voted.data?.votes, 1);
const again = await ledge.vote({ body: { post_id: id, dir: 1 } });
assert(again.error);
assert.equal(again.error.code, 'already_voted');

const removed = await ledge.deletePost({ path: { id } });
assert.equal(removed.response?.status, 204);
console.log('hey-api works.');
