import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import { logEvent } from '../log';
import type { AppEnv } from './context';

/** One line a request. The route, not the path: a path may hold what somebody typed. */
export const logged = createMiddleware<AppEnv>(async (c, next) => {
  const started = Date.now();
  await next();
  logEvent('info', 'request', {
    request_id: c.var.requestId,
    method: c.req.method,
    route: routePath(c),
    status: c.res.status,
    ms: Date.now() - started,
    round_trips: c.var.db?.round_trips ?? 0,
    user: c.var.caller?.user ?? null,
  });
});
