import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import type { AppEnv } from './context';

/** JSON is not a page: a browser that is led to show it runs nothing of it. A page says its own, and keeps it. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * What OWASP's REST Security Cheat Sheet asks for. `hono/secure-headers` sets twice as many, which say nothing about
 * JSON, and each is paid for in every answer.
 */
const HARDENING = {
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export const hardened = createMiddleware(async (c, next) => {
  await next();
  const { headers } = c.res;
  for (const [name, value] of Object.entries(HARDENING)) headers.set(name, value);
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', API_POLICY);
});

const allowListed = cors({
  origin: (origin, c) => (c.var.settings.CORS_ORIGINS.includes(origin) ? origin : null),
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
  maxAge: 600,
});

/** CORS for the origins of the allow-list. Who sends no origin is no browser on another site, and needs none of it. */
export const crossOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header('Origin') !== undefined) return allowListed(c, next);
  await next();
  c.res.headers.append('Vary', 'Origin');
});
