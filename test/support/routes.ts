// The table of all routes: who may call each, its round trips, and a call that succeeds. A route that is not in the table
// fails at its first request in a test.
import type { Call } from './api';
import type { Person } from './people';

/** 🔓 readers · 🔑 people signed in · 👤 the owner · 🛡 admins · – anyone, with or without a token */
type Access = 'anyone' | 'readers' | 'people' | 'owner' | 'admins';

/** Two people and a published post of each, without votes and follows. */
export interface Fixture {
  me: Person;
  mine: number;
  them: Person;
  theirs: number;
  /** A username that nobody has. */
  unused: string;
  /** A code that was mailed to `me`, where a route takes one. */
  code?: string;
}

export interface KnownRoute {
  access: Access;
  /** The most round trips of a request: one, or two when a password is hashed after the first. */
  roundTrips: 0 | 1 | 2;
  /** A call of `me` that answers 2xx. */
  call: (fixture: Fixture) => { path: string } & Pick<Call, 'json' | 'form'>;
}

const constant = (path: string) => () => ({ path });

const readers = (call: KnownRoute['call']): KnownRoute => ({ access: 'readers', roundTrips: 1, call });
const listOfUser = (list: string) => readers(({ them }) => ({ path: `/users/${them.username}/${list}` }));
const listOfPost = (list: string) => readers(({ theirs }) => ({ path: `/posts/${theirs}/${list}` }));

export const ROUTES: Record<string, KnownRoute> = {
  'GET /': { access: 'anyone', roundTrips: 0, call: constant('/') },
  'GET /healthz': { access: 'anyone', roundTrips: 0, call: constant('/healthz') },
  'GET /readyz': { access: 'anyone', roundTrips: 1, call: constant('/readyz') },

  'POST /auth/login': {
    access: 'anyone',
    roundTrips: 2,
    call: ({ me }) => ({ path: '/auth/login', json: { username: me.username, password: me.password } }),
  },
  'POST /auth/refresh': {
    access: 'anyone',
    roundTrips: 1,
    call: ({ me: { refresh_token } }) => ({ path: '/auth/refresh', json: { refresh_token } }),
  },
  'POST /auth/logout': { access: 'people', roundTrips: 1, call: constant('/auth/logout') },
  'GET /auth/sessions': { access: 'people', roundTrips: 1, call: constant('/auth/sessions') },
  'DELETE /auth/sessions': { access: 'people', roundTrips: 1, call: constant('/auth/sessions') },
  'DELETE /auth/sessions/{id}': {
    access: 'people',
    roundTrips: 1,
    call: ({ me }) => ({ path: `/auth/sessions/${me.session}` }),
  },
  'POST /auth/password/forgot': {
    access: 'anyone',
    roundTrips: 1,
    call: ({ me }) => ({ path: '/auth/password/forgot', json: { email: me.email } }),
  },
  'POST /auth/password/reset': {
    access: 'anyone',
    roundTrips: 2,
    call: ({ me, code = 'NONE' }) => ({
      path: '/auth/password/reset',
      json: { email: me.email, code, new_password: 'another battery staple' },
    }),
  },
  'PUT /auth/password': {
    access: 'people',
    roundTrips: 2,
    call: ({ me }) => ({
      path: '/auth/password',
      json: { current_password: me.password, new_password: 'another battery staple' },
    }),
  },
  'POST /auth/email/verify': {
    access: 'people',
    roundTrips: 1,
    call: ({ code = 'NONE' }) => ({ path: '/auth/email/verify', json: { code } }),
  },
  'POST /auth/email/verify/resend': {
    access: 'people',
    roundTrips: 1,
    call: constant('/auth/email/verify/resend'),
  },

  'POST /users': {
    access: 'anyone',
    roundTrips: 1,
    call: ({ unused, me: { password } }) => ({
      path: '/users',
      json: { email: `${unused}@example.com`, password },
    }),
  },
  'GET /users': { access: 'readers', roundTrips: 1, call: constant('/users') },
  'GET /users/me': { access: 'people', roundTrips: 1, call: constant('/users/me') },
  'GET /users/me/export': { access: 'people', roundTrips: 1, call: constant('/users/me/export') },
  'GET /users/me/notifications': {
    access: 'people',
    roundTrips: 1,
    call: constant('/users/me/notifications'),
  },
  'PUT /users/me/notifications/read': {
    access: 'people',
    roundTrips: 1,
    call: () => ({ path: '/users/me/notifications/read', json: { up_to: '2026-01-31T09:30:00Z' } }),
  },
  'PATCH /users/me': {
    access: 'people',
    // Two when the email changes, which needs the password.
    roundTrips: 2,
    call: ({ me, unused }) => ({
      path: '/users/me',
      json: { email: `${unused}@example.com`, current_password: me.password },
    }),
  },
  'DELETE /users/me': {
    access: 'people',
    roundTrips: 2,
    call: ({ me }) => ({ path: '/users/me', json: { current_password: me.password } }),
  },
  'PATCH /users/{user}': {
    access: 'admins',
    roundTrips: 1,
    call: ({ them }) => ({ path: `/users/${them.id}`, json: { role: 'admin' } }),
  },
  'DELETE /users/{user}': {
    access: 'admins',
    roundTrips: 1,
    call: ({ them }) => ({ path: `/users/${them.id}` }),
  },
  'GET /users/{user}': {
    access: 'readers',
    roundTrips: 1,
    call: ({ them }) => ({ path: `/users/${them.id}` }),
  },

  'PUT /users/{user}/follow': {
    access: 'people',
    roundTrips: 1,
    call: ({ them }) => ({ path: `/users/${them.username}/follow` }),
  },
  'DELETE /users/{user}/follow': {
    access: 'people',
    roundTrips: 1,
    call: ({ them }) => ({ path: `/users/${them.id}/follow` }),
  },
  'GET /users/{user}/followers': listOfUser('followers'),
  'GET /users/{user}/following': listOfUser('following'),
  'GET /users/{user}/posts': listOfUser('posts'),
  'GET /users/{user}/votes': listOfUser('votes'),

  'GET /posts': { access: 'readers', roundTrips: 1, call: constant('/posts') },
  'POST /posts': {
    access: 'people',
    roundTrips: 1,
    call: () => ({ path: '/posts', json: { content: 'New.' } }),
  },
  'GET /posts/mine': { access: 'people', roundTrips: 1, call: constant('/posts/mine') },
  'GET /posts/timeline': {
    access: 'people',
    roundTrips: 1,
    call: constant('/posts/timeline?include_self=true'),
  },
  'GET /posts/bookmarks': { access: 'people', roundTrips: 1, call: constant('/posts/bookmarks') },
  'GET /posts/tags': { access: 'readers', roundTrips: 1, call: constant('/posts/tags') },
  'GET /posts/{id}': { access: 'readers', roundTrips: 1, call: ({ mine }) => ({ path: `/posts/${mine}` }) },
  'PUT /posts/{id}': {
    access: 'owner',
    roundTrips: 1,
    call: ({ mine }) => ({ path: `/posts/${mine}`, json: { content: 'Whole.' } }),
  },
  'PATCH /posts/{id}': {
    access: 'owner',
    roundTrips: 1,
    call: ({ mine }) => ({ path: `/posts/${mine}`, json: { content: 'Changed.' } }),
  },
  'DELETE /posts/{id}': { access: 'owner', roundTrips: 1, call: ({ mine }) => ({ path: `/posts/${mine}` }) },
  'GET /posts/{id}/replies': listOfPost('replies'),
  'POST /posts/{id}/replies': {
    access: 'people',
    roundTrips: 1,
    call: ({ theirs }) => ({ path: `/posts/${theirs}/replies`, json: { content: 'Yes.' } }),
  },
  'GET /posts/{id}/thread': listOfPost('thread'),
  'GET /posts/{id}/history': listOfPost('history'),
  'GET /posts/{id}/votes': listOfPost('votes'),
  'PUT /posts/{id}/bookmark': {
    access: 'people',
    roundTrips: 1,
    call: ({ theirs }) => ({ path: `/posts/${theirs}/bookmark` }),
  },
  'DELETE /posts/{id}/bookmark': {
    access: 'people',
    roundTrips: 1,
    call: ({ theirs }) => ({ path: `/posts/${theirs}/bookmark` }),
  },

  'POST /votes': {
    access: 'people',
    roundTrips: 1,
    call: ({ theirs }) => ({ path: '/votes', json: { post_id: theirs, dir: 1 } }),
  },
  'GET /votes': {
    access: 'people',
    roundTrips: 1,
    call: ({ mine, theirs }) => ({ path: `/votes?post_ids=${mine},${theirs}` }),
  },
  'PUT /votes/{post_id}': {
    access: 'people',
    roundTrips: 1,
    call: ({ theirs }) => ({ path: `/votes/${theirs}` }),
  },
  'DELETE /votes/{post_id}': {
    access: 'people',
    roundTrips: 1,
    call: ({ theirs }) => ({ path: `/votes/${theirs}` }),
  },
};
