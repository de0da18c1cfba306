import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { type Person, signUpMany } from '../support/people';
import { sql, unhurried } from '../support/sql';

const OPERATIONS = 10_000;
const CLIENTS = 16;
/** So few of each that clients meet all the time. */
const PEOPLE = 24;

/** What the kept counters should be, counted from the rows; a row for every counter that is wrong. */
const RECOUNT = `
  SELECT 'votes of post ' || post_id AS what, votes AS kept, (SELECT count(*) FROM votes WHERE votes.post_id = post_counts.post_id) AS counted FROM post_counts
  UNION ALL SELECT 'replies to post ' || post_id, replies, (SELECT count(*) FROM posts WHERE parent_id = post_id AND published) FROM post_counts
  UNION ALL SELECT 'flags of post ' || id, 0, (post_counts IS NULL OR (post_counts.published, post_counts.reply, post_counts.owner_id, day, tagged) IS DISTINCT FROM (posts.published, parent_id IS NOT NULL, posts.owner_id, day_of(listed_at), posts.published AND tags <> '{}'))::integer
    FROM posts LEFT JOIN post_counts ON post_id = id
  UNION ALL SELECT 'posts of person ' || id, posts, (SELECT count(*) FROM posts WHERE owner_id = users.id AND published) FROM users
  UNION ALL SELECT 'replies of person ' || id, replies, (SELECT count(*) FROM posts WHERE owner_id = users.id AND published AND parent_id IS NOT NULL) FROM users
  UNION ALL SELECT 'followers of person ' || id, followers, (SELECT count(*) FROM follows WHERE followee_id = id) FROM users
  UNION ALL SELECT 'followed by person ' || id, following, (SELECT count(*) FROM follows WHERE follower_id = id) FROM users
  UNION ALL SELECT 'tag ' || tag, posts, (SELECT count(*) FROM posts WHERE published AND tags.tag = ANY (posts.tags)) FROM tags
  UNION ALL SELECT 'replies beside tag ' || tag, replies, (SELECT count(*) FROM posts WHERE published AND parent_id IS NOT NULL AND tags.tag = ANY (posts.tags)) FROM tags
  UNION ALL SELECT 'all people', (SELECT sum(people) FROM totals), (SELECT count(*) FROM users)
  UNION ALL SELECT 'all posts', (SELECT sum(posts) FROM totals), (SELECT count(*) FROM posts WHERE published)
  UNION ALL SELECT 'all replies', (SELECT sum(replies) FROM totals), (SELECT count(*) FROM posts WHERE published AND parent_id IS NOT NULL)
  UNION ALL SELECT 'tags of post ' || id, CASE WHEN published THEN cardinality(tags) ELSE 0 END, (SELECT count(*) FROM post_tags WHERE post_id = id) FROM posts
  UNION ALL SELECT 'votes beside tag ' || tag || ' of post ' || post_id, votes, (SELECT count(*) FROM votes WHERE votes.post_id = post_tags.post_id) FROM post_tags
  UNION ALL SELECT 'counters without a post ' || post_id, 0, 1 FROM post_counts WHERE NOT EXISTS (SELECT FROM posts WHERE id = post_id)`;

const pick = <T>(items: T[]): T | undefined => items[Math.floor(Math.random() * items.length)];
const coin = () => Math.random() < 0.5;

interface World {
  admin: Person;
  people: Person[];
  posts: { id: number; owner: Person }[];
}

type Operation = (world: World, me: Person) => Promise<{ status: number; text: string } | undefined>;

const compose: Operation = async (world, me) => {
  const parent = coin() ? pick(world.posts) : undefined;
  const json = {
    content: 'A note.',
    published: Math.random() < 0.8,
    tags: ['a', 'b', 'c'].filter(coin),
    parent_id: parent?.id ?? null,
  };
  const answer = await api('POST /posts', { token: me.token, json });
  if (answer.status === 201) world.posts.push({ id: answer.body.id, owner: me });
  return answer;
};

const onPost =
  (act: (post: World['posts'][number], me: Person) => Promise<{ status: number; text: string }>): Operation =>
  async (world, me) => {
    const post = pick(world.posts);
    return post && act(post, me);
  };

const onPerson =
  (act: (person: Person, me: Person) => Promise<{ status: number; text: string }>): Operation =>
  async (world, me) =>
    act(pick(world.people) as Person, me);

const OPERATION_WEIGHTS: [weight: number, operation: Operation][] = [
  [20, compose],
  [20, onPost((post, { token }) => api(`PUT /votes/${post.id}`, { token }))],
  [8, onPost((post, { token }) => api(`DELETE /votes/${post.id}`, { token }))],
  [
    6,
    onPost((post, { token }) =>
      api('POST /votes', { token, json: { post_id: post.id, dir: coin() ? 1 : 0 } }),
    ),
  ],
  [12, onPerson((person, { token }) => api(`PUT /users/${person.id}/follow`, { token }))],
  [8, onPerson((person, { token }) => api(`DELETE /users/${person.id}/follow`, { token }))],
  [
    12,
    onPost((post) =>
      api(`PATCH /posts/${post.id}`, {
        token: post.owner.token,
        json: { published: coin(), tags: ['a', 'b', 'c'].filter(coin) },
      }),
    ),
  ],
  [
    10,
    async (world) => {
      const post = pick(world.posts);
      if (!post) return undefined;
      world.posts = world.posts.filter((other) => other !== post);
      return api(`DELETE /posts/${post.id}`, { token: post.owner.token });
    },
  ],
  [
    0.6,
    async (world) => {
      const gone = pick(world.people) as Person;
      const [next] = await signUpMany(1, 'next');
      world.people = [...world.people.filter((person) => person !== gone), next as Person];
      return api(`DELETE /users/${gone.id}`, { token: world.admin.token });
    },
  ],
];

const TOTAL = OPERATION_WEIGHTS.reduce((sum, [weight]) => sum + weight, 0);

function anyOperation(): Operation {
  let dice = Math.random() * TOTAL;
  for (const [weight, operation] of OPERATION_WEIGHTS) {
    dice -= weight;
    if (dice < 0) return operation;
  }
  return compose;
}

describe(`${OPERATIONS} random operations of ${CLIENTS} clients at once`, () => {
  it('leave every counter exact, and answer nobody with an error of ours', { timeout: 600_000 }, async () => {
    const [admin] = (await signUpMany(1)) as [Person];
    await sql`UPDATE users SET role = 'admin' WHERE id = ${admin.id}`;
    const world: World = { admin, people: await signUpMany(PEOPLE), posts: [] };
    const statuses = new Map<number, number>();
    const broken: string[] = [];
    let left = OPERATIONS;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        const answer = await anyOperation()(world, pick(world.people) as Person);
        if (!answer) continue;
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status >= 500) broken.push(answer.text);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));

    expect(broken).toEqual([]);
    // Every other file's rows are counted too.
    const wrong = await unhurried(sql.query(`SELECT * FROM (${RECOUNT}) AS counters WHERE kept <> counted`));
    expect(wrong).toEqual([]);
    expect(statuses.get(201)).toBeGreaterThan(OPERATIONS / 10);

    // What each person is told of posts and people agrees with the rows as well.
    for (const { id, token } of world.people.slice(0, 5)) {
      const { body: posts } = await api('GET /posts?limit=100&replies=include', { token });
      const votes = await sql`SELECT post_id::integer AS id FROM votes WHERE user_id = ${id}`;
      const voted = new Set(votes.map((row) => (row as { id: number }).id));
      for (const post of posts.data) expect(post.viewer.voted).toBe(voted.has(post.id));
      const { body: people } = await api(`GET /users?limit=100`, { token });
      const follows = await sql`SELECT follower_id::integer AS a, followee_id::integer AS b FROM follows`;
      const pairs = new Set(follows.map((row) => `${(row as { a: number }).a} ${(row as { b: number }).b}`));
      for (const { id: other, viewer } of people.data)
        expect(viewer).toEqual({
          following: pairs.has(`${id} ${other}`),
          followed_by: pairs.has(`${other} ${id}`),
        });
    }
  });
});
