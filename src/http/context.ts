import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Handler } from 'hono';
import type { Caller, Database, PortBinding } from '../db/database';
import type { Settings } from '../env';
import type { Problem } from '../problems';
import type { HashingBinding } from '../security/hashing';
import { type RequestContract, validateInput } from './input';

/** What every handler finds in its context. `c.get(name)` reads one variable; `c.var` copies them all. */
export interface AppEnv {
  Bindings: Env & PortBinding & HashingBinding;
  Variables: {
    settings: Settings;
    db: Database;
    caller: Caller;
    /** Who got tokens with this answer. */
    signedIn: number | undefined;
    /** What is wrong with the token that was sent. */
    refusal: Problem | null;
    /** How long a shared cache may keep the answer if it succeeds. Not at all if this is not set. */
    shared: { seconds: number; tag: string } | undefined;
    /** Whether the browser may keep the answer if it succeeds, and asks each time whether it still holds. */
    isRevalidated: boolean | undefined;
    /** Whether `Accept` decided what is answered. */
    isNegotiated: boolean | undefined;
    requestId: string;
    /** What is answered instead of success. */
    problem: Problem | undefined;
  };
}

/** A group of routes. `openapi` adds a route to the document and registers its guard, validator and handler. */
export const createRouter = (): OpenAPIHono<AppEnv> => new Router({ strict: false });

/** OpenAPIHono adds an asynchronous validator for each part of the input, and copies all headers to check one. */
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
