/** What signing in gives, and what a program keeps to stay signed in. */
export interface Tokens {
    access_token: string;
    /** Not there with `cookie: true`: the browser keeps it. */
    refresh_token?: string | undefined;
}
/** Where tokens are kept: memory, a file, a cookie, the storage of a browser. */
export interface TokenStore {
    get(): Tokens | undefined | Promise<Tokens | undefined>;
    /** With undefined when there is no session any more. */
    set(tokens: Tokens | undefined): void | Promise<void>;
}
/** Keeps tokens for as long as the program runs. */
export declare function memoryStore(tokens?: Tokens): TokenStore;
