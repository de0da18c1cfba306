import { errorOf, type Fetch, isProblem, ledge, type TokenPair, unwrap } from '../../../client/index.ts';
import { createStore, saved } from './store.ts';

/** Who looks at the pages. `id` is the user's. */
export type Session =
  | { state: 'starting' }
  | { state: 'unreachable' }
  | { state: 'visitor'; hasEnded?: boolean }
  | { state: 'member'; id: number };

interface Access {
  token: string;
  id: number;
  expiresAt: number;
}

type Message = { kind: 'access'; access: Access } | { kind: 'signed-out' };

/** Asks for the refresh token in a cookie that no script can read. */
const COOKIE = { headers: { 'Ledge-Session': 'cookie' } };
/** A token that ends within this time is exchanged before it is used. */
const MARGIN_MS = 30_000;
/** Set while somebody is signed in: only the browser knows the cookie, and a visitor needs no request to find out. */
const SIGNED_IN = 'signed-in';

export const session = createStore<Session>({ state: 'starting' });

const { api: open } = ledge(location.origin, { refresh: false });
const channel = new BroadcastChannel('ledge-session');
let access: Access | undefined;
let exchange: Promise<void> | undefined;

/** The id of the user, or 0. */
export const accountId = (): number => {
  const now = session.get();
  return now.state === 'member' ? now.id : 0;
};

function hold(given: Access): void {
  access = given;
  saved.write(SIGNED_IN, true);
  const now = session.get();
  if (now.state !== 'member' || now.id !== given.id) session.set({ state: 'member', id: given.id });
}

function letGo(hasEnded: boolean): void {
  access = undefined;
  saved.write(SIGNED_IN, undefined);
  session.set({ state: 'visitor', hasEnded });
}

channel.onmessage = ({ data }: MessageEvent<Message>) => {
  if (data.kind === 'access') hold(data.access);
  else letGo(false);
};

function tell(message: Message): void {
  channel.postMessage(message);
}

function take({ access_token, expires_in }: TokenPair): void {
  const [, payload = ''] = access_token.split('.');
  const { user_id } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
  hold({ token: access_token, id: user_id, expiresAt: Date.now() + expires_in * 1000 });
  if (access) tell({ kind: 'access', access });
}

/** One tab after another, so that only the first needs to ask. Without locks (no secure origin) the API's grace is enough. */
const inTurn = (work: () => Promise<void>): Promise<void> =>
  navigator.locks ? navigator.locks.request('ledge-session', work).then(() => undefined) : work();

/** Takes a new access token, unless another tab did while this one waited. Throws what `fetch` throws. */
function refresh(stale: string | undefined): Promise<void> {
  exchange ??= inTurn(async () => {
    if (access && access.token !== stale) return;
    try {
      take(await unwrap(open.auth.refresh.$post({ json: {} as never }, COOKIE)));
    } catch (error) {
      const isFinal = isProblem(error) && error.status < 500 && error.status !== 429;
      if (!isFinal) throw error;
      letGo(true);
    }
  }).finally(() => {
    exchange = undefined;
  });
  return exchange;
}

const withToken = (init: RequestInit | undefined): RequestInit => {
  const headers = new Headers(init?.headers);
  if (access) headers.set('Authorization', `Bearer ${access.token}`);
  return { ...init, headers };
};

/** Sends a request as the user, with a token that is valid. */
export const sendAsUser: Fetch = async (input, init) => {
  if (access && access.expiresAt - Date.now() < MARGIN_MS) await refresh(access.token);
  const used = access?.token;
  const answer = await fetch(input, withToken(init));
  if (answer.status !== 401 || !used) return answer;
  const problem = await errorOf(answer.clone());
  if (isProblem(problem, 'token_expired', 'token_invalid')) {
    await refresh(used);
    return access ? fetch(input, withToken(init)) : answer;
  }
  if (isProblem(problem, 'token_revoked') && access?.token === used) letGo(true);
  return answer;
};

/** Finds out who is there. */
export async function startSession(): Promise<void> {
  if (!saved.read(SIGNED_IN)) return session.set({ state: 'visitor' });
  session.set({ state: 'starting' });
  try {
    await refresh(undefined);
  } catch {
    session.set({ state: 'unreachable' });
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  take(await unwrap(open.auth.login.$post({ json: { username, password } }, COOKIE)));
}

/** Ends the session here and at the API. Without a network it throws, and the user stays signed in. */
export async function signOut(): Promise<void> {
  const { api } = ledge(location.origin, { refresh: false, fetch: sendAsUser });
  const answer = await api.auth.logout.$post({}, COOKIE);
  if (!answer.ok && answer.status !== 401) throw await errorOf(answer);
  forgetSession();
}

/** After the account is deleted. */
export function forgetSession(): void {
  letGo(false);
  tell({ kind: 'signed-out' });
}
