import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { etag } from 'hono/etag';

export interface Assets {
  /** Whether there is a file under this path of a URL. */
  has(pathname: string): boolean;
  fetch(request: Request | URL): Response | Promise<Response>;
}

/** The page of the web client. Only the app sends it, at the client's addresses: `run_worker_first` in wrangler.toml. */
const WEB_PAGE = '/app/index.html';

/** Serves the files of `public/` with the headers of `public/_headers`, as Cloudflare does. Reads their names once. */
export function openAssets(folder: string): Assets {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '_headers')
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const paths = new Set(files.map((file) => `/${file.split(path.sep).join('/')}`));
  const rules = parseHeaders(readFileSync(path.join(folder, '_headers'), 'utf8'));

  const app = new Hono();
  app.use(etag());
  app.use(async (c, next) => {
    await next();
    // What Cloudflare says of a file of which `_headers` says nothing.
    c.header('Cache-Control', 'public, max-age=0, must-revalidate');
    for (const { pattern, headers } of rules)
      if (pattern.test(c.req.path)) for (const [name, value] of headers) c.header(name, value);
  });
  app.get('*', serveStatic({ root: folder }));
  return {
    has: (pathname) => pathname !== WEB_PAGE && paths.has(pathname),
    fetch: (request) => app.fetch(new Request(request)),
  };
}

interface Rule {
  pattern: RegExp;
  headers: [string, string][];
}

/** A path with `*`, and below it, indented, its headers. */
function parseHeaders(text: string): Rule[] {
  const rules: Rule[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() && !each.trim().startsWith('#'))) {
    if (/^\s/.test(line)) {
      const [name = '', ...value] = line.trim().split(':');
      rules.at(-1)?.headers.push([name, value.join(':').trim()]);
    } else {
      const parts = line
        .trim()
        .split('*')
        .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
      rules.push({ pattern: new RegExp(`^${parts.join('.*')}$`), headers: [] });
    }
  }
  return rules;
}
