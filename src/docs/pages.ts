import type { Context } from 'hono';
import { html } from 'hono/html';
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
  styles: string[];
  /** The last one is a module: it runs when the page and the others are there. */
  scripts: [string, string];
  /** Where the script shows its work. */
  id: string;
  /** Whether the script makes a landmark of it. */
  hasMain: boolean;
}

const PAGES: Page[] = [
  {
    path: '/docs',
    name: 'Try it out',
    title: 'Ledge API: try it out',
    description: 'Send requests to the API of this server from your browser.',
    styles: ['/vendor/swagger-ui-dist/swagger-ui.css'],
    scripts: ['/vendor/swagger-ui-dist/swagger-ui-bundle.js', '/docs.js'],
    id: 'swagger-ui',
    hasMain: true,
  },
  {
    path: '/redoc',
    name: 'Reference',
    title: 'Ledge API reference',
    description: 'Every operation of the API, with examples and code samples.',
    styles: [],
    scripts: ['/vendor/redoc/redoc.standalone.js', '/redoc.js'],
    id: 'redoc',
    hasMain: false,
  },
];

function answerPage(c: Context<AppEnv>, { path, title, description, styles, scripts, id, hasMain }: Page) {
  shareAnswer(c, DOCUMENT_SECONDS);
  c.header('Content-Security-Policy', PAGE_POLICY);
  const links = PAGES.map(
    (page) =>
      html`<a href="${page.path}" ${page.path === path ? html`aria-current="page"` : ''}>${page.name}</a>`,
  );
  const waiting = html`<p class="ledge-waiting">Loading …</p>`;
  const place = hasMain ? html`<div id="${id}">${waiting}</div>` : html`<main id="${id}">${waiting}</main>`;
  return c.html(html`<!doctype html>
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
        <script src="${scripts[0]}"></script>
        <script type="module" src="${scripts[1]}"></script>
      </body>
    </html>`);
}

export const docs = createRouter();

for (const page of PAGES) docs.get(page.path, (c) => answerPage(c, page));
