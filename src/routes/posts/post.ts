import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deletePost, type PostChange, updatePost } from '../../db/post-changes';
import { findPost, type TaggedPost } from '../../db/posts';
import { type AppEnv, createRouter } from '../../http/context';
import { jsonBody, jsonResponse, notModified, problems, withExample } from '../../http/contract';
import { purgePost, tagPost } from '../../http/edge-cache';
import { IF_MATCH, IF_NONE_MATCH, ifMatchVersions, isNotModified } from '../../http/preconditions';
import { noSuchPost, Problem } from '../../problems';
import { EDITED_POST, Post, PostPatch, PostReplacement, REPLACED_POST } from '../../schemas/post';
import { IdParam } from '../../schemas/values';
import { readable, signedIn } from '../../security/guard';

const tags = ['posts'];

const notOwner = () => new Problem('not_owner');
const changedSince = () =>
  new Problem(
    'precondition_failed',
    'The post is not, or no longer, what `If-Match` names: read it again before you write.',
  );

function setETag(c: Context, { post, etag }: TaggedPost) {
  c.header('ETag', `"${etag}"`);
  return post;
}

/** The post as it is now, or the problem that kept it as it was. */
function answerChange(c: Context<AppEnv>, change: PostChange, wanted: { published?: boolean | undefined }) {
  if (change.outcome === 'changed') {
    // It may have been a draft before, too: nothing tells.
    if (wanted.published === false) purgePost(c, change.changed.post.id);
    return setETag(c, change.changed);
  }
  throw { not_found: noSuchPost, not_owner: notOwner, stale: changedSince }[change.outcome]();
}

export const post = createRouter();

post.openapi(
  createRoute({
    method: 'get',
    path: '/{id}',
    operationId: 'readPost',
    summary: 'Read a post',
    description:
      'With exact counts of votes and replies; signed in, also whether you voted for it. A draft is there for its owner only, 404 for everybody else. `If-None-Match` is answered 304 while nothing has changed.',
    tags,
    ...readable,
    parameters: [IF_NONE_MATCH],
    request: { params: IdParam },
    responses: { 200: jsonResponse(Post, 'The post', 'ETag'), 304: notModified },
    ...problems('post_not_found'),
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const found = await findPost(c.var.db, c.var.caller, id);
    if (!found) throw noSuchPost();
    tagPost(c, id);
    const body = setETag(c, found);
    return isNotModified(c, found.etag) ? c.body(null, 304) : c.json(body, 200);
  },
);

const EDIT = {
  tags,
  ...signedIn,
  ...problems('post_not_found', 'not_owner', 'precondition_failed'),
};

const CHANGED = jsonResponse(Post, 'The post as it is now', 'ETag');

post.openapi(
  createRoute({
    ...EDIT,
    method: 'put',
    path: '/{id}',
    operationId: 'replacePost',
    summary: 'Replace a post',
    description:
      'For its owner (403 `not_owner`). What is left out takes its default: an omitted `published` is true again. Of a published post the version before is kept in its history. With `If-Match` it is 412 when somebody has changed it since.',
    parameters: [IF_MATCH],
    request: { params: IdParam, body: jsonBody(PostReplacement) },
    responses: { 200: withExample(REPLACED_POST, CHANGED) },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const wanted = c.req.valid('json');
    const change = await updatePost(c.var.db, c.var.caller, id, wanted, ifMatchVersions(c));
    return c.json(answerChange(c, change, wanted), 200);
  },
);

post.openapi(
  createRoute({
    ...EDIT,
    method: 'patch',
    path: '/{id}',
    operationId: 'editPost',
    summary: 'Edit a post',
    description:
      'For its owner (403 `not_owner`). Changes the keys that are given and no other. `published: true` publishes a draft: it keeps its `created_at`, stands in lists where that puts it, and has an `edited_at` from then on. Of a published post the version before is kept in its history. With `If-Match` it is 412 when somebody has changed it since.',
    parameters: [IF_MATCH],
    request: { params: IdParam, body: jsonBody(PostPatch) },
    responses: { 200: withExample(EDITED_POST, CHANGED) },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const wanted = c.req.valid('json');
    const change = await updatePost(c.var.db, c.var.caller, id, wanted, ifMatchVersions(c));
    return c.json(answerChange(c, change, wanted), 200);
  },
);

post.openapi(
  createRoute({
    method: 'delete',
    path: '/{id}',
    operationId: 'deletePost',
    summary: 'Delete a post',
    description:
      'For its owner and for admins (403 `not_owner`). Its words, votes and earlier versions go for good; replies of others stay in their thread. With `If-Match` it is 412 when somebody has changed it since.',
    tags,
    ...signedIn,
    parameters: [IF_MATCH],
    request: { params: IdParam },
    responses: { 204: { description: 'It is gone' } },
    ...problems('post_not_found', 'not_owner', 'precondition_failed'),
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const outcome = await deletePost(c.var.db, c.var.caller, id, ifMatchVersions(c));
    if (outcome === 'removed') {
      purgePost(c, id);
      return c.body(null, 204);
    }
    throw { not_found: noSuchPost, not_owner: notOwner, stale: changedSince }[outcome]();
  },
);
