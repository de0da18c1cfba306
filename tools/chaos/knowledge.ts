// What a fuzzer knows of the world: the people in whose name it asks, and what answers have told so far.
import type { Route } from '../../test/support/operations.ts';

/** A person who is signed in. */
export interface Account {
  id: number;
  username: string;
  email: string;
  password: string;
  token: string;
  session: string;
  refresh_token: string;
}

export const ACTORS = ['user', 'other', 'admin'] as const;
export type Actor = (typeof ACTORS)[number];

type Scalar = string | number;

/** As many values of one name are kept, the newest. */
const KEPT_MAX = 60;

export class Knowledge {
  readonly #values = new Map<string, Scalar[]>();
  readonly #accounts = new Map<Actor, Account>();

  account(actor: Actor): Account {
    const found = this.#accounts.get(actor);
    if (!found) throw new Error(`Nobody is signed in as ${actor}.`);
    return found;
  }

  setAccount(actor: Actor, account: Account): void {
    this.#accounts.set(actor, account);
    this.add('users/id', account.id);
    this.add('username', account.username);
  }

  add(name: string, value: Scalar): void {
    const kept = this.#values.get(name) ?? [];
    if (!kept.includes(value)) kept.push(value);
    if (kept.length > KEPT_MAX) kept.shift();
    this.#values.set(name, kept);
  }

  /** Remembers what an answer told, by the names of its keys, and the ids of what its path names. */
  learn({ template }: Route, headers: Headers, text: string): void {
    const etag = headers.get('etag');
    if (etag) for (const name of ['If-Match', 'If-None-Match']) this.add(name, etag);
    if (!headers.get('content-type')?.includes('json')) return;
    const collection = lastNoun(template) ?? '';
    const walk = (value: unknown, depth: number) => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === 'object')
          walk(inner, Array.isArray(value) || key === 'data' ? depth : depth + 1);
        else if (isTelling(inner)) this.add(key === 'id' && depth === 0 ? `${collection}/id` : key, inner);
      }
    };
    walk(JSON.parse(text), 0);
  }

  /** What a parameter or a key of a body may be called after: the values known for such a name, of the actor first. */
  valuesFor(name: string, actor: Actor, collection?: string): Scalar[] {
    const own = Object.entries(this.account(actor)).filter(([key]) => key !== 'token' && isAlike(key, name));
    const noun = /^(.+)_ids?$/.exec(name)?.[1];
    const ids = [collection, noun && `${noun}s`].flatMap((each) => this.#values.get(`${each}/id`) ?? []);
    const told = [...this.#values].filter(([key]) => isAlike(key, name)).flatMap(([, values]) => values);
    return [...own.map(([, value]) => value as Scalar), ...ids, ...told];
  }
}

/** Emails are told to nobody else, so they are not carried from one person's answers into another's requests. */
const isTelling = (value: unknown): value is Scalar =>
  typeof value === 'number' || (typeof value === 'string' && value.length < 1_000 && !value.includes('@'));

/** `post_id` and `id`, `current_password` and `password`, `user` and `username`. */
const isAlike = (one: string, other: string) =>
  one === other ||
  one.endsWith(`_${other}`) ||
  other.endsWith(`_${one}`) ||
  (one === 'username' && ['user', 'author'].includes(other));

/** `posts` for `/posts/{id}`, `sessions` for `/auth/sessions`. */
export const lastNoun = (path: string) =>
  path
    .split('/')
    .filter((part) => part !== '' && !part.startsWith('{'))
    .at(-1);
