import { type Fetch, ledge, type Tokens } from '../../../client/index.ts';
import { createStore, storage } from './store.ts';

/** Who looks at the pages. `id` is the user's. */
export type Session =
  | { state: 'starting' }
  | { state: 'unreachable' }
  | { state: 'visitor'; hasEnded?: boolean }
  | { state: 'member'; id: number };

/** Set while somebody is signed in: only the browser sees the cookie, and a visitor needs no request to find out. */
const SIGNED_IN = 'signed-in';

export const session = createStore<Session>({ state: 'starting' });

/** Tells the other tabs the access token, or undefined when the session is over. */
const channel = new BroadcastChannel('ledge-session');
let tokens: Tokens | undefined;

/** The id of the user, or 0. */
export const accountId = (): number => {
  const now = session.get();
  return now.state === 'member' ? now.id : 0;
};

function idOf({ access_token }: Tokens): number {
  const [, payload = ''] = access_token.split('.');
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).user_id;
}

function hold(given: Tokens | undefined): void {
  tokens = given;
  storage.write(SIGNED_IN, given && true);
  const id = given && idOf(given);
  if (!id) session.set({ state: 'visitor' });
  else if (accountId() !== id) session.set({ state: 'member', id });
}

channel.onmessage = ({ data }: MessageEvent<Tokens | undefined>) => hold(data);

/**
 * Only one tab at a time exchanges the refresh token; a tab that had to wait uses the tokens that the first one got.
 * Without locks (an insecure origin) two tabs may send the same token, which the API allows for a short time.
 */
async function exchange(input: string, init: RequestInit | undefined): Promise<Response> {
  const stale = tokens;
  const work = async () => {
    if (tokens && tokens !== stale) return Response.json(tokens);
    const answer = await fetch(input, init);
    if (answer.ok) channel.postMessage(await answer.clone().json());
    return answer;
  };
  return navigator.locks ? await navigator.locks.request('ledge-session', work) : work();
}

const send: Fetch = (input, init) =>
  input.endsWith('/auth/refresh') ? exchange(input, init) : fetch(input, init);

const client = ledge(location.origin, {
  cookie: true,
  fetch: send,
  tokens: {
    get: () => tokens,
    set: (given) => {
      hold(given);
      channel.postMessage(given);
    },
  },
  onSignedOut: () => session.set({ state: 'visitor', hasEnded: true }),
});

/** Every call of the API, as the user if somebody is signed in. */
export const { api, signIn, register } = client;

/** Finds out who is there. */
export async function startSession(): Promise<void> {
  if (!storage.read(SIGNED_IN)) return session.set({ state: 'visitor' });
  session.set({ state: 'starting' });
  try {
    if (await client.refresh()) return;
    storage.write(SIGNED_IN, undefined);
    session.set({ state: 'visitor', hasEnded: true });
  } catch {
    session.set({ state: 'unreachable' });
  }
}

/** Throws, and changes nothing, if the API can't be told: the cookie would bring the session back. */
export async function signOut(): Promise<void> {
  const before = tokens;
  try {
    await client.signOut();
  } catch (error) {
    hold(before);
    throw error;
  }
}

/** After the account, or all its sessions, are gone. */
export function forgetSession(): void {
  hold(undefined);
  channel.postMessage(undefined);
}
