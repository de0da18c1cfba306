import { createRoute } from '@hono/zod-openapi';
import { BY_TIME, BY_VERSION } from '../../db/page';
import { findReplies } from '../../db/post-lists';
import { findThread, THREAD_BYTES_MAX, THREAD_DEPTH_MAX, THREAD_POSTS_MAX } from '../../db/threads';
import { findVersions } from '../../db/versions';
import { findVoters } from '../../db/votes';
import { createRouter } from '../../http/context';
import { jsonResponse, problems } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { noSuchPost } from '../../problems';
import { PageQuery, pageOf } from '../../schemas/page';
import { Post, PostVersion, Thread } from '../../schemas/post';
import { User } from '../../schemas/user';
import { IdParam } from '../../schemas/values';
import { readable } from '../../security/guard';

const ROUTE = { method: 'get' as const, tags: ['posts'], ...readable, ...problems('post_not_found') };

/** Replies, versions and votes of one post. */
export const conversations = createRouter();

conversations.openapi(
  createRoute({
    ...ROUTE,
    path: '/{id}/replies',
    operationId: 'listReplies',
    summary: 'List the replies to a post',
    description: 'Direct replies, oldest first. `order=desc` lists the newest first.',
    request: { params: IdParam, query: PageQuery },
    responses: { 200: jsonResponse(pageOf(Post), 'A page of replies', 'Link') },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME, 'asc');
    const page = await findReplies(c.get('db'), c.get('caller'), c.req.valid('param').id, request);
    if (!page) throw noSuchPost();
    return pageResponse(c, request, page);
  },
);

conversations.openapi(
  createRoute({
    ...ROUTE,
    path: '/{id}/thread',
    operationId: 'readThread',
    summary: 'Get the thread of a post',
    description: `The post, the posts above it that it replies to (\`ancestors\`), and all replies below it (\`descendants\`). Limits: ${THREAD_DEPTH_MAX} levels up and down, the nearest ancestors up to ${THREAD_BYTES_MAX / 1_000_000} MB, and the ${THREAD_POSTS_MAX} oldest replies up to ${THREAD_BYTES_MAX / 1_000_000} MB; \`truncated\` tells whether there are more. For these, read the thread of the first ancestor, or the pages of \`GET /posts/{id}/replies\`. Deleted posts, and posts of users whom you block or mute or who block you, are left out; replies to them remain.`,
    request: { params: IdParam },
    responses: { 200: jsonResponse(Thread, 'The thread') },
  }),
  async (c) => {
    const thread = await findThread(c.get('db'), c.get('caller'), c.req.valid('param').id);
    if (!thread) throw noSuchPost();
    return c.json(thread, 200);
  },
);

conversations.openapi(
  createRoute({
    ...ROUTE,
    path: '/{id}/history',
    operationId: 'listVersions',
    summary: 'List earlier versions of a post',
    description:
      'What the post was before each edit, latest version first. Versions of a draft, before it was published, are not kept.',
    request: { params: IdParam, query: PageQuery },
    responses: { 200: jsonResponse(pageOf(PostVersion), 'A page of versions', 'Link') },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_VERSION);
    const page = await findVersions(c.get('db'), c.get('caller'), c.req.valid('param').id, request);
    if (!page) throw noSuchPost();
    return pageResponse(c, request, page);
  },
);

conversations.openapi(
  createRoute({
    ...ROUTE,
    path: '/{id}/votes',
    operationId: 'listVoters',
    summary: 'List the users who voted for a post',
    description: 'Latest vote first.',
    request: { params: IdParam, query: PageQuery },
    responses: { 200: jsonResponse(pageOf(User), 'A page of users', 'Link') },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const page = await findVoters(c.get('db'), c.get('caller'), c.req.valid('param').id, request);
    if (!page) throw noSuchPost();
    return pageResponse(c, request, page);
  },
);
