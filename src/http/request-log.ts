import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { Caller, Database } from '../db/database';
import type { Settings } from '../env';
import { logEvent } from '../log';
import type { AppEnv } from './context';
import { maskPath } from './masked-path';

/** Logs one line per request. The route, not the path: a path may contain what a user typed. */
export function logRequest(c: Context<AppEnv>, started_ms: number): void {
  // Both are missing if the request failed before they were set.
  const db = c.get('db') as Database | undefined;
  const caller = c.get('caller') as Caller | undefined;
  const settings = c.get('settings') as Settings | undefined;
  logEvent('info', 'request', {
    request_id: c.get('requestId'),
    method: c.req.method,
    route: routePath(c),
    status: c.res.status,
    ms: Date.now() - started_ms,
    round_trips: db?.round_trips ?? 0,
    user: caller?.user ?? null,
    ...(settings?.LOG_DETAILS && { path: maskPath(new URL(c.req.url)), code: c.get('problem')?.code }),
  });
}
