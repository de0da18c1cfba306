import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { BY_EVENT, listPage } from '../../db/page';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { Notification, NotificationQuery, ReadMark } from '../../schemas/notification';
import { pageOf } from '../../schemas/page';
import { signedIn } from '../../security/guard';

const tags = ['users'];

export const notifications = createRouter();

notifications.openapi(
  createRoute({
    method: 'get',
    path: '/me/notifications',
    operationId: 'listNotifications',
    summary: 'List your notifications',
    description:
      'Replies to your posts, posts that mention you, new followers, and votes for your posts; latest first. The votes of one day (in UTC) for one post are one notification, which moves to the time of the latest vote. A reply that mentions you is listed as a reply only. What is deleted, withdrawn or unpublished is no longer listed, and neither is anything by users whom you block or mute, or who block you.',
    tags,
    ...signedIn,
    request: { query: NotificationQuery },
    responses: { 200: jsonResponse(pageOf(Notification), 'A page of notifications', 'Link') },
  }),
  async (c) => {
    const { kind, ...query } = c.req.valid('query');
    const request = pageRequest(c, query, BY_EVENT);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_notifications', request, { kind });
    return pageResponse(c, request, page);
  },
);

notifications.openapi(
  createRoute({
    method: 'put',
    path: '/me/notifications/read',
    operationId: 'readNotifications',
    summary: 'Mark notifications as read',
    description:
      'Marks all notifications up to and including the time `up_to` as read: usually `at` of the latest one that you have shown. It never marks any as unread: an earlier time than before changes nothing. A time in the future counts as now.',
    tags,
    ...signedIn,
    request: { body: jsonBody(ReadMark) },
    responses: { 204: { description: 'Notifications up to this time are read' } },
  }),
  async (c) => {
    const { up_to } = c.req.valid('json');
    await callAs(c.get('db'), c.get('caller'), 'read_notifications', { up_to });
    return c.body(null, 204);
  },
);
