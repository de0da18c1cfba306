import type { Context, MiddlewareHandler } from 'hono';
import { type Caller, type Database, openDatabase } from '../db/database';
import { readSettings } from '../env';
import { identify } from '../security/guard';
import { limitRequest } from '../security/limits';
import { markWrite } from '../security/written';
import { limitBody } from './body';
import type { AppEnv } from './context';
import { setCacheHeaders } from './edge-cache';
import { onError } from './error-handler';
import { allowOrigin, answerPreflight, setSecurityHeaders } from './headers';
import { logRequest } from './request-log';

/** Wraps every request, from its id to its line in the log. */
export const handleRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const started_ms = Date.now();
  const hasOrigin = c.req.header('origin') !== undefined;
  // https://fetch.spec.whatwg.org/#cors-preflight-request. Any other OPTIONS asks which methods a path has.
  const isOptions = c.req.method === 'OPTIONS';
  const isPreflight = isOptions && hasOrigin && c.req.header('access-control-request-method') !== undefined;
  c.set('requestId', requestIdOf(c));
  try {
    c.set('settings', readSettings(c.env));
    if (isPreflight) c.res = await answerPreflight(c);
    else {
      c.set('db', openDatabase(c.get('settings'), c.env));
      await limitBody(c);
      await identify(c);
      await limitRequest(c);
      // What a route throws is an answer by now: Hono has called `onError`.
      await next();
    }
  } catch (error) {
    c.res = onError(error as Error, c);
  }
  markOwnWrite(c);

  if (!isPreflight) {
    if (hasOrigin && !isOptions) await allowOrigin(c);
    c.res.headers.set(
      'Vary',
      c.get('isNegotiated') ? 'Accept, Authorization, Origin' : 'Authorization, Origin',
    );
  }
  setSecurityHeaders(c.res.headers);
  setCacheHeaders(c);
  logRequest(c, started_ms);
};

/** Whatever became of the write: it may have been made, though its answer was lost. */
function markOwnWrite(c: Context<AppEnv>): void {
  // Both are missing if the request failed before they were set.
  const db = c.get('db') as Database | undefined;
  const caller = c.get('caller') as Caller | undefined;
  const writer = c.get('signedIn') ?? caller?.user;
  if (db?.hasWritten && writer != null) markWrite(c, writer);
}

const REQUEST_ID_LENGTH_MAX = 255;

/** The client's own id if it is safe to log, else a new one. */
function requestIdOf(c: Context<AppEnv>): string {
  const id = c.req.header('x-request-id');
  return id && id.length <= REQUEST_ID_LENGTH_MAX && /^[\w=-]+$/.test(id) ? id : crypto.randomUUID();
}
