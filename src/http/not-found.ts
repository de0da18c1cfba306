import type { Context, Hono } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { Problem } from '../problems';
import type { AppEnv } from './context';
import { answerProblem } from './error-handler';

/** Answers what no route does: 405 if the path has other methods (RFC 9110 §15.5.6), else 404. */
export function onNotFound(app: Hono<AppEnv>) {
  let methods: TrieRouter<string> | undefined;
  return (c: Context<AppEnv>): Response => {
    methods ??= methodsByPath(app);
    const allowed = new Set(methods.match('ALL', c.req.path)[0].map(([method]) => method));
    if (allowed.size === 0 || allowed.has(c.req.method)) {
      return answerProblem(c, new Problem('not_found', `There is no ${c.req.path}.`));
    }
    return answerProblem(
      c,
      new Problem('method_not_allowed', `This path does not take ${c.req.method}.`, {
        headers: { Allow: [...allowed].join(', ') },
      }),
    );
  };
}

function methodsByPath(app: Hono<AppEnv>): TrieRouter<string> {
  const methods = new TrieRouter<string>();
  for (const { method, path } of app.routes) {
    if (method === 'ALL') continue;
    methods.add('ALL', path, method);
    if (method === 'GET') methods.add('ALL', path, 'HEAD');
  }
  return methods;
}
