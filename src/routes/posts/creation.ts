import { createRoute } from '@hono/zod-openapi';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Context } from 'hono';
import { callAs } from '../../db/database';
import type { TaggedPost } from '../../db/json';
import { entityTag, pathTo } from '../../header-values';
import { type AppEnv, createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample } from '../../http/contract';
import { IDEMPOTENCY_KEY, idempotencyKey } from '../../http/idempotency';
import { noSuchPost, Problem } from '../../problems';
import { readContent } from '../../schemas/content';
import { CREATED_POST, CREATED_REPLY } from '../../schemas/examples';
import { NewPost, NewReply, Post } from '../../schemas/post';
import { IdParam } from '../../schemas/values';
import { signedIn } from '../../security/guard';

const tags = ['posts'];

const ROUTE = {
  method: 'post' as const,
  tags,
  ...signedIn,
  ...problems('parent_not_found', 'post_not_found', 'blocked', 'idempotency_key_reused'),
};

const CREATED = jsonResponse(Post, 'The new post', 'ETag', 'Location', 'Idempotency-Replayed');

export const creation = createRouter();

creation.openapi(
  createRoute({
    ...ROUTE,
    path: '/',
    operationId: 'createPost',
    summary: 'Create a post',
    description:
      'With `parent_id` it is a reply (404 `parent_not_found` if there is no such post, 403 `blocked` while its owner or you block the other); with `published: false`, a draft, which only you can see. With an `Idempotency-Key` you can send the request again safely; the same key with another body is 422 `idempotency_key_reused`.',
    parameters: [IDEMPOTENCY_KEY],
    request: { body: jsonBody(NewPost) },
    responses: { 201: withExample(CREATED_POST, CREATED) },
  }),
  async (c) => answerCreated(c, await createOnce(c, c.req.valid('json'))),
);

creation.openapi(
  createRoute({
    ...ROUTE,
    path: '/{id}/replies',
    operationId: 'createReply',
    summary: 'Reply to a post',
    description:
      'The same as `POST /posts` with the id of this post as `parent_id`. 404 `parent_not_found` if you cannot see the post, or if it is a draft. 403 `blocked` while its owner or you block the other.',
    parameters: [IDEMPOTENCY_KEY],
    request: { params: IdParam, body: jsonBody(NewReply) },
    responses: { 201: withExample(CREATED_REPLY, CREATED) },
  }),
  async (c) => {
    const reply = { ...c.req.valid('json'), parent_id: c.req.valid('param').id };
    return answerCreated(c, await createOnce(c, reply));
  },
);

function answerCreated(c: Context, { post, etag }: TaggedPost) {
  c.header('Location', pathTo('posts', post.id));
  c.header('ETag', entityTag(etag));
  return c.json(post, 201);
}

const noParent = () => new Problem('parent_not_found');

/** Creates the post, or finds the one that an earlier request with the same key created. */
async function createOnce(c: Context<AppEnv>, draft: NewPost): Promise<TaggedPost> {
  const { db, caller } = c.var;
  const key = idempotencyKey(c);
  const request = key === undefined ? undefined : { key, digest: digestOf(c, draft) };
  const creation = await callAs(db, caller, 'create_post', {
    ...draft,
    ...readContent(draft.content),
    ...request,
  });
  switch (creation.outcome) {
    case 'no_parent':
      throw noParent();
    case 'blocked':
      throw new Problem('blocked');
    case 'reused':
      throw new Problem('idempotency_key_reused');
    case 'deleted':
      // The stored answer was deleted with the post.
      throw noSuchPost();
    case 'replayed':
      c.header('Idempotency-Replayed', 'true');
  }
  return creation.created;
}

/** Identifies a request by its path and its parsed body. */
const digestOf = (c: Context, draft: NewPost) =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify([c.req.path.replace(/\/$/, ''), draft]))));
