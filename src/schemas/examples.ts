// The examples of the API's document. Except for what they create, they are of the world that `npm run ledge -- seed`
// makes, so that whoever tries one out gets the answer that it shows. `npm run examples` sends them all.

const NOW = '2026-11-20T09:30:00.000Z';

/** The password of everybody whom `seed` makes in development. */
const PASSWORD = 'correct horse battery staple';

/** People of the seeded world to sign in as. */
export const PASSWORD_FORMS = {
  person: { summary: 'A person', value: { username: 'mira', password: PASSWORD } },
  admin: { summary: 'An admin', value: { username: 'leila_b', password: PASSWORD } },
};

export const SESSION_ID = '0b8a5f6e-52c1-4d6f-9f0e-3a2f0f1f7c11';
export const REFRESH_TOKEN = `${SESSION_ID}.…`;
export const IDEMPOTENCY_KEY = '7c1f0b52-1d9b-4a86-9a3e-5f0c1c1b7a10';

/** A user as the account of the examples and the admin see them. */
export const USER = {
  id: 3,
  username: 'aiko',
  bio: '写真と電車と雨の日。',
  avatar_url: null,
  created_at: '2026-08-21T22:54:00.000Z',
  posts: 12,
  followers: 7,
  following: 4,
  viewer: { following: false, followed_by: true, blocking: false, muting: false },
};

const PAGE = { limit: 10, next_cursor: null, prev_cursor: null };

/** The users whom the account of the examples blocks. */
export const BLOCKS = {
  data: [
    {
      ...USER,
      id: 6,
      username: 'oskari',
      bio: 'Järviä, saunaa ja avointa lähdekoodia.',
      created_at: '2026-08-21T23:03:00.000Z',
      posts: 11,
      followers: 6,
      following: 8,
      viewer: { following: false, followed_by: false, blocking: true, muting: false },
    },
  ],
  page: PAGE,
};

/** Those whom it mutes. */
export const MUTES = {
  data: [
    {
      ...USER,
      id: 23,
      username: 'zoe',
      bio: 'Synths, soldering, sunsets.',
      created_at: '2026-08-21T23:54:00.000Z',
      posts: 6,
      followers: 3,
      following: 6,
      viewer: { following: true, followed_by: false, blocking: false, muting: true },
    },
  ],
  page: PAGE,
};

/** An account as its owner sees it; the export of an account has no `viewer`. */
export const EXPORTED_ACCOUNT = {
  id: 1,
  username: 'mira',
  bio: 'Gardens on rooftops. Tomatoes mostly.',
  avatar_url: null,
  created_at: '2026-08-21T22:48:00.000Z',
  posts: 46,
  followers: 18,
  following: 6,
  email: 'mira@example.com',
  email_verified: true,
  role: 'user' as const,
  notifications_read_at: '2026-11-18T00:00:00.000Z',
};
const { notifications_read_at: _, ...OWN_ACCOUNT } = EXPORTED_ACCOUNT;
export const ACCOUNT = {
  ...OWN_ACCOUNT,
  unread_notifications: 8,
  viewer: { following: false, followed_by: false, blocking: false, muting: false },
};

export const NEW_ACCOUNT = {
  email: 'ada@example.com',
  username: 'ada',
  bio: 'Notes on the Analytical Engine.',
  avatar_url: 'https://example.com/ada.png',
};
export const CREATED_ACCOUNT = {
  ...ACCOUNT,
  ...NEW_ACCOUNT,
  id: 25,
  created_at: NOW,
  posts: 0,
  followers: 0,
  following: 0,
  email_verified: false,
  unread_notifications: 0,
};

export const ACCOUNT_CHANGE = {
  bio: 'Gardens on rooftops. Bees now, too.',
  avatar_url: 'https://example.com/mira.png',
};
export const CHANGED_ACCOUNT = { ...ACCOUNT, ...ACCOUNT_CHANGE };

export const ROLE_CHANGE = { role: 'admin' as const };
export const PROMOTED_ACCOUNT = {
  ...USER,
  email: 'aiko@example.com',
  email_verified: true,
  ...ROLE_CHANGE,
};

export const POST = {
  id: 1,
  title: 'The night train to Narvik',
  content:
    'Twenty hours, one window, and a thermos that held. Somewhere past midnight the trees simply stop. If you can, take the lower bunk: you see the snow at eye level.',
  published: true,
  parent_id: null,
  tags: ['travel', 'trains'],
  mentions: [],
  created_at: '2026-08-23T05:36:00.000Z',
  published_at: '2026-08-23T05:36:00.000Z',
  edited_at: null,
  owner_id: 1,
  owner: { id: 1, username: 'mira', avatar_url: null },
  votes: 7,
  replies: 3,
  viewer: { voted: true, bookmarked: true },
};

export const REPLY = {
  ...POST,
  id: 2,
  title: null,
  content: 'My grandmother said exactly this.',
  parent_id: POST.id,
  tags: [],
  created_at: '2026-08-23T07:20:00.000Z',
  published_at: '2026-08-23T07:20:00.000Z',
  owner_id: 12,
  owner: { id: 12, username: 'ingrid', avatar_url: null },
  votes: 2,
  replies: 1,
  viewer: { voted: true, bookmarked: false },
};

export const NEW_POST = {
  title: 'The slow train to Bodø',
  content: 'Ten hours, and the sea on the left for most of them. @ingrid, count the gulls! #bodø',
  tags: ['travel', 'trains'],
};
const NAMED = { tags: ['travel', 'trains', 'bodø'], mentions: [{ id: 12, username: 'ingrid' }] };
export const CREATED_POST = {
  ...POST,
  ...NEW_POST,
  ...NAMED,
  id: 249,
  created_at: NOW,
  published_at: NOW,
  votes: 0,
  replies: 0,
  viewer: { voted: false, bookmarked: false },
};
export const CREATED_REPLY = { ...CREATED_POST, parent_id: POST.id };
export const REPLACED_POST = { ...POST, ...NEW_POST, ...NAMED, edited_at: NOW };

export const POST_CHANGE = { title: 'The night train to Narvik, once more' };
export const CHANGED_POST = { ...POST, ...POST_CHANGE, edited_at: NOW };

/** The beginning of a feed; its `identity` is another in each database. */
export const FEED = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:ledge,2026:2f9c1f1e-6f52-4a55-9a53-51d2a3d1c0de/posts</id>
<title>Ledge</title>
<updated>${POST.published_at}</updated>
<link rel="self" type="application/atom+xml" href="https://ledge.example/posts/feed.atom"/>
<link rel="alternate" type="text/html" href="https://ledge.example/"/>
…
</feed>
`;

const INGRID = { id: 12, username: 'ingrid', avatar_url: null };
const LEILA = { id: 5, username: 'leila_b', avatar_url: null };

export const NEW_REPORT = { reason: 'spam' as const, comment: 'Posts the same text under every post.' };
export const CREATED_REPORT = {
  id: 3,
  post_id: REPLY.id,
  user_id: INGRID.id,
  ...NEW_REPORT,
  status: 'open' as const,
  created_at: NOW,
  resolved_at: null,
};
export const CREATED_USER_REPORT = { ...CREATED_REPORT, post_id: null, user_id: USER.id };

/** A report as admins see it. */
export const REPORT_DETAILS = {
  id: 1,
  post_id: POST.id,
  user_id: POST.owner_id,
  reason: 'other' as const,
  comment: 'That thermos is an advertisement.',
  status: 'open' as 'open' | 'resolved',
  created_at: '2026-11-18T00:00:00.000Z',
  resolved_at: null as string | null,
  note: null as string | null,
  post: { ...POST, viewer: { ...POST.viewer, voted: false } },
  user: POST.owner,
  reporter: INGRID,
  resolved_by: null as typeof LEILA | null,
};

export const REPORT_CHANGE = { status: 'resolved' as const, note: 'A thermos is not an advertisement.' };
export const CHANGED_REPORT = {
  ...REPORT_DETAILS,
  ...REPORT_CHANGE,
  resolved_at: NOW,
  resolved_by: LEILA,
};

/** A vote for a post that none of the examples' people has voted for, and the count after it. */
export const VOTE = { post_id: 12, votes: 11 };

const REPLIER = {
  id: 12,
  username: 'ingrid',
  bio: 'Ornithologist. Mostly gulls, honestly.',
  avatar_url: null,
  created_at: '2026-08-21T23:21:00.000Z',
  posts: 8,
  followers: 7,
  following: 5,
  viewer: { following: true, followed_by: true, blocking: false, muting: false },
};

export const NOTIFICATION = {
  kind: 'reply' as const,
  at: REPLY.published_at,
  user: REPLIER,
  users: [REPLIER],
  count: 1,
  post: REPLY,
  read: true,
};

export const READ_MARK = { up_to: REPLY.published_at };
