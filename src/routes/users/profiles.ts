import { createRoute } from '@hono/zod-openapi';
import { BY_TIME } from '../../db/page';
import { findUser, listUsers } from '../../db/users';
import { entityTag } from '../../header-values';
import { createRouter } from '../../http/context';
import { jsonResponse, notModified, problems } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { IF_NONE_MATCH, isNotModified } from '../../http/preconditions';
import { noSuchUser } from '../../problems';
import { pageOf } from '../../schemas/page';
import { PersonParam, User, UserQuery } from '../../schemas/user';
import { readable } from '../../security/guard';

const tags = ['users'];

export const profiles = createRouter();

profiles.openapi(
  createRoute({
    method: 'get',
    path: '/',
    operationId: 'listUsers',
    summary: 'List users',
    description: 'Newest first. `q` searches usernames; `ids` selects up to 100 users by id.',
    tags,
    ...readable,
    request: { query: UserQuery },
    responses: { 200: jsonResponse(pageOf(User), 'A page of users', 'Link') },
  }),
  async (c) => {
    const { q, ids, ...query } = c.req.valid('query');
    const request = pageRequest(c, { ...query, ids }, BY_TIME);
    return pageResponse(c, request, await listUsers(c.get('db'), c.get('caller'), { q, ids }, request));
  },
);

profiles.openapi(
  createRoute({
    method: 'get',
    path: '/{user}',
    operationId: 'readUser',
    summary: 'Get a user',
    description:
      'By id or by username, with the numbers of posts, followers and followed users. If you are signed in, `viewer` tells whether you follow each other, and whether you block or mute this user. With `If-None-Match` the response is 304 while nothing has changed.',
    tags,
    ...readable,
    parameters: [IF_NONE_MATCH],
    request: { params: PersonParam },
    responses: {
      200: jsonResponse(User, 'The profile', 'ETag'),
      304: notModified,
    },
    ...problems('user_not_found'),
  }),
  async (c) => {
    const found = await findUser(c.get('db'), c.get('caller'), c.req.valid('param').user);
    if (!found) throw noSuchUser(c.req.param('user'));
    c.header('ETag', entityTag(found.etag));
    return isNotModified(c, found.etag) ? c.body(null, 304) : c.json(found.user, 200);
  },
);
