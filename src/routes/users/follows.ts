import { createRoute } from '@hono/zod-openapi';
import { addFollow, type FollowChange, findFollows, removeFollow } from '../../db/follows';
import { createRouter } from '../../http/context';
import { jsonResponse, problems } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { noSuchUser, Problem } from '../../problems';
import { PageQuery, pageOf } from '../../schemas/page';
import { PersonParam, User } from '../../schemas/user';
import { readable, signedIn } from '../../security/guard';

const tags = ['users'];

export const follows = createRouter();

/** Throws the problem that kept a wish from being fulfilled. */
function settle(change: FollowChange): void {
  if (change === 'not_found') throw noSuchUser();
  if (change === 'self') throw new Problem('cannot_follow_self');
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
    method: 'put',
    operationId: 'follow',
    summary: 'Follow somebody',
    description:
      'Their posts are in your timeline from then on. Idempotent: following again changes nothing. Yourself you can not follow (422 `cannot_follow_self`).',
    responses: { 204: { description: 'You follow them' } },
  }),
  async (c) => {
    settle(await addFollow(c.var.db, c.var.caller, c.req.valid('param').user));
    return c.body(null, 204);
  },
);

follows.openapi(
  createRoute({
    ...CHANGE,
    method: 'delete',
    operationId: 'unfollow',
    summary: 'Follow somebody no more',
    description:
      'Their posts leave your timeline. Idempotent: you do not follow them afterwards, whether you did or not.',
    responses: { 204: { description: 'You do not follow them' } },
  }),
  async (c) => {
    settle(await removeFollow(c.var.db, c.var.caller, c.req.valid('param').user));
    return c.body(null, 204);
  },
);

const LIST = {
  method: 'get' as const,
  tags,
  ...readable,
  request: { params: PersonParam, query: PageQuery },
  responses: { 200: jsonResponse(pageOf(User), 'A page of people', 'Link') },
  ...problems('user_not_found'),
};

follows.openapi(
  createRoute({
    ...LIST,
    path: '/{user}/followers',
    operationId: 'listFollowers',
    summary: 'List who follows somebody',
    description: 'The latest follower first.',
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), ['moment', 'id']);
    const page = await findFollows(c.var.db, c.var.caller, 'followers', c.req.valid('param').user, request);
    if (!page) throw noSuchUser();
    return pageResponse(c, request, page);
  },
);

follows.openapi(
  createRoute({
    ...LIST,
    path: '/{user}/following',
    operationId: 'listFollowing',
    summary: 'List whom somebody follows',
    description: 'The person followed last comes first.',
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), ['moment', 'id']);
    const page = await findFollows(c.var.db, c.var.caller, 'following', c.req.valid('param').user, request);
    if (!page) throw noSuchUser();
    return pageResponse(c, request, page);
  },
);
