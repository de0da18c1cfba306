import { beforeAll, describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, promote, signUp, write } from './support/people';
import { ROUTES } from './support/routes';

const SECRET = 'a sentence that only its owner may read';

interface DraftFixture {
  owner: Person;
  stranger: Person;
  follower: Person;
  admin: Person;
  root: number;
  /** A draft, a draft of a reply, and a post that was unpublished after it got votes. */
  drafts: number[];
  tag: string;
}

async function createDrafts(): Promise<DraftFixture> {
  const [owner, stranger, follower, admin] = [await signUp(), await signUp(), await signUp(), await signUp()];
  await promote(admin);
  await api(`PUT /users/${owner.id}/follow`, { token: follower.token });
  const tag = `d${owner.id}`;
  const named = [stranger, follower].map(({ username }) => `@${username}`).join(' ');
  const fields = { content: `${SECRET} ${named}`, title: SECRET, tags: [tag] };
  const root = await write(stranger);
  const draft = await write(owner, { ...fields, published: false });
  const reply = await write(owner, { ...fields, published: false, parent_id: root.id });
  const hidden = await write(owner, { ...fields, parent_id: root.id });
  for (const { token } of [follower, stranger]) {
    await api(`PUT /votes/${hidden.id}`, { token });
    await api(`PUT /posts/${hidden.id}/bookmark`, { token });
  }
  await write(stranger, { parent_id: hidden.id });
  await api(`POST /posts/${hidden.id}/reports`, { token: follower.token, json: { reason: 'spam' } });
  await api(`PATCH /posts/${hidden.id}`, { token: owner.token, json: { published: false } });
  return { owner, stranger, follower, admin, root: root.id, drafts: [draft.id, reply.id, hidden.id], tag };
}

/** All routes that read posts or people, each with the requests that could show a draft. */
const READS: Record<string, (fixture: DraftFixture) => string[]> = {
  'GET /users': ({ owner }) => [`/users?ids=${owner.id}`],
  'GET /users/me': () => ['/users/me'],
  'GET /users/{user}': ({ owner }) => [`/users/${owner.id}`],
  'GET /users/{user}/posts': ({ owner }) => [
    `/users/${owner.id}/posts?include_replies=true&total=true`,
    `/users/${owner.username}/posts?total=true`,
  ],
  'GET /users/{user}/votes': ({ follower, stranger }) => [
    `/users/${follower.id}/votes?total=true`,
    `/users/${stranger.id}/votes?total=true`,
  ],
  'GET /users/{user}/followers': ({ owner }) => [`/users/${owner.id}/followers`],
  'GET /users/{user}/following': ({ follower }) => [`/users/${follower.id}/following`],
  'GET /users/me/blocks': () => ['/users/me/blocks'],
  'GET /users/me/mutes': () => ['/users/me/mutes'],
  'GET /posts': ({ owner, drafts, tag }) =>
    ['new', 'top'].flatMap((sort) =>
      [
        `author=${owner.id}`,
        `ids=${drafts}`,
        `tag=${tag}`,
        `search=${encodeURIComponent(SECRET)}`,
        'since=2020-01-01',
      ].map((filter) => `/posts?${filter}&sort=${sort}&replies=include&limit=100&total=true`),
    ),
  'GET /users/me/notifications': () => ['/users/me/notifications?total=true'],
  'GET /posts/bookmarks': () => ['/posts/bookmarks?total=true'],
  'GET /posts/timeline': () => ['/posts/timeline?replies=include&total=true'],
  'GET /posts/mine': () => ['/posts/mine', '/posts/mine?published=false'],
  'GET /users/{user}/feed.atom': ({ owner }) => [`/users/${owner.id}/feed.atom`],
  'GET /posts/feed.atom': ({ tag }) => ['/posts/feed.atom?limit=100', `/posts/feed.atom?tag=${tag}`],
  'GET /posts/reports': () => ['/posts/reports?status=open&limit=100'],
  'GET /posts/reports/audit': () => ['/posts/reports/audit?limit=100'],
  'GET /posts/tags': () => ['/posts/tags?limit=100'],
  'GET /posts/{id}': ({ root }) => [`/posts/${root}`],
  'GET /posts/{id}/replies': ({ root }) => [`/posts/${root}/replies?total=true`],
  'GET /posts/{id}/thread': ({ root }) => [`/posts/${root}/thread`],
  'GET /posts/{id}/history': ({ root }) => [`/posts/${root}/history`],
  'GET /posts/{id}/votes': ({ root }) => [`/posts/${root}/votes`],
  'GET /votes': ({ drafts }) => [`/votes?post_ids=${drafts}`],
};

/** Routes without posts of others: the service itself and the caller's own account. */
const WITHOUT_POSTS = /^GET \/($|healthz|readyz|auth\/|users\/me\/export)/;

const REFUSED: [call: string, json?: object][] = [
  ['GET /posts/:id'],
  ['GET /posts/:id/replies'],
  ['GET /posts/:id/thread'],
  ['GET /posts/:id/history'],
  ['GET /posts/:id/votes'],
  ['PUT /posts/:id', { content: 'Mine now.' }],
  ['PATCH /posts/:id', { content: 'Mine now.' }],
  ['DELETE /posts/:id'],
  ['POST /posts/:id/replies', { content: 'Hm.' }],
  ['POST /posts/:id/reports', { reason: 'spam' }],
  ['PUT /votes/:id'],
  ['DELETE /votes/:id'],
  ['PUT /posts/:id/bookmark'],
  ['DELETE /posts/:id/bookmark'],
];

describe('a draft', () => {
  let fixture: DraftFixture;
  beforeAll(async () => {
    fixture = await createDrafts();
  });

  it('is tested with every route that reads', () => {
    const reads = Object.keys(ROUTES).filter((name) => name.startsWith('GET ') && !WITHOUT_POSTS.test(name));
    expect(Object.keys(READS).sort()).toEqual(reads.sort());
  });

  for (const role of ['nobody', 'stranger', 'follower', 'admin'] as const) {
    const token = () => (role === 'nobody' ? undefined : fixture[role].token);

    it.each(Object.keys(READS))(`is not in %s for ${role}`, async (name) => {
      for (const path of READS[name]?.(fixture) ?? []) {
        const answer = await api(`GET ${path}`, { token: token() });
        if (role === 'nobody' && answer.status === 401) continue;
        if (role !== 'admin' && ROUTES[name]?.access === 'admins') {
          expect(answer.status, path).toBe(403);
          continue;
        }
        expect(answer.status, path).toBe(200);
        expect(answer.text).not.toContain(SECRET);
        expect(answer.text).not.toContain(`"${fixture.tag}"`);
        if (
          /author|ids|tag=|search|users.*(posts|votes)|timeline|bookmarks|notifications|replies\?/.test(
            path,
          ) &&
          !path.startsWith('/users?')
        )
          expect(answer.body?.page?.total ?? 0, path).toBe(0);
      }
    });

    it.each(REFUSED)(`does not exist for %s for ${role}`, async (call, json) => {
      for (const id of fixture.drafts) {
        const answer = await api(call.replace(':id', String(id)), { token: token(), json });
        if (role === 'nobody' && !call.startsWith('GET')) expect(answer.status).toBe(401);
        else expect(answer.status, call).toBe(404);
        expect(answer.text).not.toContain(SECRET);
      }
    });
  }

  it('is not counted', async () => {
    const { owner, root, drafts } = fixture;
    expect((await api(`GET /users/${owner.id}`)).body.posts).toBe(0);
    expect((await api(`GET /posts/${root}`)).body.replies).toBe(0);
    for (const { token } of [fixture.stranger, fixture.follower])
      expect((await api(`GET /votes?post_ids=${drafts}`, { token })).body.data).toEqual([]);
    const vote = { token: fixture.stranger.token, json: { post_id: drafts[0], dir: 1 } };
    expect((await api('POST /votes', vote)).status).toBe(404);
    const reply = { token: fixture.stranger.token, json: { content: 'Hm.', parent_id: drafts[0] } };
    expect((await api('POST /posts', reply)).status).toBe(404);
  });

  it("is in the lists of its owner's own posts, for its owner", async () => {
    const { owner, drafts, root } = fixture;
    const ids = async (path: string) =>
      (await api(`GET ${path}`, { token: owner.token })).body.data.map((row: { id: number }) => row.id);
    expect(await ids('/posts/mine')).toEqual(drafts.toReversed());
    expect(await ids('/posts/mine?published=false')).toEqual(drafts.toReversed());
    expect(await ids(`/users/${owner.id}/posts?include_replies=true`)).toEqual(drafts.toReversed());
    expect(await ids(`/posts?author=${owner.id}&replies=include`)).toEqual([]);
    for (const id of drafts) expect((await api(`GET /posts/${id}`, { token: owner.token })).status).toBe(200);
    const { body: thread } = await api(`GET /posts/${root}/thread`, { token: owner.token });
    expect(thread.descendants.map((row: { id: number }) => row.id)).toEqual(
      expect.arrayContaining(drafts.slice(1)),
    );
  });
});
