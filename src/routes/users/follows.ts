import { createRoute } from '@hono/zod-openapi';
import { type Answer, callAs } from '../../db/database';
import { BY_TIME, listPage } from '../../db/page';
import { createRouter } from '../../http/context';
import { jsonResponse, problems } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { noSuchUser, Problem } from '../../problems';
import { PageQuery, pageOf } from '../../schemas/page';
import { PersonParam, User } from '../../schemas/user';
import { readable, signedIn } from '../../security/guard';

const tags = ['users'];

export const follows = createRouter();

/** Throws the problem that prevented a change. */
function checkChange(change: Answer<'add_follow'>, name: string | undefined): void {
  if (change === 'not_found') throw noSuchUser(name);
  if (change === 'self') throw new Problem('cannot_follow_self');
  if (change === 'blocked') throw new Problem('blocked');
}

const CHANGE = {
  path: '/{user}/follow',
  tags,
  ...signedIn,
  request: { params: PersonParam },
  ...problems('user_not_found', 'cannot_follow_self'),
};

follows.openapi(
  createRoute({
    ...CHANGE,
    ...problems('user_not_found', 'cannot_follow_self', 'blocked'),
    method: 'put',
    operationId: 'follow',
    summary: 'Follow a user',
    description:
      'Adds their posts to your timeline. Idempotent: following again changes nothing. You cannot follow yourself (422 `cannot_follow_self`), or while one of you blocks the other (403 `blocked`).',
    responses: { 204: { description: 'You follow this user' } },
  }),
  async (c) => {
    const person = c.req.valid('param').user;
    const change = await callAs(c.get('db'), c.get('caller'), 'add_follow', { person });
    checkChange(change, c.req.param('user'));
    return c.body(null, 204);
  },
);

follows.openapi(
  createRoute({
    ...CHANGE,
    method: 'delete',
    operationId: 'unfollow',
    summary: 'Unfollow a user',
    description:
      'Removes their posts from your timeline. Idempotent: unfollowing a user whom you do not follow changes nothing.',
    responses: { 204: { description: 'You do not follow this user' } },
  }),
  async (c) => {
    const person = c.req.valid('param').user;
    const change = await callAs(c.get('db'), c.get('caller'), 'remove_follow', { person });
    checkChange(change, c.req.param('user'));
    return c.body(null, 204);
  },
);

const LIST = {
  method: 'get' as const,
  tags,
  ...readable,
  request: { params: PersonParam, query: PageQuery },
  responses: { 200: jsonResponse(pageOf(User), 'A page of users', 'Link') },
  ...problems('user_not_found'),
};

follows.openapi(
  createRoute({
    ...LIST,
    path: '/{user}/followers',
    operationId: 'listFollowers',
    summary: 'List the followers of a user',
    description: 'Latest follower first.',
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const person = c.req.valid('param').user;
    const page = await listPage(c.get('db'), c.get('caller'), 'list_followers', request, { person });
    if (!page) throw noSuchUser(c.req.param('user'));
    return pageResponse(c, request, page);
  },
);

follows.openapi(
  createRoute({
    ...LIST,
    path: '/{user}/following',
    operationId: 'listFollowing',
    summary: 'List the users whom a user follows',
    description: 'The user who was followed last comes first.',
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const person = c.req.valid('param').user;
    const page = await listPage(c.get('db'), c.get('caller'), 'list_following', request, { person });
    if (!page) throw noSuchUser(c.req.param('user'));
    return pageResponse(c, request, page);
  },
);
