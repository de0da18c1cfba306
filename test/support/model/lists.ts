// The rows of the lists, in their order, as a viewer sees them.
import { mentions, postView, present, userView, type Viewer } from './views';
import { type Post, tagsOf, type World } from './world';

/** The latest first; of the same time, those with the greatest last key. */
export function latestFirst<Row>(rows: Row[], ...keys: ((row: Row) => string | number)[]): Row[] {
  return rows.toSorted((a, b) => {
    for (const key of keys) {
      const [left, right] = [key(a), key(b)];
      if (left !== right) return left < right ? 1 : -1;
    }
    return 0;
  });
}

/** When a post stands in lists: a draft that was never published, when it was written. */
export const listedAt = (post: Post) => post.published_at ?? post.created_at;

export const all = (world: World) => latestFirst([...world.posts.values()], listedAt, ({ id }) => id);

/** These people, the latest first: by the time of what they did, or of what was done to them. */
export function peopleBy(world: World, deeds: { at: string; person: number }[], viewer: Viewer) {
  return latestFirst(
    deeds,
    ({ at }) => at,
    ({ person }) => person,
  ).flatMap(({ person }) => {
    const found = world.people.get(person);
    return found ? [userView(world, found, viewer)] : [];
  });
}

export const followers = (world: World, id: number, viewer: Viewer) =>
  peopleBy(
    world,
    world.follows.to(id).map(({ at, by }) => ({ at, person: by })),
    viewer,
  );

export const voters = (world: World, post: number, viewer: Viewer) =>
  peopleBy(
    world,
    world.votes.to(post).map(({ at, by }) => ({ at, person: by })),
    viewer,
  );

const towards = (kind: 'follows' | 'blocks' | 'mutes') => (world: World, id: number, viewer: Viewer) =>
  peopleBy(
    world,
    world[kind].by(id).map(({ at, to }) => ({ at, person: to })),
    viewer,
  );

export const followees = towards('follows');
export const blockedPeople = towards('blocks');
export const mutedPeople = towards('mutes');

/** The posts of people who are not hidden from the viewer, as the viewer sees them, in the same order. */
export const shown = (world: World, posts: Post[], viewer: Viewer) =>
  posts.filter(({ owner }) => !world.isHidden(owner, viewer)).map((post) => postView(world, post, viewer));

/** The posts that somebody voted for or bookmarked, latest first. */
const chosen = (world: World, kind: 'votes' | 'bookmarks', by: number) =>
  latestFirst(
    world[kind].by(by),
    ({ at }) => at,
    ({ to }) => to,
  )
    .map(({ to }) => world.posts.get(to))
    .filter(present);

export const votedPosts = (world: World, id: number, viewer: Viewer) =>
  shown(
    world,
    chosen(world, 'votes', id).filter(({ published }) => published),
    viewer,
  );

export const bookmarkedPosts = (world: World, id: number) =>
  shown(
    world,
    chosen(world, 'bookmarks', id).filter((post) => world.visible(post.id, id)),
    id,
  );

export const postsOf = (world: World, id: number, viewer: Viewer, isWanted: (post: Post) => boolean) =>
  shown(
    world,
    all(world).filter((post) => post.owner === id && world.visible(post.id, viewer) && isWanted(post)),
    viewer,
  );

/** Oldest first. */
export const replies = (world: World, id: number, viewer: Viewer) =>
  shown(
    world,
    all(world)
      .filter(({ parent, published }) => parent === id && published)
      .reverse(),
    viewer,
  );

export function thread(world: World, post: Post, viewer: Viewer) {
  const readable = (ids: number[]) => ids.map((id) => world.visible(id, viewer)).filter(present);
  const beneath = [...world.posts.values()]
    .filter(({ above }) => above.includes(post.id))
    .map(({ id }) => id);
  return {
    ancestors: shown(world, readable(post.above), viewer),
    // It is shown whoever wrote it.
    post: postView(world, post, viewer),
    descendants: shown(world, readable(beneath.sort((a, b) => a - b)), viewer),
    truncated: { ancestors: false, descendants: false },
  };
}

export const history = (world: World, post: Post) =>
  latestFirst(post.earlier, ({ version }) => version).map((text) => ({
    version: text.version,
    title: text.title,
    content: text.content,
    tags: tagsOf(text),
    mentions: mentions(world, text),
    created_at: text.created_at,
  }));
