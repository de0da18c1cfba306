import { createRoute } from '@hono/zod-openapi';
import { BY_SIGN_IN } from '../../db/page';
import { endSession, endSessions, listSessions } from '../../db/sessions';
import { createRouter } from '../../http/context';
import { jsonResponse, problems } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { Problem } from '../../problems';
import { EndQuery, Session, SessionParam, SessionQuery } from '../../schemas/auth';
import { pageOf } from '../../schemas/page';
import { signedIn } from '../../security/guard';

const tags = ['auth'];

export const sessions = createRouter();

sessions.openapi(
  createRoute({
    method: 'get',
    path: '/',
    operationId: 'listSessions',
    summary: 'List your sessions',
    description:
      'Where you are signed in, newest first: when each session began and was last used, its user agent, and whether it is the one that makes this call.',
    tags,
    ...signedIn,
    request: { query: SessionQuery },
    responses: { 200: jsonResponse(pageOf(Session), 'A page of your sessions', 'Link') },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_SIGN_IN);
    return pageResponse(c, request, await listSessions(c.get('db'), c.get('caller'), request));
  },
);

sessions.openapi(
  createRoute({
    method: 'delete',
    path: '/{id}',
    operationId: 'endSession',
    summary: 'End one of your sessions',
    description:
      'By its `id` from `GET /auth/sessions`. Its refresh token and its access tokens are refused from then on. The session of another user is 404, like one that does not exist.',
    tags,
    ...signedIn,
    request: { params: SessionParam },
    responses: { 204: { description: 'The session has ended' } },
    ...problems('session_not_found'),
  }),
  async (c) => {
    const ended = await endSession(c.get('db'), c.get('caller'), c.req.valid('param').id);
    if (!ended) throw new Problem('session_not_found');
    return c.body(null, 204);
  },
);

sessions.openapi(
  createRoute({
    method: 'delete',
    path: '/',
    operationId: 'endSessions',
    summary: 'End all your sessions',
    description: 'Signs you out everywhere, including here unless `keep_current` is true.',
    tags,
    ...signedIn,
    request: { query: EndQuery },
    responses: { 204: { description: 'The sessions have ended' } },
  }),
  async (c) => {
    await endSessions(c.get('db'), c.get('caller'), c.req.valid('query').keep_current);
    return c.body(null, 204);
  },
);
