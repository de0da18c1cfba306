import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { BY_STATUS, BY_TIME, listPage } from '../../db/page';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { noSuchPost, Problem } from '../../problems';
import { CHANGED_REPORT, CREATED_REPORT } from '../../schemas/examples';
import { PageQuery, pageOf } from '../../schemas/page';
import {
  AuditEntry,
  NewReport,
  Report,
  ReportChange,
  ReportDetails,
  ReportedPostParam,
  ReportQuery,
  type ReportStatus,
} from '../../schemas/report';
import { IdParam } from '../../schemas/values';
import { signedIn } from '../../security/guard';

const tags = ['posts'];

const adminOnly = () => new Problem('admin_only');

/** The reports of one status: open ones come after all others, and the list is read from its end. */
function boundsOf(status: ReportStatus) {
  const flag = status === 'open' ? 't' : 'f';
  return { low: [flag, '-infinity', 0], high: [flag, 'infinity', 0] };
}

export const reports = createRouter();

reports.openapi(
  createRoute({
    method: 'get',
    path: '/reports',
    operationId: 'listReports',
    summary: 'List reports',
    description:
      'For admins only (403 `admin_only`). Reports about posts and users, the open reports first, each group newest first; `order=asc` reverses the list. A report that is resolved meanwhile may move. Those about yourself and your own posts are left out.',
    tags,
    ...signedIn,
    request: { query: ReportQuery },
    responses: { 200: jsonResponse(pageOf(ReportDetails), 'A page of reports', 'Link') },
    ...problems('admin_only'),
  }),
  async (c) => {
    const { status, ...query } = c.req.valid('query');
    const request = pageRequest(c, query, BY_STATUS);
    const bounds = status && boundsOf(status);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_reports', request, {}, bounds);
    if (!page) throw adminOnly();
    return pageResponse(c, request, page);
  },
);

reports.openapi(
  createRoute({
    method: 'get',
    path: '/reports/audit',
    operationId: 'listAuditEntries',
    summary: 'List admin actions',
    description:
      'For admins only (403 `admin_only`). Posts and accounts that admins deleted, roles that they changed, and reports that they resolved or reopened, newest first. What was deleted is named by its id only.',
    tags,
    ...signedIn,
    request: { query: PageQuery },
    responses: { 200: jsonResponse(pageOf(AuditEntry), 'A page of entries', 'Link') },
    ...problems('admin_only'),
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_audit_entries', request, {});
    if (!page) throw adminOnly();
    return pageResponse(c, request, page);
  },
);

reports.openapi(
  createRoute({
    method: 'patch',
    path: '/reports/{id}',
    operationId: 'changeReport',
    summary: 'Resolve or reopen a report',
    description:
      'For admins only (403 `admin_only`, also if there is no such report). `status: open` opens a resolved report again. A report stays when its post or its user is deleted, and is deleted with its reporter.',
    tags,
    ...signedIn,
    request: { params: IdParam, body: jsonBody(ReportChange) },
    responses: { 200: withExample(CHANGED_REPORT, jsonResponse(ReportDetails, 'The changed report')) },
    ...problems('admin_only', 'report_not_found'),
  }),
  async (c) => {
    const report = c.req.valid('param').id;
    const change = c.req.valid('json');
    const answer = await callAs(c.get('db'), c.get('caller'), 'update_report', { report, change });
    if (answer.outcome === 'changed') return c.json(answer.report, 200);
    throw answer.outcome === 'admin_only' ? adminOnly() : new Problem('report_not_found');
  },
);

reports.openapi(
  createRoute({
    method: 'post',
    path: '/{id}/reports',
    operationId: 'reportPost',
    summary: 'Report a post',
    description:
      'Tells the admins about it, and nobody else. You can report a post once (409 `already_reported`, also after the report was resolved), and not your own (422 `cannot_report_self`).',
    tags,
    ...signedIn,
    request: { params: ReportedPostParam, body: jsonBody(NewReport) },
    responses: { 201: withExample(CREATED_REPORT, jsonResponse(Report, 'The report')) },
    ...problems('post_not_found', 'already_reported', 'cannot_report_self'),
  }),
  async (c) => {
    const values = { post: c.req.valid('param').id, ...c.req.valid('json') };
    const made = await callAs(c.get('db'), c.get('caller'), 'report_post', values);
    if (made.outcome === 'reported') return c.json(made.report, 201);
    if (made.outcome === 'not_found') throw noSuchPost();
    throw new Problem(made.outcome);
  },
);
