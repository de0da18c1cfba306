import { hc } from 'hono/client';
import { pages } from './pages.js';
import { type ProblemError } from './problems.js';
import type { App, Me, Registration } from './schema.js';
import { type Fetch } from './session.js';
import { type TokenStore } from './tokens.js';
export type { ItemOf, PagesArguments, PagesOptions } from './pages.js';
export * from './problems.js';
export type * from './schema.js';
export type { Fetch } from './session.js';
export * from './tokens.js';
export interface LedgeOptions {
    /** Where tokens are kept. In memory, unless you give a place. */
    tokens?: TokenStore;
    /**
     * For a page of the API's own origin: the refresh token is in a cookie, which no script can read, and the access token
     * in memory. Call `refresh` when the page opens.
     */
    cookie?: boolean;
    /** Whether to refresh expired tokens and send the request again. True unless you say otherwise. */
    refresh?: boolean;
    /** Called when the session has ended, other than by `signOut`: its tokens are forgotten by then. */
    onSignedOut?: (problem: ProblemError) => void;
    /** Sends requests in the place of the global `fetch`. */
    fetch?: Fetch;
}
/** Every call of the API by its path and method: `api.posts[':id'].$get({ param: { id: 1 } })`. */
export type Api = ReturnType<typeof hc<App>>;
export interface Ledge {
    api: Api;
    /** The items of a list, from page to page: `for await (const post of pages(api.posts.$get, { query: { tag } }))`. */
    pages: typeof pages;
    /** Signs in by email address or username. Throws a `ProblemError` with `invalid_credentials` if that fails. */
    signIn(username: string, password: string): Promise<void>;
    /** Creates an account and signs in. */
    register(registration: Registration): Promise<Me>;
    /** Ends the session and forgets its tokens. */
    signOut(): Promise<void>;
    /** Takes new tokens now. Throws a `ProblemError` if that fails, and returns false if nobody is signed in (any more). */
    refresh(): Promise<boolean>;
}
/** A client of the Ledge at `address`. */
export declare function ledge(address: string, options?: LedgeOptions): Ledge;
/** A new `Idempotency-Key`. A request that is sent again with the same key is executed once. */
export declare function idempotencyKey(): string;
