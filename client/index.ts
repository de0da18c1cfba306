import { hc } from 'hono/client';
import { pages } from './pages.ts';
import { escapePaths } from './paths.ts';
import { errorOf, type ProblemError, unwrap } from './problems.ts';
import type { App, Me, Registration, TokenPair } from './schema.ts';
import { type Fetch, Session } from './session.ts';
import { memoryStore, type TokenStore, type Tokens } from './tokens.ts';
import { rememberWrites } from './written.ts';

export type { ItemOf, PagesArguments, PagesOptions } from './pages.ts';
export * from './problems.ts';
export type * from './schema.ts';
export type { Fetch } from './session.ts';
export * from './tokens.ts';

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

function askForCookie(init: RequestInit | undefined): RequestInit {
  const headers = new Headers(init?.headers);
  headers.set('Ledge-Session', 'cookie');
  return { ...init, headers };
}

/** A client of the Ledge at `address`. */
export function ledge(address: string, options: LedgeOptions = {}): Ledge {
  const { tokens: store = memoryStore(), refresh: refreshes = true, cookie: inCookie = false } = options;
  let isLeaving = false;
  // Called as it is: browsers refuse a `fetch` that is a method of something else.
  const plain: Fetch = rememberWrites(options.fetch ?? ((input, init) => fetch(input, init)));
  const send: Fetch = inCookie ? (input, init) => plain(input, askForCookie(init)) : plain;

  /** Without tokens: these calls are authorised by what they carry. */
  const open = hc<App>(address, { fetch: send as typeof fetch });
  const session = new Session({
    store,
    refreshes,
    onSignedOut: (problem) => {
      if (!isLeaving) options.onSignedOut?.(problem);
    },
    send,
    refreshUrl: String(open.auth.refresh.$url()),
    inCookie,
  });
  const api = escapePaths(hc<App>(address, { fetch: session.fetch as typeof fetch }));

  const keep = ({ access_token, refresh_token }: TokenPair) => store.set({ access_token, refresh_token });
  const signIn = async (username: string, password: string) =>
    keep(await unwrap(open.auth.login.$post({ json: { username, password } })));

  const refresh = async () => {
    const tokens: Tokens | undefined = await store.get();
    if (!tokens && !inCookie) return false;
    const failure = await session.refresh(tokens);
    if (failure) throw await errorOf(failure.clone());
    return (await store.get()) !== undefined;
  };

  return {
    api,
    pages,
    signIn,
    async register(registration) {
      const me = await unwrap(open.users.$post({ json: registration }));
      await signIn(me.username, registration.password);
      return me;
    },
    async signOut() {
      // An exchange that is under way would bring new tokens after they are forgotten here.
      await session.settle();
      if (!(await store.get()) && !(inCookie && (await refresh()))) return;
      isLeaving = true;
      try {
        const answer = await api.auth.logout.$post();
        // 401: the session had ended already.
        if (!answer.ok && answer.status !== 401) throw await errorOf(answer);
      } finally {
        isLeaving = false;
        await store.set(undefined);
      }
    },
    refresh,
  };
}

/** A new `Idempotency-Key`. A request that is sent again with the same key is executed once. */
export function idempotencyKey(): string {
  // Not `randomUUID()`, which browsers have on secure origins only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
