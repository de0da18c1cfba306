import { errorOf, isProblem, type ProblemError } from './problems.ts';
import type { TokenStore, Tokens } from './tokens.ts';

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

/** The user of an access token, which is a JWT. */
function userOf({ access_token }: Tokens): unknown {
  try {
    const claims = access_token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    return JSON.parse(atob(claims)).sub;
  } catch {
    return undefined;
  }
}

/** A stream can be read once, so a request with one can't be sent again. */
const canSendAgain = (init: RequestInit | undefined) =>
  !(typeof ReadableStream !== 'undefined' && init?.body instanceof ReadableStream);

const withToken = (init: RequestInit | undefined, tokens: Tokens | undefined): RequestInit => {
  const headers = new Headers(init?.headers);
  if (tokens && !headers.has('Authorization')) headers.set('Authorization', `Bearer ${tokens.access_token}`);
  return { ...init, headers };
};

/** Sends requests with the tokens of a store, and takes new ones when they have expired. */
export class Session {
  readonly #options: SessionOptions;
  /** The exchange that is under way; undefined once there are new tokens, or none, else why there are none yet. */
  #exchange: Promise<Response | undefined> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Sends a request. The API checks the token before it does anything, so a request whose token it refused can be sent
   * again, whatever its method. A refresh token outlives the key that access tokens are signed with.
   */
  readonly fetch: Fetch = async (input, init) => {
    const { store, send, refreshes } = this.#options;
    const tokens = await store.get();
    const answer = await send(input, withToken(init, tokens));
    if (!tokens || answer.status !== 401 || new Headers(init?.headers).has('Authorization')) return answer;
    const problem = await errorOf(answer.clone());
    if (isProblem(problem, 'token_revoked')) await this.#end(tokens, problem);
    else if (isProblem(problem, 'token_expired', 'token_invalid') && refreshes) {
      const failure = await this.refresh(tokens);
      if (failure) return failure.clone();
    } else return answer;
    // Another tab may have signed in meanwhile: as somebody else, in whose name nothing of this person is sent.
    const fresh = await store.get();
    if (!fresh || fresh.access_token === tokens.access_token || !canSendAgain(init)) return answer;
    if (userOf(fresh) !== userOf(tokens)) return answer;
    return send(input, withToken(init, fresh));
  };

  /**
   * Takes new tokens in the place of these, or, with a cookie, of none. Calls that need that at the same time share one exchange. Resolves to the
   * answer of the API if it can't exchange them now, but may later.
   */
  refresh(stale: Tokens | undefined): Promise<Response | undefined> {
    this.#exchange ??= this.#refreshOnce(stale).finally(() => {
      this.#exchange = undefined;
    });
    return this.#exchange;
  }

  /** Resolves when no exchange is under way. */
  async settle(): Promise<void> {
    await this.#exchange?.catch(() => undefined);
  }

  async #refreshOnce(stale: Tokens | undefined): Promise<Response | undefined> {
    const { store, send, refreshUrl, inCookie } = this.#options;
    if (!(await this.#holds(stale))) return undefined;
    const body = { refresh_token: stale?.refresh_token };
    const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await send(refreshUrl, { method: 'POST', ...(!inCookie && json) });
    if (answer.ok) {
      const { access_token, refresh_token } = (await answer.json()) as Tokens;
      // Not if somebody has signed in or out meanwhile.
      if (await this.#holds(stale)) await store.set({ access_token, refresh_token });
      return undefined;
    }
    const problem = await errorOf(answer.clone());
    // 403: the API takes this page for one of another origin, as behind a proxy that is set up wrong. The session lives.
    const isFinal = answer.status < 500 && ![403, 429].includes(answer.status) && isProblem(problem);
    if (!isFinal) return answer;
    await this.#end(stale, problem);
    return undefined;
  }

  /** Forgets the tokens of a session that has ended, and tells. */
  async #end(ended: Tokens | undefined, problem: ProblemError): Promise<void> {
    // Who was not signed in here is not told that they are signed out.
    if (!ended || !(await this.#holds(ended))) return;
    await this.#options.store.set(undefined);
    this.#options.onSignedOut(problem);
  }

  async #holds(tokens: Tokens | undefined): Promise<boolean> {
    return (await this.#options.store.get())?.access_token === tokens?.access_token;
  }
}
