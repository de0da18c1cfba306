import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Handler } from 'hono';
import type { Caller, Database } from '../db/database';
import type { Settings } from '../env';
import type { Problem } from '../problems';
import { type RequestContract, validateInput } from './input';

/** What every handler finds in its context. `c.get` reads one of them; `c.var` copies them all. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    settings: Settings;
    db: Database;
    caller: Caller;
    /** What is wrong with the token that came, for the routes that ask for one. */
    refusal: Problem | null;
    /** What a shared cache may do with the answer, should it be a good one; nothing where it is not set. */
    shared: { seconds: number; tag: string } | undefined;
    requestId: string;
  };
}

/** A group of routes. `openapi` documents a route, and answers it: guard, input, handler. */
export const createRouter = (): OpenAPIHono<AppEnv> => new Router({ strict: false });

/** OpenAPIHono would validate each part of the input, and all headers, in an asynchronous middleware of its own. */
class Router extends OpenAPIHono<AppEnv> {
  override openapi = ((contract: RouteConfig, handler: Handler<AppEnv>) => {
    const { middleware = [], hide: _, ...route } = contract;
    this.openAPIRegistry.registerPath(route);
    const path = route.path.replaceAll(/\/{(.+?)}/g, '/:$1');
    const validators = route.request ? [validateInput(route.request as RequestContract)] : [];
    this.on([route.method], [path], ...[middleware].flat(), ...validators, handler);
    return this;
  }) as OpenAPIHono<AppEnv>['openapi'];
}
