import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { createRouter } from '../../http/context';
import { problems } from '../../http/contract';
import { noSuchPost } from '../../problems';
import { IdParam } from '../../schemas/values';
import { signedIn } from '../../security/guard';

export const bookmarks = createRouter();

const CHANGE = {
  path: '/{id}/bookmark',
  tags: ['posts'],
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
    const { id } = c.req.valid('param');
    if (!(await callAs(c.get('db'), c.get('caller'), 'add_bookmark', { post: id }))) throw noSuchPost();
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
    const { id } = c.req.valid('param');
    if (!(await callAs(c.get('db'), c.get('caller'), 'remove_bookmark', { post: id }))) throw noSuchPost();
    return c.body(null, 204);
  },
);
