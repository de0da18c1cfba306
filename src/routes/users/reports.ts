import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample } from '../../http/contract';
import { noSuchUser, Problem } from '../../problems';
import { CREATED_USER_REPORT } from '../../schemas/examples';
import { NewReport, Report } from '../../schemas/report';
import { PersonParam } from '../../schemas/user';
import { signedIn } from '../../security/guard';

export const reports = createRouter();

reports.openapi(
  createRoute({
    method: 'post',
    path: '/{user}/reports',
    operationId: 'reportUser',
    summary: 'Report a user',
    description:
      'Tells the admins about them, and nobody else. You can report a user once (409 `already_reported`, also after the report was resolved), and not yourself (422 `cannot_report_self`). To report a post, use `POST /posts/{id}/reports`.',
    tags: ['users'],
    ...signedIn,
    request: { params: PersonParam, body: jsonBody(NewReport) },
    responses: { 201: withExample(CREATED_USER_REPORT, jsonResponse(Report, 'The report')) },
    ...problems('user_not_found', 'already_reported', 'cannot_report_self'),
  }),
  async (c) => {
    const values = { person: c.req.valid('param').user, ...c.req.valid('json') };
    const made = await callAs(c.get('db'), c.get('caller'), 'report_user', values);
    if (made.outcome === 'reported') return c.json(made.report, 201);
    if (made.outcome === 'not_found') throw noSuchUser(c.req.param('user'));
    throw new Problem(made.outcome);
  },
);
