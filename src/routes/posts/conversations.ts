import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { BY_TIME, BY_VERSION, listPage } from '../../db/page';
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

const THREAD_POSTS_MAX = 500;
/** The levels above and beneath a post that a thread shows; `post_ancestors` has no more. */
const THREAD_DEPTH_MAX = 100;
/** The bytes of JSON above and of those beneath a post. Quoted once more by Neon, an answer stays below its 10 MiB. */
const THREAD_BYTES_MAX = 2_000_000;

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
    const post = c.req.valid('param').id;
    const page = await listPage(c.get('db'), c.get('caller'), 'list_replies', request, { post });
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
    const thread = await callAs(c.get('db'), c.get('caller'), 'read_thread', {
      post: c.req.valid('param').id,
      posts_max: THREAD_POSTS_MAX,
      depth_max: THREAD_DEPTH_MAX,
      bytes_max: THREAD_BYTES_MAX,
    });
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
    const post = c.req.valid('param').id;
    const page = await listPage(c.get('db'), c.get('caller'), 'list_versions', request, { post });
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
    const post = c.req.valid('param').id;
    const page = await listPage(c.get('db'), c.get('caller'), 'list_voters', request, { post });
    if (!page) throw noSuchPost();
    return pageResponse(c, request, page);
  },
);
