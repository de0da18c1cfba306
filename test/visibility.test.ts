// Who sees and may do what, on all routes, where people block or mute each other. A route that is not in the table fails.
import { beforeAll, describe, expect, it } from 'vitest';
import { api, type Call } from './support/api';
import { type Person, signUpMany, write } from './support/people';
import { ROUTES } from './support/routes';

/** What the caller is to the other person: blocked by them, blocking them, and so on. */
const RELATIONS = ['blocked', 'blocking', 'muted', 'muting', 'stranger', 'anonymous'] as const;
type Relation = (typeof RELATIONS)[number];

/** The caller, somebody else of that relation, a third person, and what they wrote. */
interface Scene {
  me: Person;
  them: Person;
  third: Person;
  tag: string;
  /** A post of the caller, which the other person has answered. */
  mine: number;
  answer: number;
  /** A post of the other person, which the third person voted for and answered. */
  theirs: number;
  /** A post of the third person, an answer of the other person, and an answer to that. */
  root: number;
  beside: number;
  below: number;
}

async function setScene(relation: Relation): Promise<Scene> {
  const [me, them, third] = (await signUpMany(3)) as [Person, Person, Person];
  const tag = `v${me.id}v`;
  const post = async (person: Person, parent_id: number | null = null) =>
    (await write(person, { content: `Seen by ${tag}.`, tags: [tag], parent_id })).id as number;
  const mine = await post(me);
  const answer = await post(them, mine);
  const theirs = await post(them);
  const root = await post(third);
  const beside = await post(them, root);
  const below = await post(third, beside);
  const put = ({ token }: Person, path: string) => api(`PUT ${path}`, { token });
  await put(third, `/votes/${theirs}`);
  await put(me, `/posts/${theirs}/bookmark`);
  // So that the timeline would have what they write.
  await put(me, `/users/${them.id}/follow`);
  if (relation === 'blocked') await put(them, `/users/${me.id}/block`);
  if (relation === 'blocking') await put(me, `/users/${them.id}/block`);
  if (relation === 'muted') await put(them, `/users/${me.id}/mute`);
  if (relation === 'muting') await put(me, `/users/${them.id}/mute`);
  return { me, them, third, tag, mine, answer, theirs, root, beside, below };
}

interface Request {
  path: string;
  json?: Call['json'];
  /** Posts of the other person that the answer has unless they are hidden. */
  shows?: number[];
}

/**
 * `ok`: a success, the same whatever the relation. `sees` and `hides`: a success with or without the posts of the other
 * person. All others are the code of a refusal.
 */
type Outcome = 'ok' | 'sees' | 'hides' | 'blocked' | 'not_owner' | 'admin_only' | 'token_missing';

interface Rule {
  outcomes: Record<Relation, Outcome>;
  requests: (scene: Scene) => Request[];
}

const rule =
  (...outcomes: Outcome[]) =>
  (requests: Rule['requests']): Rule => ({
    outcomes: Object.fromEntries(RELATIONS.map((name, i) => [name, outcomes[i]])) as Rule['outcomes'],
    requests,
  });

//                    blocked      blocking     muted        muting       stranger     anonymous
const publicly = rule('ok', 'ok', 'ok', 'ok', 'ok', 'ok');
const signedIn = rule('ok', 'ok', 'ok', 'ok', 'ok', 'token_missing');
const posts = rule('hides', 'hides', 'sees', 'hides', 'sees', 'sees');
const ownPosts = rule('hides', 'hides', 'sees', 'hides', 'sees', 'token_missing');
const contact = rule('blocked', 'blocked', 'ok', 'ok', 'ok', 'token_missing');
const owners = rule('not_owner', 'not_owner', 'not_owner', 'not_owner', 'not_owner', 'token_missing');
const admins = rule('admin_only', 'admin_only', 'admin_only', 'admin_only', 'admin_only', 'token_missing');

/** Routes that have nothing of others, and act on nobody. */
const ALONE =
  /^(GET \/(|healthz|readyz|posts\/mine)|\w+ \/auth\/.*|POST \/users|(GET|PATCH|DELETE) \/users\/me|GET \/users\/me\/(export|blocks|mutes)|PUT \/users\/me\/notifications\/read|GET \/votes|GET \/posts\/tags)$/;

const RULES: Record<string, Rule> = {
  'GET /users': publicly(({ them, me }) => [
    { path: `/users?ids=${them.id}` },
    { path: `/users?q=${me.username}` },
  ]),
  'GET /users/{user}': publicly(({ them }) => [{ path: `/users/${them.id}` }]),
  'GET /users/{user}/followers': publicly(({ them }) => [{ path: `/users/${them.id}/followers` }]),
  'GET /users/{user}/following': publicly(({ them }) => [{ path: `/users/${them.id}/following` }]),
  'GET /users/{user}/posts': posts(({ them, theirs, answer, beside }) => [
    { path: `/users/${them.username}/posts?total=true`, shows: [theirs] },
    {
      path: `/users/${them.id}/posts?include_replies=true&order=asc&total=true`,
      shows: [answer, theirs, beside],
    },
  ]),
  'GET /users/{user}/votes': posts(({ third, theirs }) => [
    { path: `/users/${third.id}/votes?total=true`, shows: [theirs] },
  ]),
  'GET /users/{user}/feed.atom': posts(({ them, theirs }) => [
    { path: `/users/${them.username}/feed.atom`, shows: [theirs] },
  ]),
  'GET /users/me/notifications': ownPosts(({ answer }) => [
    { path: '/users/me/notifications?total=true', shows: [answer] },
    { path: '/users/me/notifications?kind=reply', shows: [answer] },
  ]),
  'POST /users/{user}/reports': signedIn(({ them }) => [
    { path: `/users/${them.id}/reports`, json: { reason: 'abuse' } },
  ]),
  'PUT /users/{user}/follow': contact(({ them }) => [{ path: `/users/${them.id}/follow` }]),
  'DELETE /users/{user}/follow': signedIn(({ them }) => [{ path: `/users/${them.id}/follow` }]),
  'PUT /users/{user}/block': signedIn(({ them }) => [{ path: `/users/${them.id}/block` }]),
  'DELETE /users/{user}/block': signedIn(({ them }) => [{ path: `/users/${them.id}/block` }]),
  'PUT /users/{user}/mute': signedIn(({ them }) => [{ path: `/users/${them.id}/mute` }]),
  'DELETE /users/{user}/mute': signedIn(({ them }) => [{ path: `/users/${them.id}/mute` }]),
  'PATCH /users/{user}': admins(({ them }) => [{ path: `/users/${them.id}`, json: { role: 'admin' } }]),
  'DELETE /users/{user}': admins(({ them }) => [{ path: `/users/${them.id}` }]),

  'GET /posts': posts(({ them, tag, theirs, answer, beside, mine, root }) => [
    ...['new', 'top'].flatMap((sort) => [
      { path: `/posts?tag=${tag}&sort=${sort}&total=true`, shows: [theirs] },
      { path: `/posts?author=${them.username}&sort=${sort}&total=true`, shows: [theirs] },
      { path: `/posts?author=${them.id}&tag=${tag}&sort=${sort}&replies=only`, shows: [answer, beside] },
      {
        path: `/posts?search=${tag}&sort=${sort}&replies=include&total=true`,
        shows: [answer, theirs, beside],
      },
      { path: `/posts?ids=${[mine, theirs, root]}&sort=${sort}&total=true`, shows: [theirs] },
    ]),
    { path: '/posts?limit=100', shows: [theirs] },
    { path: '/posts?limit=100&replies=only', shows: [answer, beside] },
    { path: '/posts?limit=100&since=2020-01-01&order=desc', shows: [theirs] },
  ]),
  'GET /posts/timeline': ownPosts(({ theirs, answer, beside }) => [
    { path: '/posts/timeline?total=true', shows: [theirs] },
    { path: '/posts/timeline?replies=include&include_self=true&total=true', shows: [theirs, answer, beside] },
  ]),
  'GET /posts/feed.atom': posts(({ tag, theirs }) => [
    { path: `/posts/feed.atom?tag=${tag}`, shows: [theirs] },
    { path: '/posts/feed.atom?limit=100', shows: [theirs] },
  ]),
  'GET /posts/bookmarks': ownPosts(({ theirs }) => [
    { path: '/posts/bookmarks?total=true', shows: [theirs] },
  ]),
  'GET /posts/reports': admins(() => [{ path: '/posts/reports' }]),
  'GET /posts/reports/audit': admins(() => [{ path: '/posts/reports/audit' }]),
  'PATCH /posts/reports/{id}': admins(() => [{ path: '/posts/reports/1', json: { status: 'resolved' } }]),
  'GET /posts/{id}': publicly(({ theirs }) => [{ path: `/posts/${theirs}` }]),
  'GET /posts/{id}/replies': posts(({ mine, answer, root, beside }) => [
    { path: `/posts/${mine}/replies?total=true`, shows: [answer] },
    { path: `/posts/${root}/replies?total=true&order=desc`, shows: [beside] },
  ]),
  'GET /posts/{id}/thread': posts(({ mine, answer, root, beside, below }) => [
    { path: `/posts/${mine}/thread`, shows: [answer] },
    { path: `/posts/${root}/thread`, shows: [beside] },
    { path: `/posts/${below}/thread`, shows: [beside] },
  ]),
  'GET /posts/{id}/history': publicly(({ theirs }) => [{ path: `/posts/${theirs}/history` }]),
  'GET /posts/{id}/votes': publicly(({ theirs }) => [{ path: `/posts/${theirs}/votes` }]),
  'POST /posts': contact(({ theirs, beside }) => [
    { path: '/posts', json: { content: 'Yes.', parent_id: theirs } },
    { path: '/posts', json: { content: 'Later.', parent_id: beside, published: false } },
  ]),
  'POST /posts/{id}/replies': contact(({ answer }) => [
    { path: `/posts/${answer}/replies`, json: { content: 'Yes.' } },
  ]),
  'PUT /posts/{id}/bookmark': signedIn(({ theirs }) => [{ path: `/posts/${theirs}/bookmark` }]),
  'DELETE /posts/{id}/bookmark': signedIn(({ theirs }) => [{ path: `/posts/${theirs}/bookmark` }]),
  'POST /posts/{id}/reports': signedIn(({ theirs }) => [
    { path: `/posts/${theirs}/reports`, json: { reason: 'spam' } },
  ]),
  'PUT /posts/{id}': owners(({ theirs }) => [{ path: `/posts/${theirs}`, json: { content: 'Mine.' } }]),
  'PATCH /posts/{id}': owners(({ theirs }) => [{ path: `/posts/${theirs}`, json: { content: 'Mine.' } }]),
  'DELETE /posts/{id}': owners(({ theirs }) => [{ path: `/posts/${theirs}` }]),

  'POST /votes': contact(({ theirs }) => [{ path: '/votes', json: { post_id: theirs, dir: 1 } }]),
  'PUT /votes/{post_id}': contact(({ answer }) => [{ path: `/votes/${answer}` }]),
  'DELETE /votes/{post_id}': signedIn(({ theirs }) => [{ path: `/votes/${theirs}` }]),
};

const methodOf = (name: string) => name.split(' ')[0] as string;

const send = (name: string, { path, json }: Request, token: string | undefined) =>
  api(`${methodOf(name)} ${path}`, { token, json });

const idsOf = (rows: { id: number }[] = []) => rows.map(({ id }) => id);
/** A post, or a notification, which may be about one. */
type Row = { id: number } | { id: undefined; post: { id: number } | null };
/** The ids of all posts in the answer of a list or a thread, but for the post that the thread was asked for. */
const listedIn = (body: { data?: Row[]; ancestors?: { id: number }[]; descendants?: { id: number }[] }) => [
  ...(body.data ?? []).map((row) => row.id ?? row.post?.id),
  ...idsOf(body.ancestors),
  ...idsOf(body.descendants),
];

/** The ids of the posts in a feed. */
const entriesOf = (feed: string) =>
  [...feed.matchAll(/<entry><id>[^<]*\/posts\/(\d+)<\/id>/g)].map(([, id]) => Number(id));

it('the table has every route', () => {
  const names = Object.keys(ROUTES).filter((name) => !ALONE.test(name));
  expect(Object.keys(RULES).sort()).toEqual(names.sort());
});

describe.each(RELATIONS)('for somebody who is %s', (relation) => {
  let shared: Scene;
  beforeAll(async () => {
    shared = await setScene(relation);
  });

  it.each(Object.entries(RULES))('%s', async (name, { outcomes, requests }) => {
    const outcome = outcomes[relation];
    // What acts changes the scene.
    const scene = methodOf(name) === 'GET' ? shared : await setScene(relation);
    const token = relation === 'anonymous' ? undefined : scene.me.token;
    for (const request of requests(scene)) {
      const { status, body, text } = await send(name, request, token);
      const about = `${request.path}: ${text}`;
      if (outcome !== 'ok' && outcome !== 'sees' && outcome !== 'hides') {
        expect([status, body.code], about).toEqual([outcome === 'token_missing' ? 401 : 403, outcome]);
        continue;
      }
      expect(status, about).toBeLessThan(300);
      const { shows } = request;
      if (!shows) {
        expect(outcome, about).toBe('ok');
        continue;
      }
      const listed = body ? listedIn(body) : entriesOf(text);
      expect(
        listed.filter((id): id is number => id !== undefined && shows.includes(id)).sort((a, b) => a - b),
        about,
      ).toEqual(outcome === 'sees' ? shows.toSorted((a, b) => a - b) : []);
      if (body?.page?.total !== undefined) expect(body.page.total, about).toBe(listed.length);
    }
  });
});

// What somebody chooses about others must be seen by nobody else: neither in words, nor in counts, tags and headers. That all
// answers take the same round trips is checked with every request.
describe('nobody else learns of', () => {
  const READS = Object.entries(RULES).filter(([name]) => methodOf(name) === 'GET');
  const OF_ACCOUNT = [
    '/users/me',
    '/users/me/export',
    '/users/me/blocks',
    '/users/me/mutes',
    '/posts/mine',
    '/posts/tags',
  ];

  /** All that somebody sees of a scene, by path. */
  async function lookAround(scene: Scene, token: string | undefined) {
    const paths = READS.flatMap(([, { requests }]) => requests(scene).map(({ path }) => path));
    const others = [
      ...[scene.me, scene.them].map(({ username }) => `/users/${username}`),
      ...[scene.mine, scene.theirs].flatMap((id) => [`/posts/${id}`, `/posts/${id}/votes`]),
      `/users/${scene.me.id}/posts`,
      `/votes?post_ids=${scene.mine},${scene.theirs}`,
      ...OF_ACCOUNT,
    ];
    const seen: Record<string, unknown> = {};
    for (const path of [...paths, ...others]) {
      const { status, headers, text } = await api(`GET ${path}`, { token });
      const kept = ['etag', 'cache-control', 'vary', 'link', 'content-type'];
      // A refusal has an id of its own.
      const answer = status < 400 ? text : '';
      seen[path] = [status, answer, ...kept.map((header) => headers.get(header))];
    }
    return seen;
  }

  /** A scene in which nobody follows anybody, since a block is seen where it ends a follow. */
  async function setPlainScene(): Promise<Scene> {
    const scene = await setScene('stranger');
    await api(`DELETE /users/${scene.them.id}/follow`, { token: scene.me.token });
    return scene;
  }

  it.each(['PUT', 'DELETE'])('a mute: %s', async (method) => {
    const scene = await setPlainScene();
    const { me, them, third } = scene;
    if (method === 'DELETE') await api(`PUT /users/${them.id}/mute`, { token: me.token });
    const tokens = [them.token, third.token, undefined];
    const before = [];
    for (const token of tokens) before.push(await lookAround(scene, token));
    const changed = await api(`${method} /users/${them.id}/mute`, { token: me.token });
    expect(changed.status).toBe(204);
    for (const [i, token] of tokens.entries()) expect(await lookAround(scene, token)).toEqual(before[i]);
  });

  it('a block, but for the person who is blocked, who only misses the posts', async () => {
    const scene = await setPlainScene();
    const { me, them, third, mine } = scene;
    const tokens = [third.token, undefined];
    const before = [];
    for (const token of tokens) before.push(await lookAround(scene, token));
    const theirsBefore = await lookAround(scene, them.token);
    expect((await api(`PUT /users/${them.id}/block`, { token: me.token })).status).toBe(204);
    for (const [i, token] of tokens.entries()) expect(await lookAround(scene, token)).toEqual(before[i]);

    const theirs = await lookAround(scene, them.token);
    const changed = Object.keys(theirs).filter(
      (path) => JSON.stringify(theirs[path]) !== JSON.stringify(theirsBefore[path]),
    );
    // Lists of posts that had a post of the person who blocks. A person may have the id of a post, but no title.
    for (const path of changed) {
      expect(path).toMatch(/^\/posts(\?|\/feed)|\/posts(\?|$)|\/thread$|feed\.atom/);
      const post = path.includes('feed.atom') ? `/posts/${mine}</id>` : `\\"id\\":${mine},\\"title\\":`;
      expect(JSON.stringify(theirsBefore[path])).toContain(post);
      expect(JSON.stringify(theirs[path])).not.toContain(post);
    }
    expect(changed).toContain(`/users/${me.id}/posts`);
  });

  it('who blocks whom: a refusal says the same to both', async () => {
    const scenes = [await setScene('blocked'), await setScene('blocking')] as const;
    for (const path of [
      ({ them }: Scene) => `/users/${them.id}/follow`,
      ({ theirs }: Scene) => `/votes/${theirs}`,
    ]) {
      const [one, other] = await Promise.all(
        scenes.map((scene) => api(`PUT ${path(scene)}`, { token: scene.me.token })),
      );
      const without = ({ request_id, ...body }: Record<string, unknown> = {}) => body;
      expect(without(one?.body)).toEqual(without(other?.body));
    }
  });
});
