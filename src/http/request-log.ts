import type { Context } from 'hono';
import { routePath } from 'hono/route';
import { logEvent } from '../log';
import type { AppEnv } from './context';

/** One line a request. The route, not the path: a path may hold what somebody typed. */
export function logRequest(c: Context<AppEnv>, started_ms: number): void {
  const { db, caller, requestId }: Partial<AppEnv['Variables']> = c.var;
  logEvent('info', 'request', {
    request_id: requestId,
    method: c.req.method,
    route: routePath(c),
    status: c.res.status,
    ms: Date.now() - started_ms,
    round_trips: db?.round_trips ?? 0,
    user: caller?.user ?? null,
  });
}
