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

interface Page {
  path: string;
  /** In the header, where all pages are named. */
  name: string;
  title: string;
  description: string;
  /** Where the script shows its work. */
  id: string;
  /** Whether the script makes a landmark of it. */
  hasMain: boolean;
}

interface Files {
  styles: string[];
  /** Those of the library that shows the document. Then comes `module`, which runs when the page and they are there. */
  scripts: string[];
  module: string;
}

const TRY_IT_OUT: Page = {
  path: '/docs',
  name: 'Try it out',
  title: 'Ledge API: try it out',
  description: 'Send requests to the API of this server from your browser.',
  id: 'swagger-ui',
  hasMain: true,
};

const REFERENCE: Page = {
  path: '/redoc',
  name: 'Reference',
  title: 'Ledge API reference',
  description: 'Every operation of the API, with examples and code samples.',
  id: 'redoc',
  hasMain: false,
};

function pageHtml({ path, title, description, id, hasMain }: Page, { styles, scripts, module }: Files) {
  const links = [TRY_IT_OUT, REFERENCE].map(
    (page) =>
      html`<a href="${page.path}" ${page.path === path ? html`aria-current="page"` : ''}>${page.name}</a>`,
  );
  const waiting = html`<p class="ledge-waiting">Loading …</p>`;
  const place = hasMain ? html`<div id="${id}">${waiting}</div>` : html`<main id="${id}">${waiting}</main>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="${description}" />
        <title>${title}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
        ${[...styles, '/brand.css', '/docs.css'].map((href) => html`<link rel="stylesheet" href="${href}" />`)}
        <script src="/theme.js"></script>
      </head>
      <body>
        <a class="ledge-skip" href="#${id}">Skip to the operations</a>
        <header class="ledge-header">
          <a class="ledge-brand" href="/"><svg aria-hidden="true"><use href="/mark.svg#mark"></use></svg>Ledge</a>
          <nav aria-label="Documentation">${links}<a href="/openapi.json">openapi.json</a></nav>
        </header>
        ${place}
        ${scripts.map((src) => html`<script src="${src}"></script>`)}
        <script type="module" src="${module}"></script>
      </body>
    </html>`;
}

function answerPage(c: Context<AppEnv>, page: string | Promise<string>) {
  shareAnswer(c, DOCUMENT_SECONDS);
  c.header('Content-Security-Policy', PAGE_POLICY);
  return c.html(page);
}

export const docs = createRouter();

docs.get('/docs', (c) =>
  answerPage(
    c,
    raw(
      SwaggerUI({
        url: '/openapi.json',
        baseUrl: '/vendor',
        manuallySwaggerUIHtml: ({ css, js }) =>
          String(pageHtml(TRY_IT_OUT, { styles: css, scripts: js, module: '/docs.js' })),
      }),
    ),
  ),
);

docs.get('/redoc', (c) =>
  answerPage(
    c,
    pageHtml(REFERENCE, {
      styles: [],
      scripts: ['/vendor/redoc/redoc.standalone.js'],
      module: '/redoc.js',
    }),
  ),
);
