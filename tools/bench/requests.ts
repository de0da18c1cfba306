// What the contenders are asked, and by whom.
import { sign } from 'hono/jwt';
import type { Request } from './load.ts';

export const OPERATIONS = ['list', 'one', 'create', 'create200', 'vote'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** As the tables call them. */
export const HEADERS: Record<Operation, string> = {
  list: 'list',
  one: 'one',
  create: 'create',
  create200: 'create (200 characters)',
  vote: 'vote',
};

/** The same in every server's settings. */
export const SECRET = 'a secret that signs nothing but this run';
/** So many people are signed in, or everybody: world.sql. */
const PEOPLE_MAX = 1_000;

const NOTE = 'Seen on the way to work, once more.';
const NOTE_200 =
  'The bridge over the river is closed until spring, so this morning we walked along the old harbour instead: ' +
  'two boats, a heron on the quay, fresh coffee at the corner, and half an hour late in the end.';

const note = (content: string) => JSON.stringify({ title: 'A note', content });

export const requestsWith = (tokens: string[]): Record<Operation, Request> => ({
  list: { method: 'GET', path: '/posts?limit=10' },
  one: { method: 'GET', path: '/posts/{post}' },
  create: { method: 'POST', path: '/posts', tokens, body: note(NOTE) },
  create200: { method: 'POST', path: '/posts', tokens, body: note(NOTE_200) },
  vote: { method: 'PUT', path: '/votes/{post}', tokens },
});

/** Tokens of everybody who is signed in. */
export const tokensOf = (posts: number, issue: (user: number) => Promise<string>) =>
  Promise.all(Array.from({ length: Math.min(PEOPLE_MAX, posts / 10) }, (_, i) => issue(i + 1)));

/** As the application of the courses issues them. */
export const courseTokens = (posts: number) =>
  tokensOf(posts, (user_id) =>
    sign({ user_id, exp: Math.floor(Date.now() / 1000) + 7_200 }, SECRET, 'HS256'),
  );
