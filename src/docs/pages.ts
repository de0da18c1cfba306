import { SwaggerUI } from '@hono/swagger-ui';
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import { type AppEnv, createRouter } from '../http/context';
import { shareAnswer } from '../http/edge-cache';
import { DOCUMENT_SECONDS } from './document';

/**
 * Everything on these pages comes from the Worker's own assets, so that they work offline. `style-src` is less strict
 * because Swagger UI and Redoc write inline styles.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function page(c: Context<AppEnv>, title: string, body: unknown) {
  shareAnswer(c, DOCUMENT_SECONDS);
  c.header('Content-Security-Policy', PAGE_POLICY);
  return c.html(html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <title>${title}</title>
      </head>
      <body>
        ${body}
      </body>
    </html>`);
}

export const docs = createRouter();

docs.get('/docs', (c) =>
  page(
    c,
    'Ledge API: try it out',
    raw(
      SwaggerUI({
        url: '/openapi.json',
        baseUrl: '/vendor',
        manuallySwaggerUIHtml: ({ css, js }) => `
          ${css.map((href) => `<link rel="stylesheet" href="${href}">`).join('')}
          <div id="swagger-ui"></div>
          ${[...js, '/docs.js'].map((src) => `<script src="${src}"></script>`).join('')}`,
      }),
    ),
  ),
);

docs.get('/redoc', (c) =>
  page(
    c,
    'Ledge API reference',
    html`<div id="redoc"></div>
      <script src="/vendor/redoc/redoc.standalone.js"></script>
      <script src="/redoc.js"></script>`,
  ),
);
