// All that Ledge knows, in memory and without any cleverness: what the API says is compared with it. What changes it is in
// `post-actions.ts` and `people-actions.ts`, and what anybody sees of it in `views.ts`.

export interface Person {
  id: number;
  username: string;
  email: string;
  token: string;
  role: 'user' | 'admin';
  bio: string | null;
  avatar_url: string | null;
  created_at: string;
  /** Up to when their notifications are read; null for a moment that only the database knows. */
  read_at: string | null;
  version: number;
  /** Of each version an `ETag` that a client saw. */
  etags: Map<number, string>;
}

/** What an edit replaces. */
export interface Text {
  title: string | null;
  content: string;
  /** As they were given; the hashtags of the content come after them. */
  tags: string[];
  /** Whom the content mentions: ids, in the order of their names in it. */
  mentions: number[];
}

export interface Post extends Text {
  id: number;
  owner: number;
  parent: number | null;
  /** The posts above it, the nearest last. They stay in it when they are deleted. */
  above: number[];
  /** Who wrote the parent, if it was somebody else. */
  answered: number | null;
  published: boolean;
  created_at: string;
  published_at: string | null;
  edited_at: string | null;
  version: number;
  earlier: (Text & { version: number; created_at: string })[];
  etags: Map<number, string>;
}

export interface Report {
  id: number;
  reporter: number;
  /** Null for a report about a person. */
  post: number | null;
  person: number;
  reason: string;
  comment: string | null;
  created_at: string;
  note: string | null;
  resolved_at: string | null;
  resolved_by: number | null;
}

/** Somebody has done something to a person or a post; when, is known once the database was asked. */
export interface Deed {
  by: number;
  to: number;
  at: string;
}

/** Deeds of one kind: a second one of the same person to the same thing changes nothing. */
export class Deeds {
  private deeds = new Map<string, Deed>();

  has = (by: number, to: number) => this.deeds.has(`${by} ${to}`);
  find = (by: number, to: number) => this.deeds.get(`${by} ${to}`);
  remove = (by: number, to: number) => this.deeds.delete(`${by} ${to}`);
  by = (person: number) => this.all().filter((deed) => deed.by === person);
  to = (thing: number) => this.all().filter((deed) => deed.to === thing);
  all = () => [...this.deeds.values()];

  add(by: number, to: number, at = '') {
    if (!this.has(by, to)) this.deeds.set(`${by} ${to}`, { by, to, at });
  }

  removeWhere(isGone: (deed: Deed) => boolean) {
    for (const deed of this.all()) if (isGone(deed)) this.remove(deed.by, deed.to);
  }
}

/** The request of an `Idempotency-Key`, and its answer: null once the post is deleted. */
export interface KeptAnswer {
  by: number;
  key: string;
  request: string;
  post: number;
  answer: unknown;
}

/** Nobody keeps more names from others. */
const RESTING_NAMES_MAX = 10;

export class World {
  people = new Map<number, Person>();
  posts = new Map<number, Post>();
  reports = new Map<number, Report>();
  votes = new Deeds();
  bookmarks = new Deeds();
  follows = new Deeds();
  blocks = new Deeds();
  mutes = new Deeds();
  answers: KeptAnswer[] = [];
  /** Names that were given up, in lower case, the latest last; null is for those of deleted people. */
  resting: { name: string; owner: number | null }[] = [];
  /** Whose a name is, or was: in lower case. */
  names = new Map<string, number>();
  /** Deleted people, whose tokens still exist, and the ids of deleted posts. */
  gone = { people: [] as Person[], posts: [] as number[] };

  named = (name: string) =>
    [...this.people.values()].find((person) => person.username.toLowerCase() === name.toLowerCase());

  /** By an id or a username. */
  find = (ref: string) => (/^\d/.test(ref) ? this.people.get(Number(ref)) : this.named(ref));

  /** The id of somebody who may have another name by now, or be deleted: an answer may be older than what we know. */
  idOf = (ref: string) => (/^\d/.test(ref) ? Number(ref) : this.names.get(ref.toLowerCase()));

  addPerson(person: Person): void {
    this.people.set(person.id, person);
    this.names.set(person.username.toLowerCase(), person.id);
  }

  isAdmin = (person: number | null) => person !== null && this.people.get(person)?.role === 'admin';

  isBlocked = (one: number, other: number | null) =>
    other !== null && (this.blocks.has(one, other) || this.blocks.has(other, one));

  /** Whether somebody's posts are left out of the lists of a viewer, and what they do out of the notifications. */
  isHidden = (owner: number, viewer: number | null) =>
    viewer !== null && (this.isBlocked(viewer, owner) || this.mutes.has(viewer, owner));

  /** A post that exists for this viewer: a draft does for its owner only. */
  visible(id: number, viewer: number | null): Post | undefined {
    const post = this.posts.get(id);
    return post && (post.published || post.owner === viewer) ? post : undefined;
  }

  published(id: number): Post | undefined {
    const post = this.posts.get(id);
    return post?.published ? post : undefined;
  }

  removePost(id: number): void {
    if (!this.posts.delete(id)) return;
    this.gone.posts.push(id);
    this.votes.removeWhere((vote) => vote.to === id);
    this.bookmarks.removeWhere((bookmark) => bookmark.to === id);
    for (const kept of this.answers) if (kept.post === id) kept.answer = null;
  }

  removePerson(id: number): void {
    const person = this.people.get(id);
    if (!person) return;
    this.rest(person.username, null);
    this.people.delete(id);
    this.gone.people.push(person);
    for (const post of [...this.posts.values()]) if (post.owner === id) this.removePost(post.id);
    for (const deeds of [this.votes, this.bookmarks]) deeds.removeWhere(({ by }) => by === id);
    for (const deeds of [this.follows, this.blocks, this.mutes])
      deeds.removeWhere(({ by, to }) => by === id || to === id);
    for (const report of [...this.reports.values()])
      if (report.reporter === id) this.reports.delete(report.id);
  }

  /** A name is given up. */
  rest(name: string, owner: number | null): void {
    this.resting = this.resting.filter((rest) => rest.name !== name.toLowerCase());
    this.resting.push({ name: name.toLowerCase(), owner });
    const own = this.resting.filter((rest) => owner !== null && rest.owner === owner);
    const freed = own.slice(0, Math.max(0, own.length - RESTING_NAMES_MAX));
    this.resting = this.resting.filter((rest) => !freed.includes(rest));
  }

  /** Whether a name belongs to somebody else, or rests for somebody else. */
  isTaken(name: string, person: number): boolean {
    const owner = this.named(name);
    const rest = this.resting.find((one) => one.name === name.toLowerCase());
    return (owner !== undefined && owner.id !== person) || (rest !== undefined && rest.owner !== person);
  }
}

/** Nobody is named, and nothing is tagged, in code or within a word. */
const named = (content: string, sign: '@' | '#') =>
  [...content.replace(/`.*?`/g, ' ').matchAll(/(?<!\w)[@#](\w+)/g)]
    .filter(([found]) => found.startsWith(sign))
    .map(([, name = '']) => name);

/** Whom a content mentions, unless one of both blocks the other. */
export function mentionsOf(world: World, author: number, content: string): number[] {
  const people = named(content, '@').flatMap((name) => world.named(name)?.id ?? []);
  return [...new Set(people)].filter((person) => !world.isBlocked(author, person));
}

const TAGS_MAX = 10;

/** The tags of a post: those that were given, and then the hashtags of its content. */
export function tagsOf({ tags, content }: Pick<Text, 'tags' | 'content'>): string[] {
  const hashtags = named(content, '#').filter((tag) => /[a-z]/i.test(tag));
  return [...new Set([...tags, ...hashtags.map((tag) => tag.toLowerCase())])].slice(0, TAGS_MAX);
}
