import { createRoute } from '@hono/zod-openapi';
import { addBookmark, listBookmarks, removeBookmark } from '../../db/bookmarks';
import { BY_TIME } from '../../db/page';
import { createRouter } from '../../http/context';
import { jsonResponse, problems } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { noSuchPost } from '../../problems';
import { PageQuery, pageOf } from '../../schemas/page';
import { Post } from '../../schemas/post';
import { IdParam } from '../../schemas/values';
import { signedIn } from '../../security/guard';

const tags = ['posts'];

export const bookmarks = createRouter();

bookmarks.openapi(
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
    return pageResponse(c, request, await listBookmarks(c.get('db'), c.get('caller'), request));
  },
);

const CHANGE = {
  path: '/{id}/bookmark',
  tags,
  ...signedIn,
  request: { params: IdParam },
  ...problems('post_not_found'),
};

bookmarks.openapi(
  createRoute({
    ...CHANGE,
    method: 'put',
    operationId: 'addBookmark',
    summary: 'Bookmark a post',
    description:
      'Only you can see your bookmarks. Idempotent: bookmarking again changes nothing, and the post keeps its place among your bookmarks.',
    responses: { 204: { description: 'The post is bookmarked' } },
  }),
  async (c) => {
    if (!(await addBookmark(c.get('db'), c.get('caller'), c.req.valid('param').id))) throw noSuchPost();
    return c.body(null, 204);
  },
);

bookmarks.openapi(
  createRoute({
    ...CHANGE,
    method: 'delete',
    operationId: 'removeBookmark',
    summary: 'Remove a bookmark',
    description: 'Idempotent: removing a bookmark that does not exist changes nothing.',
    responses: { 204: { description: 'The post is not bookmarked' } },
  }),
  async (c) => {
    if (!(await removeBookmark(c.get('db'), c.get('caller'), c.req.valid('param').id))) throw noSuchPost();
    return c.body(null, 204);
  },
);
