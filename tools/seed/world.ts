import { readContent } from '../../src/schemas/content.ts';
import { randomNumbers } from './random.ts';
import { DRAFTS, PEOPLE, POSTS, REPLIES } from './world-words.ts';

const SEED = 20_261_120;
const DAY = 24 * 60;
/** The only admin. */
const ADMIN = 'leila_b';
/** The age of the oldest post. */
const HISTORY_MINUTES = 90 * DAY;

/** Users and posts are numbered from 1. Ages are in minutes. */
export interface World {
  users: { id: number; username: string; bio: string | null; role: string; age_minutes: number }[];
  posts: WorldPost[];
  edits: { post: number; content: string; age_minutes: number }[];
  votes: { voter: number; post: number; owner: number; age_minutes: number }[];
  follows: { follower: number; followee: number; age_minutes: number }[];
  blocks: Hiding[];
  mutes: Hiding[];
  bookmarks: { user: number; post: number; age_minutes: number }[];
  reports: WorldReport[];
}

/** Who hides whom. */
interface Hiding {
  user: number;
  other: number;
  age_minutes: number;
}

/** About a post, or about a person. `resolver` is the admin who resolved it, or null while it is open. */
interface WorldReport {
  reporter: number;
  post: number | null;
  person: number;
  reason: 'spam' | 'abuse' | 'illegal' | 'other';
  comment: string | null;
  resolver: number | null;
  note: string | null;
  age_minutes: number;
}

interface WorldPost {
  id: number;
  owner: number;
  parent: number | null;
  /** Who wrote the parent. */
  answered: number | null;
  title: string | null;
  content: string;
  tags: string[];
  mentions: string[] | null;
  hashtags: string[] | null;
  published: boolean;
  age_minutes: number;
}

type Random = (below: number) => number;

function randomOf(seed: number): Random {
  const next = randomNumbers(seed);
  return (below) => Math.floor(next() * below);
}

/**
 * Builds the parts of the world, always the same for a scale. The first is the same for all scales, because the examples of
 * the document are about it; nothing of the second refers to it.
 */
export const buildWorld = (scale = 1): World[] =>
  scale === 1 ? [buildPart(1, 0)] : [buildPart(1, 0), buildPart(scale - 1, 1)];

/** The same people come again and again, with a number. */
const nameIn = (round: number, name: string) => (round === 0 ? name : `${name}_${round + 1}`);

/** `firstRound` says how often all names were taken by earlier parts. */
function buildPart(scale: number, firstRound: number): World {
  const random = randomOf(SEED + firstRound);
  const people = PEOPLE.length * scale;
  // Squared, so that a few users get most of the votes and followers.
  const pickFamous = (count: number) => 1 + Math.floor((random(1_000_000) / 1_000_000) ** 2 * count);
  const users = Array.from({ length: people }, (_, i) => {
    const [username, bio] = PEOPLE[i % PEOPLE.length] as (typeof PEOPLE)[number];
    const round = firstRound + Math.floor(i / PEOPLE.length);
    const age_minutes = HISTORY_MINUTES + (people - i) * 3;
    const name = nameIn(round, username);
    return { id: i + 1, username: name, bio, role: name === ADMIN ? 'admin' : 'user', age_minutes };
  });
  const posts = writePosts(random, pickFamous, scale, firstRound);
  const edits = edit(random, posts);
  const votes = vote(random, pickFamous, posts, people);
  const follows = follow(random, pickFamous, people);
  // Those who block each other don't follow each other.
  const blocks = hide(
    random,
    people,
    follows.map(({ follower, followee }) => [follower, followee]),
  );
  const mutes = hide(
    random,
    people,
    blocks.map(({ user, other }) => [user, other]),
  );
  const bookmarks = bookmark(posts, people);
  const reports = firstRound === 0 ? report(users, posts) : [];
  return {
    users,
    posts,
    edits,
    votes,
    follows,
    blocks,
    mutes,
    bookmarks,
    reports,
  };
}

function writePosts(
  random: Random,
  pickFamous: (count: number) => number,
  scale: number,
  firstRound: number,
): WorldPost[] {
  const people = PEOPLE.length * scale;
  const threads = POSTS.length * 3 * scale;
  const posts: WorldPost[] = [];
  const nameOf = (content: string) =>
    firstRound === 0 ? content : content.replaceAll(/@(\w+)/g, (_, name: string) => nameIn(firstRound, name));
  const add = (given: Omit<WorldPost, 'id' | 'answered' | 'mentions' | 'hashtags'>) => {
    const post = { ...given, content: nameOf(given.content) };
    const answered = post.parent === null ? null : (posts[post.parent - 1]?.owner ?? null);
    posts.push({ id: posts.length + 1, ...post, answered, ...readContent(post.content) });
    return posts.length;
  };
  for (let i = 0; i < threads; i += 1) {
    const [title, content, tags] = POSTS[i % POSTS.length] as (typeof POSTS)[number];
    const owner = 1 + ((i * 7 + Math.floor(i / PEOPLE.length)) % people);
    const age_minutes = Math.floor(HISTORY_MINUTES * (1 - (i + 1) / (threads + 1)));
    const first = add({ owner, parent: null, title, content, tags, published: true, age_minutes });
    let parent = first;
    for (let n = random(6), age = age_minutes; n > 0; n -= 1) {
      age = Math.max(0, age - 1 - random(3 * 60));
      const reply = {
        title: null,
        content: REPLIES[random(REPLIES.length)] ?? '',
        tags: [],
        published: true,
      };
      const replied = add({ ...reply, owner: pickFamous(people), parent, age_minutes: age });
      // Half of the replies are to the previous reply, half to the post.
      parent = random(2) === 0 ? replied : first;
    }
    if (i % POSTS.length < DRAFTS.length) {
      const draft = { parent: null, title: null, content: DRAFTS[i % POSTS.length] ?? '', tags: ['draft'] };
      add({ ...draft, owner, published: false, age_minutes });
    }
  }
  return posts;
}

const edit = (random: Random, posts: WorldPost[]) =>
  posts
    .filter(({ parent, published }) => parent === null && published && random(8) === 0)
    .map(({ id, content, age_minutes }) => ({
      post: id,
      content: `${content}\n\n(Edited: one typo fewer.)`,
      age_minutes: Math.max(0, age_minutes - 30),
    }));

function vote(
  random: Random,
  pickFamous: (count: number) => number,
  posts: WorldPost[],
  people: number,
): World['votes'] {
  return posts
    .filter(({ published }) => published)
    .flatMap(({ id, owner, parent, age_minutes }) => {
      const voters = new Set(
        Array.from({ length: random(parent === null ? 16 : 5) }, () => pickFamous(people)),
      );
      return [...voters].map((voter) => ({ voter, post: id, owner, age_minutes: random(age_minutes + 1) }));
    });
}

function follow(random: Random, pickFamous: (count: number) => number, people: number): World['follows'] {
  return Array.from({ length: people }, (_, i) => i + 1).flatMap((follower) => {
    const followees = new Set(Array.from({ length: 3 + random(8) }, () => pickFamous(people)));
    followees.delete(follower);
    return [...followees].map((followee) => ({ follower, followee, age_minutes: random(HISTORY_MINUTES) }));
  });
}

/** Every fourth person hides one of those who are not in a pair with them. */
function hide(random: Random, people: number, pairs: [one: number, other: number][]): Hiding[] {
  const together = new Set(pairs.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  return Array.from({ length: Math.ceil(people / 4) }, (_, i) => 1 + 4 * i).flatMap((user) => {
    const others = Array.from({ length: 8 }, () => 1 + random(people));
    const other = others.find((one) => one !== user && !together.has(`${user} ${one}`));
    return other === undefined ? [] : [{ user, other, age_minutes: random(HISTORY_MINUTES) }];
  });
}

/** Every fortieth post: user 1 the posts 1, 41, 81 …, user 2 the next ones. */
const bookmark = (posts: WorldPost[], people: number): World['bookmarks'] =>
  Array.from({ length: people }, (_, i) => i + 1).flatMap((user) =>
    posts
      .filter(({ id, published }) => published && (id - user) % 40 === 0)
      .map(({ id, age_minutes }) => ({ user, post: id, age_minutes: Math.floor(age_minutes / 2) })),
  );

/** One that is open and one that is resolved. */
function report(users: World['users'], posts: WorldPost[]): WorldReport[] {
  const idOf = (name: string) => users.find(({ username }) => username === name)?.id ?? 0;
  const [first] = posts as [WorldPost];
  return [
    {
      reporter: idOf('ingrid'),
      post: first.id,
      person: first.owner,
      reason: 'other',
      comment: 'That thermos is an advertisement.',
      resolver: null,
      note: null,
      age_minutes: 2 * DAY,
    },
    {
      reporter: idOf('mira'),
      post: null,
      person: idOf('ingrid'),
      reason: 'spam',
      comment: null,
      resolver: idOf(ADMIN),
      note: 'She writes a lot, and all of it herself.',
      age_minutes: 9 * DAY,
    },
  ];
}
