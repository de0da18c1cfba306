import { idempotencyKey, type NewPost, type Post, unwrap } from '../../../client/index.ts';
import { api, isPassing, sentenceOf } from '../api.ts';
import { accountId, session } from './session.ts';
import { createStore, storage } from './store.ts';

/** A post on its way. The key stands before the first try, so that it is created once, however often it is sent. */
export interface Letter {
  key: string;
  /** Where it was written. */
  place: string;
  body: NewPost;
  /** Why the API does not take it. */
  refusal?: string;
}

const RETRY_MS = 10_000;

export const outbox = createStore<Letter[]>([]);

const keyOf = () => `outbox.${accountId()}`;
const load = () => outbox.set(accountId() ? (storage.read<Letter[]>(keyOf()) ?? []) : []);

/** `at` is where the letters of an account are kept: somebody else may have signed in while one was on its way. */
function change(at: string, edit: (letters: Letter[]) => Letter[]): void {
  // Another tab may have written since.
  const letters = edit(storage.read<Letter[]>(at) ?? []);
  storage.write(at, letters.length > 0 ? letters : undefined);
  if (at === keyOf()) outbox.set(letters);
}

const remove = (at: string, key: string) => change(at, (letters) => letters.filter((one) => one.key !== key));

export const removeLetter = (key: string): void => remove(keyOf(), key);

const send = ({ key, body }: Letter): Promise<Post> =>
  unwrap(api.posts.$post({ json: body, header: { 'Idempotency-Key': key } }));

/** Returns the post, or undefined if it is kept until there is a network. Throws if the API refuses it. */
export async function post(place: string, body: NewPost): Promise<Post | undefined> {
  const letter = { key: idempotencyKey(), place, body };
  const at = keyOf();
  change(at, (letters) => [...letters, letter]);
  try {
    const created = await send(letter);
    remove(at, letter.key);
    return created;
  } catch (error) {
    if (isPassing(error)) return undefined;
    remove(at, letter.key);
    throw error;
  }
}

/** Sends what waits, in order, until somebody else signs in. */
async function sendAll(onSent: (post: Post) => void): Promise<void> {
  const at = keyOf();
  for (const letter of storage.read<Letter[]>(at) ?? []) {
    if (letter.refusal) continue;
    if (at !== keyOf()) return;
    try {
      const created = await send(letter);
      remove(at, letter.key);
      onSent(created);
    } catch (error) {
      if (isPassing(error) || at !== keyOf()) return;
      change(at, (letters) =>
        letters.map((one) => (one.key === letter.key ? { ...one, refusal: sentenceOf(error) } : one)),
      );
    }
  }
}

/** Keeps on sending what waits: now, when the network is back, and from time to time. One tab does it. */
export function startOutbox(onSent: (post: Post) => void): void {
  const flush = () => {
    if (!accountId() || outbox.get().every(({ refusal }) => refusal)) return;
    const work = () => sendAll(onSent);
    if (navigator.locks)
      navigator.locks.request('ledge-outbox', { ifAvailable: true }, (lock) => lock && work());
    else void work();
  };
  session.subscribe(() => {
    load();
    flush();
  });
  storage.follow(keyOf, load);
  addEventListener('online', flush);
  setInterval(flush, RETRY_MS);
}
