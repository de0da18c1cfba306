import type { Context, Hono, MiddlewareHandler } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { Problem } from '../problems';
import type { AppEnv } from './context';
import { answerProblem } from './error-handler';

type App = Hono<AppEnv>;

/** The methods of all paths. Those without parameters stand alone, because they win over paths with parameters. */
interface Methods {
  fixed: Map<string, Set<string>>;
  matched: TrieRouter<string>;
}

const tables = new WeakMap<App, Methods>();

function methodsOf(app: App): Methods {
  let table = tables.get(app);
  if (!table) {
    table = { fixed: new Map(), matched: new TrieRouter() };
    for (const { method, path } of app.routes) if (method !== 'ALL') addMethod(table, method, path);
    tables.set(app, table);
  }
  return table;
}

/** Whoever answers GET answers HEAD. */
function addMethod({ fixed, matched }: Methods, method: string, path: string): void {
  for (const each of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
    matched.add('ALL', path, each);
    if (!/[:*]/.test(path)) fixed.set(path, (fixed.get(path) ?? new Set()).add(each));
  }
}

const withoutSlash = (path: string) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

/** `PUT /posts/timeline` must not be taken for the post `timeline`: 405 before any other path is asked. */
export const checkMethod =
  (app: App): MiddlewareHandler<AppEnv> =>
  (c, next) => {
    const allowed = methodsOf(app).fixed.get(withoutSlash(c.req.path));
    if (!allowed || allowed.has(c.req.method)) return next();
    return Promise.resolve(answerMethods(c, allowed));
  };

/** Answers what no route does: 404, unless the path has other methods. */
export const onNotFound =
  (app: App) =>
  (c: Context<AppEnv>): Response => {
    const allowed = new Set(
      methodsOf(app)
        .matched.match('ALL', c.req.path)[0]
        .map(([method]) => method),
    );
    if (allowed.size > 0 && !allowed.has(c.req.method)) return answerMethods(c, allowed);
    return answerProblem(c, new Problem('not_found', `There is no ${c.req.path}.`));
  };

/** RFC 9110 §9.3.7 and §15.5.6: OPTIONS asks for the methods of a path, and any other one is not among them. */
function answerMethods(c: Context<AppEnv>, allowed: Set<string>): Response {
  const headers = { Allow: [...allowed].join(', ') };
  if (c.req.method === 'OPTIONS') return c.body(null, 204, headers);
  const detail = `This path does not take ${c.req.method}.`;
  return answerProblem(c, new Problem('method_not_allowed', detail, { headers }));
}
