import { createRoute } from '@hono/zod-openapi';
import { BY_TIME, listPage } from '../../db/page';
import { pathTo } from '../../header-values';
import { createRouter } from '../../http/context';
import { feedResponse, notModified } from '../../http/contract';
import { answerFeed } from '../../http/feed';
import { pageRequest } from '../../http/paging';
import { IF_MODIFIED_SINCE, IF_NONE_MATCH } from '../../http/preconditions';
import { TaggedFeedQuery } from '../../schemas/feed';
import { readable } from '../../security/guard';

/** Nothing was written before. */
const EPOCH = '1970-01-01T00:00:00.000Z';

export const feed = createRouter();

feed.openapi(
  createRoute({
    method: 'get',
    path: '/feed.atom',
    operationId: 'readFeed',
    summary: 'Get a feed of posts',
    description:
      'The newest posts without replies, all or those with a tag, as an Atom feed (RFC 4287) with links to its other pages (RFC 5005). The ids of the feed and of its entries never change, whatever the host is called. With `If-None-Match` or `If-Modified-Since` the response is 304 while nothing has changed.',
    tags: ['posts'],
    ...readable,
    parameters: [IF_NONE_MATCH, IF_MODIFIED_SINCE],
    request: { query: TaggedFeedQuery },
    responses: { 200: feedResponse('The feed'), 304: notModified },
  }),
  async (c) => {
    const { tag, ...query } = c.req.valid('query');
    const request = pageRequest(c, { ...query, total: false }, BY_TIME);
    const found = await listPage(c.get('db'), c.get('caller'), 'read_feed', request, { tag });
    // Only the feed of a person may be missing.
    const page = found as NonNullable<typeof found>;
    return answerFeed(c, request, page, {
      identity: page.identity,
      name: tag === undefined ? 'posts' : `tags/${encodeURIComponent(tag)}`,
      title: tag === undefined ? 'Ledge' : `Ledge: #${tag}`,
      alternate: tag === undefined ? '/' : pathTo('tags', tag),
      author: null,
      begun_at: EPOCH,
    });
  },
);
