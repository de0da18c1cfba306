import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Answer, callAs } from '../../db/database';
import type { TaggedPost } from '../../db/json';
import { entityTag } from '../../header-values';
import { type AppEnv, createRouter } from '../../http/context';
import { jsonBody, jsonResponse, notModified, problems, withExample } from '../../http/contract';
import { purgePost, tagPost } from '../../http/edge-cache';
import { IF_MATCH, IF_NONE_MATCH, ifMatchVersions, isNotModified } from '../../http/preconditions';
import { noSuchPost, Problem } from '../../problems';
import { readContent } from '../../schemas/content';
import { CHANGED_POST, REPLACED_POST } from '../../schemas/examples';
import { Post, PostPatch, PostReplacement } from '../../schemas/post';
import { ModerationQuery } from '../../schemas/report';
import { IdParam } from '../../schemas/values';
import { readable, signedIn } from '../../security/guard';

const tags = ['posts'];

const notOwner = () => new Problem('not_owner');
const blocked = () => new Problem('blocked');
const changedSince = () =>
  new Problem(
    'precondition_failed',
    'The post does not match `If-Match`: read it again before you change it.',
  );

function setETag(c: Context, { post, etag }: TaggedPost) {
  c.header('ETag', entityTag(etag));
  return post;
}

/** The changed post; throws the problem that kept it unchanged. */
function answerChange(
  c: Context<AppEnv>,
  change: Answer<'update_post'>,
  wanted: { published?: boolean | undefined },
) {
  if (change.outcome === 'changed') {
    // It may have been a draft already; the answer of the database doesn't tell.
    if (wanted.published === false) purgePost(c, change.changed.post.id);
    return setETag(c, change.changed);
  }
  throw { not_found: noSuchPost, not_owner: notOwner, stale: changedSince, blocked }[change.outcome]();
}

export const post = createRouter();

post.openapi(
  createRoute({
    method: 'get',
    path: '/{id}',
    operationId: 'readPost',
    summary: 'Get a post',
    description:
      'With the exact numbers of votes and replies. If you are signed in, `viewer` tells whether you voted for it and whether you bookmarked it. A draft is 404 for everybody but its owner. With `If-None-Match` the response is 304 while nothing has changed.',
    tags,
    ...readable,
    parameters: [IF_NONE_MATCH],
    request: { params: IdParam },
    responses: { 200: jsonResponse(Post, 'The post', 'ETag'), 304: notModified },
    ...problems('post_not_found'),
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const found = await callAs(c.get('db'), c.get('caller'), 'read_post', { post: id });
    if (!found) throw noSuchPost();
    tagPost(c, id);
    const body = setETag(c, found);
    return isNotModified(c, found.etag) ? c.body(null, 304) : c.json(body, 200);
  },
);

const EDIT = {
  tags,
  ...signedIn,
  ...problems('post_not_found', 'not_owner', 'blocked', 'precondition_failed'),
};

const CHANGED = jsonResponse(Post, 'The changed post', 'ETag');

post.openapi(
  createRoute({
    ...EDIT,
    method: 'put',
    path: '/{id}',
    operationId: 'replacePost',
    summary: 'Replace a post',
    description:
      'For its owner only (403 `not_owner`). A key that is left out gets its default, so that a post without `published` is published. A reply cannot be published while you or the user it replies to block the other (403 `blocked`). The earlier version of a published post is kept in its history. With `If-Match` the response is 412 if the post has changed since.',
    parameters: [IF_MATCH],
    request: { params: IdParam, body: jsonBody(PostReplacement) },
    responses: { 200: withExample(REPLACED_POST, CHANGED) },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const wanted = c.req.valid('json');
    const change = { ...wanted, ...readContent(wanted.content) };
    const versions = ifMatchVersions(c);
    const answer = await callAs(c.get('db'), c.get('caller'), 'update_post', { post: id, change, versions });
    return c.json(answerChange(c, answer, wanted), 200);
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
      'For its owner only (403 `not_owner`). Changes only the keys that are sent. `published: true` publishes a draft, which is then the newest post if it was never published before; a reply cannot be published while you or the user it replies to block the other (403 `blocked`). If no value changes, `edited_at` and the `ETag` stay the same. The earlier version of a published post is kept in its history. With `If-Match` the response is 412 if the post has changed since.',
    parameters: [IF_MATCH],
    request: { params: IdParam, body: jsonBody(PostPatch) },
    responses: { 200: withExample(CHANGED_POST, CHANGED) },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const wanted = c.req.valid('json');
    const change = wanted.content === undefined ? wanted : { ...wanted, ...readContent(wanted.content) };
    const versions = ifMatchVersions(c);
    const answer = await callAs(c.get('db'), c.get('caller'), 'update_post', { post: id, change, versions });
    return c.json(answerChange(c, answer, wanted), 200);
  },
);

post.openapi(
  createRoute({
    method: 'delete',
    path: '/{id}',
    operationId: 'deletePost',
    summary: 'Delete a post',
    description:
      'For its owner and admins (403 `not_owner`). Its content, votes and earlier versions are deleted permanently; replies by others remain in their thread. If an admin deletes the post of somebody else, open reports about it are resolved (beyond 500: within an hour), with `reason` as note. With `If-Match` the response is 412 if the post has changed since.',
    tags,
    ...signedIn,
    parameters: [IF_MATCH],
    request: { params: IdParam, query: ModerationQuery },
    responses: { 204: { description: 'The post was deleted' } },
    ...problems('post_not_found', 'not_owner', 'precondition_failed'),
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const { reason } = c.req.valid('query');
    const versions = ifMatchVersions(c);
    const outcome = await callAs(c.get('db'), c.get('caller'), 'delete_post', { post: id, versions, reason });
    if (outcome === 'deleted') {
      purgePost(c, id);
      return c.body(null, 204);
    }
    throw { not_found: noSuchPost, not_owner: notOwner, stale: changedSince }[outcome]();
  },
);
