// What happened to somebody.
import { latestFirst, listedAt } from './lists';
import { account, postView, present, userView } from './views';
import type { Person, Post, World } from './world';

interface Event {
  kind: 'reply' | 'mention' | 'follow' | 'vote';
  at: string;
  /** The post, or for a follow the person, which decides between events of the same time. */
  id: number;
  by: number;
}

/** All that others have done to somebody and that can be seen: each vote by itself. */
function eventsFor(world: World, me: number): Event[] {
  const posts = [...world.posts.values()].filter(({ published }) => published);
  const ofPost = (kind: Event['kind']) => (post: Post) => ({
    kind,
    at: listedAt(post),
    id: post.id,
    by: post.owner,
  });
  return [
    ...posts.filter(({ answered }) => answered === me).map(ofPost('reply')),
    ...posts.filter((post) => post.mentions.includes(me) && post.answered !== me).map(ofPost('mention')),
    ...world.follows.to(me).map(({ at, by }) => ({ kind: 'follow' as const, at, id: by, by })),
    ...posts
      .filter(({ owner }) => owner === me)
      .flatMap(({ id }) => world.votes.to(id).map(({ at, by }) => ({ kind: 'vote' as const, at, id, by }))),
  ].filter(({ by }) => by !== me && !world.isHidden(by, me));
}

/** The notifications of somebody, the latest first. The votes of one day for one post are one. */
export function notifications(world: World, me: number) {
  const events = latestFirst(
    eventsFor(world, me),
    ({ at }) => at,
    ({ kind }) => kind,
    ({ id }) => id,
    ({ by }) => by,
  );
  const groups = Map.groupBy(
    events,
    ({ kind, id, at }) => `${kind} ${id} ${kind === 'vote' ? at.slice(0, 10) : ''}`,
  );
  return [...groups.values()].map((group) => {
    const { kind, at, id } = group[0] as Event;
    const users = group
      .slice(0, 5)
      .map(({ by }) => world.people.get(by))
      .filter(present)
      .map((user) => userView(world, user, me));
    const post = kind === 'follow' ? undefined : world.posts.get(id);
    return {
      kind,
      at,
      user: users[0],
      users,
      count: Math.min(group.length, 100),
      post: post ? postView(world, post, me) : null,
      read: at <= (world.people.get(me)?.read_at ?? ''),
    };
  });
}

export function meView(world: World, me: Person) {
  const unread = notifications(world, me.id).filter(({ read }) => !read).length;
  return { ...userView(world, me, me.id), ...account(me), unread_notifications: Math.min(unread, 100) };
}
