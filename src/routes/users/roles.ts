import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample } from '../../http/contract';
import { logEvent } from '../../log';
import { Problem } from '../../problems';
import { Account, RoleChange } from '../../schemas/account';
import { PROMOTED_ACCOUNT } from '../../schemas/examples';
import { ModerationQuery } from '../../schemas/report';
import { PersonParam } from '../../schemas/user';
import { signedIn } from '../../security/guard';
import { finishDeletion } from './deletion';

const tags = ['users'];

export const roles = createRouter();

roles.openapi(
  createRoute({
    method: 'patch',
    path: '/{user}',
    operationId: 'setRole',
    summary: 'Change the role of a user',
    description:
      'Makes a user an admin, or takes that role away. For admins only (403 `admin_only`). There must always be at least one admin (409 `last_admin`).',
    tags,
    ...signedIn,
    request: { params: PersonParam, body: jsonBody(RoleChange) },
    responses: { 200: withExample(PROMOTED_ACCOUNT, jsonResponse(Account, 'The account')) },
    ...problems('user_not_found', 'admin_only', 'last_admin'),
  }),
  async (c) => {
    const { db, caller, requestId } = c.var;
    const { role } = c.req.valid('json');
    const account = await callAs(db, caller, 'set_role', { person: c.req.valid('param').user, role });
    if (typeof account === 'string') throw new Problem(account);
    logEvent('warn', 'role_changed', { request_id: requestId, user: account.id, role, by: caller.user });
    return c.json(account, 200);
  },
);

roles.openapi(
  createRoute({
    method: 'delete',
    path: '/{user}',
    operationId: 'deleteUser',
    summary: 'Delete a user',
    description:
      'For admins only (403 `admin_only`). Deletes the account and everything that belongs to it, permanently, as `DELETE /users/me` does, and resolves open reports about the user and their posts (beyond 500: within an hour), with `reason` as note. Your own account can only be deleted there (403 `use_own_account`).',
    tags,
    ...signedIn,
    request: { params: PersonParam, query: ModerationQuery },
    responses: { 204: { description: 'The user was deleted' } },
    ...problems('user_not_found', 'admin_only', 'use_own_account'),
  }),
  async (c) => {
    const { db, caller, settings, requestId } = c.var;
    const outcome = await callAs(db, caller, 'delete_user', {
      person: c.req.valid('param').user,
      rest_days: settings.USERNAME_REST_DAYS,
      reason: c.req.valid('query').reason,
    });
    if (outcome !== 'deleted' && outcome !== 'closed') throw new Problem(outcome);
    finishDeletion(c, outcome);
    logEvent('warn', 'account_removed', { request_id: requestId, by: caller.user });
    return c.body(null, 204);
  },
);
