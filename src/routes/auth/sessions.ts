import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { BY_SIGN_IN, listPage } from '../../db/page';
import { createRouter } from '../../http/context';
import { jsonResponse, problems, withHeaders } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { Problem } from '../../problems';
import { EndQuery, Session, SessionParam, SessionQuery } from '../../schemas/auth';
import { pageOf } from '../../schemas/page';
import { signedIn } from '../../security/guard';
import { clearSessionCookie, withSessionCookie } from '../../security/session-cookie';

const tags = ['auth'];

export const sessions = createRouter();

sessions.openapi(
  createRoute({
    method: 'get',
    path: '/',
    operationId: 'listSessions',
    summary: 'List your sessions',
    description:
      'Where you are signed in, newest first: when each session started and was last used, its user agent, and whether it is the one that you are using.',
    tags,
    ...signedIn,
    request: { query: SessionQuery },
    responses: { 200: jsonResponse(pageOf(Session), 'A page of your sessions', 'Link') },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_SIGN_IN);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_sessions', request, {});
    return pageResponse(c, request, page);
  },
);

sessions.openapi(
  createRoute({
    method: 'delete',
    path: '/{id}',
    operationId: 'endSession',
    summary: 'End one of your sessions',
    description:
      'Its refresh token and its access tokens become invalid. `id` is that of `GET /auth/sessions`; for the session of another user the response is 404, as for one that does not exist.',
    tags,
    ...withSessionCookie(signedIn),
    request: { params: SessionParam },
    responses: { 204: { description: 'The session has ended', ...withHeaders('Set-Cookie') } },
    ...problems('session_not_found', 'cross_origin'),
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const ended = await callAs(c.get('db'), c.get('caller'), 'end_session', { id });
    if (!ended) throw new Problem('session_not_found');
    if (id === c.get('caller').session) clearSessionCookie(c, id);
    return c.body(null, 204);
  },
);

sessions.openapi(
  createRoute({
    method: 'delete',
    path: '/',
    operationId: 'endSessions',
    summary: 'End all your sessions',
    description:
      'Signs you out everywhere. With `keep_current=true`, the session that you are using continues.',
    tags,
    ...withSessionCookie(signedIn),
    request: { query: EndQuery },
    responses: { 204: { description: 'The sessions have ended', ...withHeaders('Set-Cookie') } },
    ...problems('cross_origin'),
  }),
  async (c) => {
    const { db, caller } = c.var;
    const { keep_current } = c.req.valid('query');
    await callAs(db, caller, 'end_sessions', { keep_current });
    if (!keep_current) clearSessionCookie(c, caller.session);
    return c.body(null, 204);
  },
);
