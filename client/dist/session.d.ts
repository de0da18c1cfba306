import { type ProblemError } from './problems.js';
import type { TokenStore, Tokens } from './tokens.js';
/** The part of `fetch` that the client uses. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;
export interface SessionOptions {
    store: TokenStore;
    refreshes: boolean;
    onSignedOut: (problem: ProblemError) => void;
    send: Fetch;
    /** Where refresh tokens are exchanged. */
    refreshUrl: string;
    /** Whether the browser keeps the refresh token, in a cookie. */
    inCookie: boolean;
}
/** Sends requests with the tokens of a store, and takes new ones when they have expired. */
export declare class Session {
    #private;
    constructor(options: SessionOptions);
    /**
     * Sends a request. The API checks the token before it does anything, so a request whose token it refused can be sent
     * again, whatever its method. A refresh token outlives the key that access tokens are signed with.
     */
    readonly fetch: Fetch;
    /**
     * Takes new tokens in the place of these, or, with a cookie, of none. Calls that need that at the same time share one exchange. Resolves to the
     * answer of the API if it can't exchange them now, but may later.
     */
    refresh(stale: Tokens | undefined): Promise<Response | undefined>;
    /** Resolves when no exchange is under way. */
    settle(): Promise<void>;
}
