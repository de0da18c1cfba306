import { createRoute } from '@hono/zod-openapi';
import { findUser, listUsers } from '../../db/users';
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
    summary: 'List people',
    description:
      'Newest first. `q` finds a part of the username; `ids` asks for people that you know of already, up to 100 at once.',
    tags,
    ...readable,
    request: { query: UserQuery },
    responses: { 200: jsonResponse(pageOf(User), 'A page of people', 'Link') },
  }),
  async (c) => {
    const { q, ids, ...query } = c.req.valid('query');
    const request = pageRequest(c, query, ['moment', 'id']);
    return pageResponse(c, request, await listUsers(c.var.db, c.var.caller, { q, ids }, request));
  },
);

profiles.openapi(
  createRoute({
    method: 'get',
    path: '/{user}',
    operationId: 'readUser',
    summary: 'Read a profile',
    description:
      'By id or by username, with the counts of posts, followers and people followed. Signed in, you also learn whether you follow them and they you. `If-None-Match` is answered 304 while nothing has changed.',
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
    const found = await findUser(c.var.db, c.var.caller, c.req.valid('param').user);
    if (!found) throw noSuchUser();
    c.header('ETag', `"${found.etag}"`);
    return isNotModified(c, found.etag) ? c.body(null, 304) : c.json(found.user, 200);
  },
);
