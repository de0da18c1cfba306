import { hc, parseResponse } from 'hono/client';
import type { App, Problem, Registration } from './schema.ts';

export type * from './schema.ts';

/** What signing in gives, and what a program keeps to stay signed in. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
}

export interface ClientOptions {
  /** Of an earlier run. */
  tokens?: Tokens | undefined;
  /** Called with every new pair, and with undefined when the session has ended. */
  onTokens?: (tokens: Tokens | undefined) => void;
  fetch?: typeof fetch;
}

/** What stands in a path as one segment. A dot segment would lead elsewhere, escaped or not (WHATWG URL). */
function segment(value: unknown): string {
  const text = String(value ?? '');
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`${JSON.stringify(text)} can't stand in a path.`);
  return encodeURIComponent(text);
}

/** A client of hono's, or a part of one, which puts path parameters in as they come: here they are escaped first. */
function escaped<Client extends object>(client: Client): Client {
  return new Proxy(client, {
    get: (inner, name) => {
      const part = Reflect.get(inner, name);
      return typeof part === 'function' ? escaped(part) : part;
    },
    apply(call, self, [given, ...options]) {
      const param = Object.entries(given?.param ?? {}).map(([name, value]) => [name, segment(value)]);
      const args = given?.param ? { ...given, param: Object.fromEntries(param) } : given;
      return Reflect.apply(call as never, self, [args, ...options]);
    },
  });
}

/**
 * A client of the Ledge at `address`. `api` has every call, typed: `api.posts[':id'].$get({ param: { id: 1 } })`. It
 * sends the access token, and takes a new one when the old has expired.
 */
export function ledge(address: string, { tokens, onTokens, fetch: send = fetch }: ClientOptions = {}) {
  let refreshing: Promise<void> | undefined;

  const keep = (pair: Tokens | undefined) => {
    tokens = pair && { access_token: pair.access_token, refresh_token: pair.refresh_token };
    onTokens?.(tokens);
  };

  const authorised = (input: RequestInfo | URL, init: RequestInit | undefined) => {
    const headers = new Headers(init?.headers);
    if (tokens) headers.set('Authorization', `Bearer ${tokens.access_token}`);
    return send(input, { ...init, headers });
  };

  const unescaped = hc<App>(address, {
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const response = await authorised(input, init);
      if (!tokens || response.status !== 401) return response;
      const { code } = (await response.clone().json()) as Problem;
      if (code !== 'token_expired') return response;
      // Calls that find the token expired at the same time share one new pair.
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      await refreshing;
      return tokens ? authorised(input, init) : response;
    },
  });

  const api = escaped(unescaped);

  /** Without the expired token: this call is authorised by what it carries. */
  const plain = hc<App>(address, { fetch: send });

  async function refresh(): Promise<void> {
    const response = await plain.auth.refresh.$post({ json: { refresh_token: tokens?.refresh_token ?? '' } });
    if (response.ok) keep(await response.json());
    else if (response.status === 401) keep(undefined);
  }

  return {
    api,
    /** Signs in by email or username; throws hono's `DetailedError` when the answer is a problem. */
    async signIn(username: string, password: string): Promise<void> {
      keep(await parseResponse(plain.auth.login.$post({ json: { username, password } })));
    },
    /** Makes an account and signs in with it. */
    async register(registration: Registration) {
      const me = await parseResponse(plain.users.$post({ json: registration }));
      keep(
        await parseResponse(
          plain.auth.login.$post({ json: { username: me.username, password: registration.password } }),
        ),
      );
      return me;
    },
    async signOut(): Promise<void> {
      await api.auth.logout.$post();
      keep(undefined);
    },
  };
}
