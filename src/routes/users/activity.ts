import { createRoute } from '@hono/zod-openapi';
import { BY_TIME, listPage } from '../../db/page';
import { REPLY_KINDS } from '../../db/post-filters';
import { createRouter } from '../../http/context';
import { jsonResponse, problems } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { noSuchUser } from '../../problems';
import { PageQuery, pageOf } from '../../schemas/page';
import { PersonPostQuery, Post } from '../../schemas/post';
import { PersonParam } from '../../schemas/user';
import { readable } from '../../security/guard';

const ROUTE = {
  method: 'get' as const,
  tags: ['users'],
  ...readable,
  responses: { 200: jsonResponse(pageOf(Post), 'A page of posts', 'Link') },
  ...problems('user_not_found'),
};

/** The posts that a user wrote, and those they voted for. */
export const activity = createRouter();

activity.openapi(
  createRoute({
    ...ROUTE,
    path: '/{user}/posts',
    operationId: 'listPostsOfUser',
    summary: 'List the posts of a user',
    description:
      'Newest first. Replies are left out unless `include_replies` is true. Of your own posts, you also see the drafts.',
    request: { params: PersonParam, query: PersonPostQuery },
  }),
  async (c) => {
    const { include_replies, ...query } = c.req.valid('query');
    const request = pageRequest(c, query, BY_TIME);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_posts_of_user', request, {
      person: c.req.valid('param').user,
      kinds: REPLY_KINDS[include_replies ? 'include' : 'exclude'],
    });
    if (!page) throw noSuchUser(c.req.param('user'));
    return pageResponse(c, request, page);
  },
);

activity.openapi(
  createRoute({
    ...ROUTE,
    path: '/{user}/votes',
    operationId: 'listVotedByUser',
    summary: 'List the posts that a user voted for',
    description: 'Latest vote first.',
    request: { params: PersonParam, query: PageQuery },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const person = c.req.valid('param').user;
    const page = await listPage(c.get('db'), c.get('caller'), 'list_posts_voted_by', request, { person });
    if (!page) throw noSuchUser(c.req.param('user'));
    return pageResponse(c, request, page);
  },
);
