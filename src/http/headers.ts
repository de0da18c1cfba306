import type { Context } from 'hono';
import { cors } from 'hono/cors';
import type { Settings } from '../env';
import type { AppEnv } from './context';

/** For JSON, of which a browser must run nothing. Pages set their own policy. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * From OWASP's REST Security Cheat Sheet. `hono/secure-headers` sets twice as many, most of them meaningless for JSON;
 * each costs time in every answer.
 */
const HARDENING = Object.entries({
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});

export function setSecurityHeaders(headers: Headers): void {
  for (const [name, value] of HARDENING) headers.set(name, value);
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', API_POLICY);
}

const MAX_AGE_SECONDS = 600;

/** Whatever runs on the developer's own machine: a front-end has another port than the API. */
export const LOCAL_ORIGIN = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

function isAllowed(origin: string, settings: Settings | undefined): boolean {
  if (!settings) return false;
  if (settings.CORS_ORIGINS.includes(origin)) return true;
  return settings.ENVIRONMENT === 'development' && LOCAL_ORIGIN.test(origin);
}

const allowListed = cors({
  origin: (origin, c: Context<AppEnv>) => (isAllowed(origin, c.get('settings')) ? origin : null),
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-Modified-Since',
    'If-None-Match',
    'Ledge-Written',
    'X-Request-Id',
  ],
  exposeHeaders: [
    'Age',
    'ETag',
    'Idempotency-Replayed',
    'Ledge-Written',
    'Link',
    'Location',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'X-Request-Id',
  ],
  maxAge: MAX_AGE_SECONDS,
});

const nothingFollows = async () => {};

/** Answers a CORS preflight request. */
export const answerPreflight = async (c: Context<AppEnv>) =>
  (await allowListed(c, nothingFollows)) as Response;

/**
 * Adds CORS headers to an answer. Only once the answer exists: called earlier, `hono/cors` opens a response whose
 * headers override those of an error.
 */
export const allowOrigin = (c: Context<AppEnv>) => allowListed(c, nothingFollows);
