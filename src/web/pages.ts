import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { type AppEnv, createRouter } from '../http/context';
import { revalidateAnswer } from '../http/edge-cache';
import { negotiatesHtml } from '../http/negotiation';
import { isUsername } from '../schemas/texts';

/** What Vite makes of `web/`. It has no address of its own: `run_worker_first` in wrangler.toml, and server/assets.ts. */
const FILE = '/app/index.html';

/**
 * Avatars are at any https address. Nothing else comes from elsewhere, nothing inline runs, and no text becomes markup or
 * a script: Preact creates nodes, so no policy of Trusted Types is needed or allowed.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The addresses of the web client besides `/`; what stands below `/@` is checked by `personOf`. */
const ADDRESS = new RegExp(
  `^/(${[
    'top|following|search|notifications|bookmarks|drafts|compose|settings|sign-in|sign-up|recover|reports',
    'tags(/[^/]+)?',
    'p/[1-9][0-9]*(/history)?',
    '@[^/]+(/(replies|votes|followers|following))?',
  ].join('|')})/?$`,
);

/** The username in `/@ada` and below; undefined if nobody can have it. */
function personOf(path: string): string | undefined {
  const name = /^\/@([^/]+)/.exec(path)?.[1];
  return name !== undefined && isUsername(name) ? name : undefined;
}

const isAddress = (path: string) =>
  ADDRESS.test(path) && (!path.startsWith('/@') || personOf(path) !== undefined);

/** The address that was asked for; a Host that is none, which plain workerd passes on, counts as this machine. */
const addressOf = ({ req }: Context) => URL.parse(req.url) ?? new URL(req.path, 'http://localhost');

/** What programs read that do not run the page: feed readers, and previews of links, which take whole URLs only. */
function headOf(c: Context<AppEnv>) {
  const url = addressOf(c);
  // Behind a proxy the connection to this server is plain, but what is deployed is reached by https only.
  if (c.get('settings').ENVIRONMENT !== 'development') url.protocol = 'https:';
  const person = personOf(c.req.path);
  const title = person ? `@${person} · Ledge` : 'Ledge';
  return html`<meta property="og:type" content="website">
<meta property="og:site_name" content="Ledge">
<meta property="og:title" content="${title}">
<meta property="og:description" content="Short posts, threads and replies.">
<meta property="og:image" content="${new URL('/card.png', url).href}">
<meta name="twitter:card" content="summary_large_image">
<link rel="apple-touch-icon" href="/apple-touch-icon.png">
<link rel="alternate" type="application/atom+xml" href="/posts/feed.atom" title="Newest posts">
${person && html`<link rel="alternate" type="application/atom+xml" href="/users/${person}/feed.atom" title="Posts of @${person}">`}`;
}

async function answerPage(c: Context<AppEnv>, status: 200 | 404): Promise<Response> {
  const file = await c.env.ASSETS.fetch(new URL(FILE, addressOf(c)));
  if (!file.ok) throw new Error(`public${FILE} is missing: node tools/dev/assets.ts builds it.`);
  const [page, head] = [await file.text(), String(await headOf(c))];
  revalidateAnswer(c);
  c.header('Content-Security-Policy', POLICY);
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  return c.html(
    page.replace('</head>', () => `${head}</head>`),
    status,
  );
}

const isRead = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD';

/** The page at `/`; API clients get the answer of the API. */
export const web = createRouter();
web.get('/', async (c, next) => (negotiatesHtml(c) ? answerPage(c, 200) : next()));

const groups = new WeakMap<object, Set<string>>();

/** `posts` of `/posts/1`: the first segments of all paths of the API. */
function groupsOf(app: Hono<AppEnv>): Set<string> {
  let known = groups.get(app);
  if (!known) {
    const paths = app.routes.filter(({ method }) => method !== 'ALL').map(({ path }) => path);
    known = new Set(paths.map((path) => path.split('/')[1] ?? ''));
    groups.set(app, known);
  }
  return known;
}

/**
 * Answers what no route does. Browsers get the page, at an address that it does not have with 404; below the paths of
 * the API, and for all other clients, it is as `answer` says.
 */
export const orPage =
  (app: Hono<AppEnv>, answer: (c: Context<AppEnv>) => Response) =>
  (c: Context<AppEnv>): Response | Promise<Response> => {
    const { path } = c.req;
    if (!isRead(c) || groupsOf(app).has(path.split('/')[1] ?? '') || !negotiatesHtml(c)) return answer(c);
    return answerPage(c, isAddress(path) ? 200 : 404);
  };
