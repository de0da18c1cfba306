// What a viewer sees of the world: the bodies of answers. A viewer is the id of a person, or null for nobody.
import { type Person, type Post, type Report, type Text, tagsOf, type World } from './world';

export type Viewer = number | null;

export const present = <Value>(value: Value | undefined): value is Value => value !== undefined;

const person = (world: World, id: number) => {
  const found = world.people.get(id);
  return found ? { id, username: found.username, avatar_url: found.avatar_url } : null;
};

export const mentions = (world: World, { mentions }: Text) =>
  mentions
    .map((id) => world.people.get(id))
    .filter(present)
    .map(({ id, username }) => ({ id, username }));

export const countVotes = (world: World, post: number) => world.votes.to(post).length;

export function postView(world: World, post: Post, viewer: Viewer) {
  return {
    id: post.id,
    title: post.title,
    content: post.content,
    published: post.published,
    parent_id: post.parent,
    tags: tagsOf(post),
    mentions: mentions(world, post),
    created_at: post.created_at,
    published_at: post.published_at,
    edited_at: post.edited_at,
    owner_id: post.owner,
    owner: person(world, post.owner),
    votes: countVotes(world, post.id),
    replies: [...world.posts.values()].filter((reply) => reply.published && reply.parent === post.id).length,
    viewer:
      viewer === null
        ? null
        : { voted: world.votes.has(viewer, post.id), bookmarked: world.bookmarks.has(viewer, post.id) },
  };
}

export const account = ({ email, role }: Person) => ({ email, email_verified: false, role });

export function userView(world: World, one: Person, viewer: Viewer) {
  const { id, username, bio, avatar_url, created_at } = one;
  return {
    id,
    username,
    bio,
    avatar_url,
    created_at,
    posts: [...world.posts.values()].filter((post) => post.published && post.owner === id).length,
    followers: world.follows.to(id).length,
    following: world.follows.by(id).length,
    ...(world.isAdmin(viewer) && account(one)),
    viewer:
      viewer === null
        ? null
        : {
            following: world.follows.has(viewer, id),
            followed_by: world.follows.has(id, viewer),
            blocking: world.blocks.has(viewer, id),
            muting: world.mutes.has(viewer, id),
          },
  };
}

/** A report as its reporter sees it. */
export const reportView = (report: Report) => ({
  id: report.id,
  post_id: report.post,
  user_id: report.person,
  reason: report.reason,
  comment: report.comment,
  status: report.resolved_at === null ? 'open' : 'resolved',
  created_at: report.created_at,
  resolved_at: report.resolved_at,
});

export function reportDetails(world: World, report: Report, admin: number) {
  const post = report.post === null ? undefined : world.visible(report.post, admin);
  return {
    ...reportView(report),
    note: report.note,
    post: post ? postView(world, post, admin) : null,
    user: person(world, report.person),
    reporter: person(world, report.reporter),
    resolved_by: report.resolved_by === null ? null : person(world, report.resolved_by),
  };
}
