import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { BY_TIME, listPage } from '../../db/page';
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
    const page = await listPage(c.get('db'), c.get('caller'), 'list_users', request, { search: q, ids });
    return pageResponse(c, request, page);
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
    const person = c.req.valid('param').user;
    const found = await callAs(c.get('db'), c.get('caller'), 'read_user', { person });
    if (!found) throw noSuchUser(c.req.param('user'));
    c.header('ETag', entityTag(found.etag));
    return isNotModified(c, found.etag) ? c.body(null, 304) : c.json(found.user, 200);
  },
);
