import type { Context } from 'hono';
import { cors } from 'hono/cors';
import type { AppEnv } from './context';

/** JSON is not a page: a browser that is led to show it runs nothing of it. A page says its own, and keeps it. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * What OWASP's REST Security Cheat Sheet asks for. `hono/secure-headers` sets twice as many, which say nothing about
 * JSON, and each is paid for in every answer.
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

const allowListed = cors({
  origin: (origin, c: Context<AppEnv>) =>
    (c.get('settings') as AppEnv['Variables']['settings'] | undefined)?.CORS_ORIGINS.includes(origin)
      ? origin
      : null,
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'X-Request-Id',
  ],
  exposeHeaders: [
    'ETag',
    'Idempotency-Replayed',
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

/** Answers a browser that asks whether its page may make a call. */
export const answerPreflight = async (c: Context<AppEnv>) =>
  (await allowListed(c, nothingFollows)) as Response;

/**
 * Lets the pages of the allow-list read an answer. It comes last: `hono/cors` opens a response of its own, whose headers
 * would win over those of an error.
 */
export const allowOrigin = (c: Context<AppEnv>) => allowListed(c, nothingFollows);
