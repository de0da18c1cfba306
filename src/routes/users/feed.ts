import { createRoute } from '@hono/zod-openapi';
import { BY_TIME, listPage } from '../../db/page';
import { createRouter } from '../../http/context';
import { feedResponse, notModified, problems } from '../../http/contract';
import { answerFeed, pageOfPerson } from '../../http/feed';
import { pageRequest } from '../../http/paging';
import { IF_MODIFIED_SINCE, IF_NONE_MATCH } from '../../http/preconditions';
import { noSuchUser } from '../../problems';
import { FeedQuery } from '../../schemas/feed';
import { PersonParam } from '../../schemas/user';
import { readable } from '../../security/guard';

export const feed = createRouter();

feed.openapi(
  createRoute({
    method: 'get',
    path: '/{user}/feed.atom',
    operationId: 'readFeedOfUser',
    summary: 'Get a feed of the posts of a user',
    description:
      'Their newest published posts without replies, as an Atom feed; the same as `GET /posts/feed.atom` otherwise. To subscribe to somebody who may take another username, use the id. With `If-None-Match` or `If-Modified-Since` the response is 304 while nothing has changed.',
    tags: ['users'],
    ...readable,
    parameters: [IF_NONE_MATCH, IF_MODIFIED_SINCE],
    request: { params: PersonParam, query: FeedQuery },
    responses: { 200: feedResponse('The feed'), 304: notModified },
    ...problems('user_not_found'),
  }),
  async (c) => {
    const person = c.req.valid('param').user;
    const request = pageRequest(c, { ...c.req.valid('query'), total: false }, BY_TIME);
    const found = await listPage(c.get('db'), c.get('caller'), 'read_feed', request, { person });
    if (!found?.user) throw noSuchUser(c.req.param('user'));
    const { id, username, created_at } = found.user;
    return answerFeed(c, request, found, {
      identity: found.identity,
      name: `users/${id}`,
      title: `Ledge: ${username}`,
      alternate: pageOfPerson(username),
      author: username,
      begun_at: created_at,
    });
  },
);
