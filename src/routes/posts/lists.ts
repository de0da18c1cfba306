import { createRoute } from '@hono/zod-openapi';
import { BY_TIME, BY_USE, BY_VOTES, listPage, spanOf } from '../../db/page';
import { filtersOf, REPLY_KINDS, topFiltersOf } from '../../db/post-filters';
import { createRouter } from '../../http/context';
import { jsonResponse } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { PageQuery, pageOf } from '../../schemas/page';
import { OwnPostQuery, Post, PostQuery, TagCount, TagQuery, TimelineQuery } from '../../schemas/post';
import { readable, signedIn } from '../../security/guard';
import { allowLag } from '../../security/written';

const tags = ['posts'];

export const lists = createRouter();

lists.openapi(
  createRoute({
    method: 'get',
    path: '/',
    operationId: 'listPosts',
    summary: 'List posts',
    description:
      'Published posts, newest first; with `sort=top`, those with the most votes first. Replies are left out unless you set `replies`. Filters can be combined.',
    tags,
    ...readable,
    request: { query: PostQuery },
    responses: { 200: jsonResponse(pageOf(Post), 'A page of posts', 'Link') },
  }),
  async (c) => {
    const query = c.req.valid('query');
    if (query.sort === 'top') {
      const request = pageRequest(c, query, BY_VOTES);
      const filters = topFiltersOf(query);
      const page = await listPage(c.get('db'), c.get('caller'), 'list_top_posts', request, filters);
      return pageResponse(c, request, page);
    }
    const request = pageRequest(c, query, BY_TIME);
    const filters = filtersOf(query);
    const span = spanOf(query);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_posts', request, filters, span);
    return pageResponse(c, request, page);
  },
);

lists.openapi(
  createRoute({
    method: 'get',
    path: '/timeline',
    operationId: 'readTimeline',
    summary: 'Get your timeline',
    description: 'Posts of the users whom you follow, newest first. Empty while you follow nobody.',
    tags,
    ...signedIn,
    request: { query: TimelineQuery },
    responses: { 200: jsonResponse(pageOf(Post), 'A page of your timeline', 'Link') },
  }),
  async (c) => {
    const { include_self, replies, ...query } = c.req.valid('query');
    const request = pageRequest(c, query, BY_TIME);
    allowLag(c);
    const filters = { include_self, kinds: REPLY_KINDS[replies] };
    const page = await listPage(c.get('db'), c.get('caller'), 'list_timeline', request, filters);
    return pageResponse(c, request, page);
  },
);

lists.openapi(
  createRoute({
    method: 'get',
    path: '/mine',
    operationId: 'listOwnPosts',
    summary: 'List your own posts',
    description:
      'All your posts, including drafts and replies, newest first; with `published=false` only the drafts.',
    tags,
    ...signedIn,
    request: { query: OwnPostQuery },
    responses: { 200: jsonResponse(pageOf(Post), 'A page of your posts', 'Link') },
  }),
  async (c) => {
    const { published, ...query } = c.req.valid('query');
    const request = pageRequest(c, query, BY_TIME);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_own_posts', request, { published });
    return pageResponse(c, request, page);
  },
);

lists.openapi(
  createRoute({
    method: 'get',
    path: '/bookmarks',
    operationId: 'listBookmarks',
    summary: 'List your bookmarks',
    description:
      'The posts that you bookmarked, latest bookmark first. Nobody else can see them. Posts that were deleted or are drafts again are left out.',
    tags,
    ...signedIn,
    request: { query: PageQuery },
    responses: { 200: jsonResponse(pageOf(Post), 'A page of posts', 'Link') },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_bookmarks', request, {});
    return pageResponse(c, request, page);
  },
);

lists.openapi(
  createRoute({
    method: 'get',
    path: '/tags',
    operationId: 'listTags',
    summary: 'List tags',
    description: 'Tags that are in use, with the number of published posts that have them; most used first.',
    tags,
    ...readable,
    request: { query: TagQuery },
    responses: { 200: jsonResponse(pageOf(TagCount), 'A page of tags', 'Link') },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_USE, 'asc');
    const page = await listPage(c.get('db'), c.get('caller'), 'list_tags', request, {});
    return pageResponse(c, request, page);
  },
);
